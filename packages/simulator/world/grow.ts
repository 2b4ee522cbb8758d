/**
 * A LUN that has grown, as each layer on a blade comes to see it: the kernel's paths, the map, the guest. Rule for rule what
 * on-blade/acts/rescan-paths.sh, resize-map.sh and resize-disk.sh do; nothing is ever made smaller.
 */
import type { BladeAct, ShownLun } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import { isActive } from './libvirt.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends BladeAct['kind']> = Extract<BladeAct, { readonly kind: Kind }>
type Sized = Of<'rescan-paths'> | Of<'resize-map'>

const mapOf = (machine: Machine, { wwid, volume }: ShownLun) => {
  const map = machine.multipathd.mapOf(String(wwid))
  if (map?.name !== volume) throw new Refused(`the map of ${wwid} is called ${map?.name ?? 'nothing'}, not ${volume}`)
  return map
}

/** All say so themselves before one is rescanned. */
export function* rescanPaths(world: World, machine: Machine, act: Of<'rescan-paths'>): Process<Told> {
  const found = act.luns.flatMap((one) => pathsOf(machine, act, one).map((device) => ({ device, wwid: one.wwid })))
  for (const { device, wwid } of found) {
    const unit = machine.kernel.inquire(device, world.now())
    if (unit.wwid !== wwid) throw new Refused(`${device.sd} is another LUN: ${unit.wwid}, not ${wwid}`)
    if (unit.size !== act.size) throw new Refused(`${device.sd} says ${unit.size} bytes, not ${act.size}`)
  }
  for (const { device } of found) {
    yield* sleep(world.dice.between(10, 100))
    device.size = machine.kernel.inquire(device, world.now()).size
  }
  return { lines: found.map(({ device: { sd, size } }) => `${sd} has ${size} bytes`) }
}

function pathsOf(machine: Machine, { targetPorts }: Sized, { lun }: ShownLun) {
  const devices = machine.kernel.devices.filter((one) => one.lun === lun && targetPorts.includes(one.fc.port))
  if (devices.length === 0) throw new Refused(`no device at LUN ${lun}`)
  return devices
}

export function* resizeMap(world: World, machine: Machine, act: Of<'resize-map'>): Process<Told> {
  const maps = act.luns.map((one) => mapOf(machine, one))
  for (const map of maps) {
    const small = machine.multipathd.devicesOf(map).find(({ size }) => size !== act.size)
    if (small !== undefined)
      throw new Refused(`${small.sd} has ${small.size} bytes, not ${act.size}: rescan every path first`)
    if (map.size > act.size) throw new Refused(`${map.name} has ${map.size} bytes already: a map is never made smaller`)
  }
  for (const map of maps) {
    yield* sleep(world.dice.between(100, 1000))
    map.size = act.size
  }
  return { lines: maps.map(({ name, size }) => `map ${name} has ${size} bytes`) }
}

export function resizeDisk(machine: Machine, { uuid, vm, alias, size }: Of<'resize-disk'>): Told {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain === undefined || !isActive(domain)) return { lines: [`${vm} sees the size of ${alias} when it starts`] }
  const has = machine.multipathd.map(alias)?.size
  if (has !== size) throw new Refused(`${vm} still has ${alias} with ${has} bytes, not ${size}`)
  return { lines: [`${vm} has ${alias} with ${size} bytes`] }
}
