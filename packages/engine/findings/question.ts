/**
 * What must be asked to judge some claims: pure, and no more than they need.
 */

import { type ArrayName, type BladeName, type Fleet, type LunNumber, volumeCalled } from '#documents'
import {
  type BladeQuestion,
  type LanQuestion,
  lanUnion,
  machineWord,
  NOTHING,
  type PathScope,
  type Question,
} from '#survey'
import { linkName } from './converges.ts'
import { domainFiles } from './domain-files.ts'
import { machineOf } from './emulator.ts'
import type { Claim, ClaimOf } from './finding.ts'
import { keptBy } from './left-behind.ts'

export function questionOf(claims: readonly Claim[], fleet: Fleet): Question {
  const blades = new Map<BladeName, BladeQuestion[]>()
  const arrays = new Set<ArrayName>()
  const ask = (blade: BladeName, question: BladeQuestion) => {
    const before = blades.get(blade)
    if (before === undefined) blades.set(blade, [question])
    else before.push(question)
  }
  for (const claim of claims) {
    if (isOfArray(claim)) arrays.add(claim.array)
    else if (claim.kind === 'deletable')
      continue // the documents decide
    else if (claim.kind === 'left-behind') {
      const vm = fleet.vms.get(claim.vm)
      if (vm !== undefined && keptBy(vm).length > 0) ask(claim.from, { ...NOTHING, domains: true, states: [vm.uuid] })
      continue
    } else for (const blade of askedBy(claim)) ask(blade, needs(claim, fleet))
    if (claim.kind === 'converges')
      ask(claim.to, { ...NOTHING, speeds: [{ link: linkName(claim.blade, claim.to), way: undefined }] })
    // The live domain of the source says what the destination must have, its processor what the guest was given.
    if ('from' in claim && claim.from !== undefined) {
      const lan = claim.kind === 'segment' ? lanOf(claim, claim.blade, fleet) : []
      const capabilities = claim.kind === 'processor' || claim.kind === 'machine-type'
      ask(claim.from, { ...NOTHING, domains: true, capabilities, lan })
    }
  }
  return { blades: new Map([...blades].map(([blade, all]) => [blade, together(all)])), arrays: [...arrays] }
}

type OfArray = Extract<Claim, { kind: 'room' | 'on-array' | 'hidden' | 'adoptable' }>
const isOfArray = (claim: Claim): claim is OfArray => ['room', 'on-array', 'hidden', 'adoptable'].includes(claim.kind)

type OfBlades = Exclude<Claim, OfArray | { kind: 'deletable' | 'left-behind' }>
function askedBy(claim: OfBlades): readonly BladeName[] {
  switch (claim.kind) {
    case 'holder':
      return claim.candidates
    case 'alike':
      return claim.blades
    case 'aliases':
      return [claim.blade, ...claim.among]
    default:
      return [claim.blade]
  }
}

