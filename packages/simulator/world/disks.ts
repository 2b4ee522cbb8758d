/**
 * A guest's disks asked who they are, right before it goes on: rule for rule what on-blade/writer/disks.py does. A path
 * that is down leads nowhere and is passed over; one that is another LUN is not.
 */
import type { GuestLun } from '@anyblade/engine'
import type { Machine } from './machine.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

/** @returns when they were asked. @throws Refused where one is another LUN, or none of its paths answers */
export function proveDisks(world: World, machine: Machine, disks: readonly GuestLun[]): number {
  if (!world.bugs.has('trust the cached id')) for (const disk of disks) prove(world, machine, disk)
  return world.now()
}

function prove(world: World, { multipathd, kernel }: Machine, { alias, wwid }: GuestLun): void {
  const map = multipathd.map(alias)
  if (map?.wwid !== wwid) throw new Refused(`/dev/mapper/${alias} is ${map?.wwid ?? 'not there'}, not ${wwid}`)
  const answered = multipathd.devicesOf(map).flatMap((path) => kernel.behind(path, world.now()) ?? [])
  const other = answered.find((unit) => unit.wwid !== wwid)
  if (other !== undefined) throw new Refused(`${alias}: a path of it is another LUN: ${other.wwid}, not ${wwid}`)
  if (answered.length === 0) throw new Refused(`${alias}: no path of it says which LUN it is`)
}
