/**
 * The invariant of managed domains: a block disk has no host cache, and an I/O error stops the guest.
 * May come in: domain XML. May not: a change that the operator is not told of.
 */

import { type Disk, documentOf } from '#domain'
import type { Place } from '#errors'
import { applied, children } from '#xml'
import { type DiskDriverChange, driverEdits, targetOf } from './disk.ts'

export type Change = {
  readonly disk: string
  readonly place: Place
  readonly attribute: 'cache' | 'error_policy' | 'rerror_policy'
  readonly from: string | undefined
  readonly to: string
  /** For the operator, with the reason. */
  readonly sentence: string
}

type Rule = {
  readonly attribute: Change['attribute']
  readonly key: 'cache' | 'errorPolicy' | 'rerrorPolicy'
  readonly value: string
  readonly because: string
}

// A fenced guest must pause and not see errors: with them it damages its own file system.
// Source of the cache rule: with a host cache the source may still hold writes that the destination does not read.
const RULES: readonly Rule[] = [
  { attribute: 'cache', key: 'cache', value: 'none', because: 'a migration with host cache can lose writes' },
  {
    attribute: 'error_policy',
    key: 'errorPolicy',
    value: 'stop',
    because: 'after a write error the guest must pause, not go on with a damaged file system',
  },
  {
    attribute: 'rerror_policy',
    key: 'rerrorPolicy',
    value: 'stop',
    because: 'after a read error the guest must pause, not see a broken disk',
  },
]

/** The text as a managed domain must be, and what was changed for it, in order. @throws DomainXmlError */
export function managedDomain(text: string): { readonly text: string; readonly notes: readonly Change[] } {
  const { document, domain, devices } = documentOf(text)
  const notes: Change[] = []
  const edits = children(devices, 'disk').flatMap((element, index) => {
    const disk = domain.disks[index]
    if (disk === undefined || !isManaged(disk)) return []
    const broken = RULES.filter((rule) => disk.driver[rule.key] !== rule.value)
    notes.push(...broken.map((rule) => noteOf(targetOf(element), disk, rule)))
    return driverEdits(document, element, changeOf(broken))
  })
  return { text: applied(text, edits), notes }
}

/** Whether the invariant is about the disk: a LUN given to the guest, not a drive for media. */
function isManaged(disk: Disk): boolean {
  return disk.type === 'block' && (disk.device === 'disk' || disk.device === 'lun')
}

function changeOf(rules: readonly Rule[]): DiskDriverChange {
  return Object.fromEntries(rules.map((rule) => [rule.key, rule.value]))
}

function noteOf(target: string, disk: Disk, rule: Rule): Change {
  const from = disk.driver[rule.key]
  const sentence = `disk ${target}: ${rule.attribute} ${from ?? 'not set'} → ${rule.value}: ${rule.because}`
  return { disk: target, place: disk.place, attribute: rule.attribute, from, to: rule.value, sentence }
}
