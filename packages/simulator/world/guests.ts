/** Guests write all the time. Between any two events each running one has tried to, through one path of its map. */
import type { Domain } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { type Unit, write } from './san.ts'
import { type Device, nexusOf } from './scsi.ts'
import type { World } from './world.ts'

/** no_path_retry 12, every 2 s (measured). */
const QUEUES_MS = 24_000

export function guestsWrite(world: World): void {
  for (const machine of world.machines.values())
    for (const domain of machine.libvirt.domains.values())
      if (domain.state === 'running') for (const disk of domain.disks) writeTo(world, machine, domain, disk)
}

function writeTo(world: World, machine: Machine, domain: Domain, disk: string): void {
  const path = pathFor(world, machine, disk)
  if (path === undefined) {
    queue(world, machine, domain)
    return
  }
  domain.queuesSinceMs = undefined
  const { unit, device, isOwn } = path
  const remembered = domain.memory.get(disk) ?? 0
  if (!write(unit, nexusOf(device))) {
    world.say(`${machine.name}: ${domain.name} is refused a write, and stops`)
    machine.libvirt.set(domain, 'paused', 'io error', 'suspended by an io error')
  } else if (isOwn && remembered >= unit.writes - 1) domain.memory.set(disk, unit.writes)
}

function queue(world: World, machine: Machine, domain: Domain): void {
  domain.queuesSinceMs ??= world.now()
  if (world.now() - domain.queuesSinceMs < QUEUES_MS) return
  world.say(`${machine.name}: ${domain.name} has had no path for ${QUEUES_MS / 1000} s, and stops`)
  world.hurts.guestStopped = true
  machine.libvirt.set(domain, 'paused', 'io error', 'suspended by an io error')
}

/** The path that the kernel takes now; they take turns. */
type Way = {
  readonly unit: Unit
  readonly device: Device /** Its own LUN, and not what has its number by now. */
  readonly isOwn: boolean
}

function pathFor(world: World, machine: Machine, disk: string): Way | undefined {
  const map = machine.multipathd.map(disk)
  if (map === undefined) return undefined
  const usable = machine.multipathd.devicesOf(map).flatMap((device) => {
    if (map.waiting.has(device.sd)) return []
    const unit = machine.kernel.behind(device, world.now())
    return unit === undefined ? [] : [{ unit, device, isOwn: unit.wwid === map.wwid }]
  })
  return usable[Math.floor(world.now() / 10) % Math.max(1, usable.length)]
}
