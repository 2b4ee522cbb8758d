/** What lies in a guest's drive, taken out and put back: as it runs and as it is defined it has one text here. */
import { parseDomain, withDiskSource, withEmptyDrive } from '@anyblade/domain-xml'
import type { EjectMedium, InsertMedium } from '@anyblade/engine'
import type { Domain } from './libvirt.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'

export function ejectMedium(machine: Machine, { uuid, vm, drive, path }: EjectMedium): Told {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain === undefined) throw new Refused(`${vm} is not here`)
  if (holds(domain, drive, path)) {
    if (domain.lockedDrives?.includes(drive)) throw new Refused(`${vm} does not give ${path}: Device is locked`)
    domain.xml = withEmptyDrive(domain.xml, drive)
  }
  return { lines: [`${drive} of ${vm} is empty`] }
}

export function insertMedium(machine: Machine, { uuid, vm, drive, path }: InsertMedium): Told {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain !== undefined && !holds(domain, drive, path)) domain.xml = withDiskSource(domain.xml, drive, path)
  return { lines: [`${drive} of ${vm} holds ${path}`] }
}

function holds({ xml, name }: Domain, drive: string, path: string): boolean {
  const source = parseDomain(xml).disks.find(({ target }) => target.dev === drive)?.source
  if (source === undefined) throw new Refused(`${name} has no drive ${drive}`)
  if (!('path' in source)) return false
  if (source.path === path) return true
  throw new Refused(`${drive} of ${name} holds ${source.path} by now, not ${path}`)
}
