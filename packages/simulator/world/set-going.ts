/** A guest is set going by us; this is told with what its disks lead to at that moment. */
import type { GuestDisk } from '@anyblade/engine'
import type { Domain } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { mayWrite } from './open-volume.ts'
import type { World } from './world.ts'

/** `lookedAtMs`: when its disks were asked who they are; undefined where nobody has. */
export function setGoing(
  world: World,
  machine: Machine,
  domain: Domain,
  lookedAtMs: number | undefined,
  how: () => void,
): void {
  how()
  const { name: vm, uuid, state } = domain
  const disks = domain.disks.map((alias) => diskOf(world, machine, domain, alias))
  world.say(`${machine.name}: ${vm} is set going`)
  const guest = { vm, uuid, blade: machine.name, state, disks }
  world.observe({ kind: 'set going', guest, ...(lookedAtMs !== undefined && { lookedAtMs }) })
}

/** What a guest's disk is, by the array's word and not by the blade's. */
export function diskOf(world: World, machine: Machine, domain: Domain, alias: string): GuestDisk {
  const map = machine.multipathd.map(alias)
  const paths =
    map === undefined
      ? []
      : machine.multipathd.devicesOf(map).flatMap((path) => {
          const unit = machine.kernel.behind(path, world.now())
          return unit === undefined ? [] : [{ unit, path }]
        })
  const own = paths.find(({ unit }) => unit.wwid === map?.wwid)?.unit
  return {
    alias,
    leadsTo: paths.map(({ unit, path }) => ({
      ...{ wwid: unit.wwid, size: unit.size },
      ...(unit.wwid !== map?.wwid && { sinceMs: machine.kernel.behindSince(path, world.now()) }),
    })),
    writable: mayWrite(world, machine, alias),
    ...(own && { writes: { remembered: domain.memory.get(alias) ?? 0, onDisk: own.writes } }),
  }
}
