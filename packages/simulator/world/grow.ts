/**
 * A LUN that has grown, as each layer on a blade comes to see it: the kernel's paths, the map, the guest. Rule for rule what
 * on-blade/acts/rescan-paths.sh, resize-map.sh and resize-disk.sh do; nothing is ever made smaller.
 */
import type { BladeAct } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import { isActive } from './libvirt.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends BladeAct['kind']> = Extract<BladeAct, { readonly kind: Kind }>
type Sized = Of<'rescan-paths'> | Of<'resize-map'>

const mapOf = (machine: Machine, { wwid, volume }: Sized) => {
  const map = machine.multipathd.mapOf(String(wwid))
  if (map?.name !== volume) throw new Refused(`the map of ${wwid} is called ${map?.name ?? 'nothing'}, not ${volume}`)
  return map
}

export function* rescanPaths(world: World, machine: Machine, act: Of<'rescan-paths'>): Process<Told> {
  const devices = machine.kernel.devices.filter(({ lun, fc }) => lun === act.lun && act.targetPorts.includes(fc.port))
  if (devices.length === 0) throw new Refused(`no device at LUN ${act.lun}`)
  for (const device of devices) {
    yield* sleep(world.dice.between(10, 100))
    const unit = machine.kernel.inquire(device, world.now())
    if (unit.wwid !== act.wwid) throw new Refused(`${device.sd} is another LUN: ${unit.wwid}, not ${act.wwid}`)
    if (unit.size !== act.size) throw new Refused(`${device.sd} says ${unit.size} bytes, not ${act.size}`)
    device.size = unit.size
  }
  return { lines: devices.map(({ sd, size }) => `${sd} has ${size} bytes`) }
}

export function* resizeMap(world: World, machine: Machine, act: Of<'resize-map'>): Process<Told> {
  const map = mapOf(machine, act)
  const small = machine.multipathd.devicesOf(map).find(({ size }) => size !== act.size)
  if (small !== undefined)
    throw new Refused(`${small.sd} has ${small.size} bytes, not ${act.size}: rescan every path first`)
  if (map.size > act.size) throw new Refused(`${map.name} has ${map.size} bytes already: a map is never made smaller`)
  yield* sleep(world.dice.between(100, 1000))
  map.size = act.size
  return { lines: [`map ${map.name} has ${map.size} bytes`] }
}

export function resizeDisk(machine: Machine, { uuid, vm, alias, size }: Of<'resize-disk'>): Told {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain === undefined || !isActive(domain)) return { lines: [`${vm} sees the size of ${alias} when it starts`] }
  const has = machine.multipathd.map(alias)?.size
  if (has !== size) throw new Refused(`${vm} still has ${alias} with ${has} bytes, not ${size}`)
  return { lines: [`${vm} has ${alias} with ${size} bytes`] }
}