function needs(claim: OfBlades, fleet: Fleet): BladeQuestion {
  switch (claim.kind) {
    case 'answers':
      return NOTHING
    case 'agent':
      return { ...NOTHING, agent: true }
    case 'fresh':
      return { ...NOTHING, paths: 'all' }
    case 'purgeable':
      return { ...NOTHING, paths: 'all', domains: true, hostDisks: true }
    case 'lun-free':
    case 'visible':
    case 'withdrawn':
      return { ...NOTHING, paths: { luns: [claim.lun], maps: [] } }
    case 'idle':
      return { ...NOTHING, paths: { luns: [claim.lun], maps: [claim.volume.alias] } }
    case 'whole':
    case 'alike':
    case 'identity':
    case 'redundancy':
      return { ...NOTHING, paths: { luns: lunsOf(fleet, claim.volume.alias), maps: [claim.volume.alias] } }
    case 'no-host-disk':
      return {
        ...NOTHING,
        paths: { luns: lunsOf(fleet, claim.volume.alias), maps: [claim.volume.alias] },
        hostDisks: true,
      }
    case 'timers':
      return { ...NOTHING, timers: true, domains: true }
    case 'initramfs':
      return { ...NOTHING, config: true, initramfs: true }
    case 'holder':
      return {
        ...NOTHING,
        paths: { luns: lunsOf(fleet, claim.volume.alias), maps: [claim.volume.alias] },
        reservations: [claim.volume.alias],
      }
    case 'barred':
    case 'kept':
    case 'reservation':
    case 'reassertable':
    case 'unreserved':
    case 'key-file':
      return { ...NOTHING, reservations: [claim.volume.alias] }
    case 'baseline':
    case 'baseline-known':
      return { ...NOTHING, paths: 'all', config: true, baseline: true, domains: true }
    case 'undisturbed':
      return { ...NOTHING, domains: true, paths: { luns: [], maps: [claim.alias] } }
    case 'unheld':
    case 'paths-up':
      return NOTHING // every answer tells of the maps
    case 'aliases':
    case 'alias-free':
    case 'alias-held':
    case 'alias-ours':
    case 'names-kept':
    case 'name-free':
      return { ...NOTHING, config: true }
    case 'domain':
    case 'paused':
    case 'disk-unused':
    case 'renameable':
    case 'autostart':
    case 'error-policy':
    case 'writer':
      return { ...NOTHING, domains: true }
    case 'converges':
      return {
        ...NOTHING,
        guests: [claim.uuid],
        speeds: [{ link: linkName(claim.blade, claim.to), way: claim.way }],
      }
    case 'logs-in':
    case 'login-known':
      return { ...NOTHING, logins: [claim.host], fleet: fleet.settings.id }
    case 'credentials-known':
      return { ...NOTHING, credentials: true, fleet: fleet.settings.id }
    case 'processor':
    case 'machine-type':
      return { ...NOTHING, capabilities: true }
    case 'none-came':
      return NOTHING // the documents say it
    case 'memory':
    case 'post-copy':
      return NOTHING // every answer tells of the host's memory
    case 'local-devices':
      return { ...NOTHING, capabilities: true, files: claim.media }
    case 'network':
      return NOTHING
    case 'segment':
      return { ...NOTHING, lan: lanOf(claim, claim.from, fleet) }
    case 'emulator': {
      const { runs } = claim
      const files = domainFiles(fleet.vms.get(claim.vm)?.xml)
      return runs === undefined
        ? { ...NOTHING, files }
        : { ...NOTHING, files: [...files, runs.emulator], machines: [machineOf(runs)] }
    }
    case 'boot-files':
      return { ...NOTHING, files: domainFiles(fleet.vms.get(claim.vm)?.xml) }
  }
}

function lunsOf(fleet: Fleet, alias: string): LunNumber[] {
  const volume = volumeCalled(fleet, alias)
  return volume === undefined ? [] : [volume.lun]
}

/** Each place, to hear that blade there. */
function lanOf({ places }: ClaimOf<'segment'>, other: BladeName, fleet: Fleet): LanQuestion[] {
  const machine = fleet.blades.get(other)?.machine_id
  return places.map((place) => ({ ...place, machines: machine === undefined ? [] : [machine] }))
}

/** One question that asks all that these do. */
function together(all: readonly BladeQuestion[]): BladeQuestion {
  const asks = (
    part: Exclude<keyof BladeQuestion, 'paths' | 'reservations' | 'machines' | 'files' | 'lan' | 'fleet'>,
  ) => all.some((one) => one[part])
  return {
    paths: scopeOf(all.map(({ paths }) => paths)),
    reservations: each(all.flatMap(({ reservations }) => reservations)),
    config: asks('config'),
    baseline: asks('baseline'),
    agent: asks('agent'),
    domains: asks('domains'),
    emulators: asks('emulators'),
    capabilities: asks('capabilities'),
    machines: [...new Map(all.flatMap(({ machines }) => machines).map((one) => [machineWord(one), one])).values()],
    timers: asks('timers'),
    initramfs: asks('initramfs'),
    hostDisks: asks('hostDisks'),
    guests: each(all.flatMap(({ guests }) => guests)),
    states: each(all.flatMap(({ states }) => states)),
    speeds: [...new Map(all.flatMap(({ speeds }) => speeds).map((end) => [end.link, end])).values()],
    logins: each(all.flatMap(({ logins }) => logins)),
    credentials: asks('credentials'),
    fleet: all.find(({ fleet }) => fleet !== '')?.fleet ?? '',
    files: each(all.flatMap(({ files }) => files)),
    lan: lanUnion(
      all.flatMap(({ lan }) => lan),
      [],
    ),
  }
}

function scopeOf(all: readonly PathScope[]): PathScope {
  if (all.includes('all')) return 'all'
  const some = all.filter((scope) => typeof scope === 'object')
  if (some.length === 0) return 'none'
  return { luns: each(some.flatMap(({ luns }) => luns)), maps: each(some.flatMap(({ maps }) => maps)) }
}

const each = <T>(all: readonly T[]): T[] => [...new Set(all)]
