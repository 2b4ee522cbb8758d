/** A guest is set going by us; this is told with what its disks lead to at that moment. */
import type { GuestDisk } from '@anyblade/engine'
import type { Domain } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { mayWrite } from './open-volume.ts'
import type { World } from './world.ts'

export function setGoing(world: World, machine: Machine, domain: Domain, how: () => void): void {
  how()
  const { name: vm, uuid, state } = domain
  const disks = domain.disks.map((alias) => diskOf(world, machine, domain, alias))
  world.say(`${machine.name}: ${vm} is set going`)
  world.observe({ kind: 'set going', guest: { vm, uuid, blade: machine.name, state, disks } })
}

/** What a guest's disk is, by the array's word and not by the blade's. */
export function diskOf(world: World, machine: Machine, domain: Domain, alias: string): GuestDisk {
  const map = machine.multipathd.map(alias)
  const units =
    map === undefined
      ? []
      : machine.multipathd.devicesOf(map).flatMap((path) => machine.kernel.behind(path, world.now()) ?? [])
  const [first] = units
  return {
    alias,
    leadsTo: units.map(({ wwid, size }) => ({ wwid, size })),
    writable: mayWrite(world, machine, alias),
    ...(first && { writes: { remembered: domain.memory.get(alias) ?? 0, onDisk: first.writes } }),
  }
}
