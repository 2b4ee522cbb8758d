/** What the array is told: as the LIO driver does it, each looks for the tag first. */
import type { ArrayAction, Evidence, Wwpn } from '@anyblade/engine'
import { Refused } from './refused.ts'
import type { Unit } from './san.ts'
import type { World } from './world.ts'

type CarveVolume = Extract<ArrayAction, { kind: 'carve-volume' }>

export function onArray(world: World, action: ArrayAction): Evidence {
  const { san } = world
  if (!san.isUp) throw new Refused('the array gives no answer')
  const unit = [...san.units].find((one) => one.tag === action.tag)
  switch (action.kind) {
    case 'tag-volume': {
      const there = [...san.units].find(({ wwid }) => wwid === action.wwid)
      if (there === undefined) throw new Refused(`there is no LUN ${action.wwid}`)
      if (unit !== undefined && unit !== there) throw new Refused(`the tag ${action.tag} is on ${unit.name} already`)
      if (there.tag !== undefined && there !== unit) throw new Refused(`${there.name} is tagged ${there.tag} already`)
      there.tag = action.tag
      return { lines: [`${there.name} is ${action.volume} from now on`] }
    }
    case 'untag-volume':
      if (unit !== undefined) untag(world, unit)
      return { lines: [`the tag ${action.tag} is taken off again`] }
    case 'carve-volume': {
      const made = unit ?? carve(world, action)
      return { lines: [`${made.name} is ${made.wwid}`], wwid: made.wwid }
    }
    case 'map-volume':
    case 'show-volume': {
      if (unit === undefined) throw new Refused(`there is no volume of the tag ${action.tag}`)
      const taken = san.shown.find(
        (one) => one.lun === action.lun && one.unit !== unit && action.initiators.includes(one.initiator),
      )
      if (taken !== undefined) throw new Refused(`LUN ${action.lun} is ${taken.unit.name}'s`)
      for (const initiator of action.initiators) show(world, unit, initiator, action.lun)
      return { lines: [`${unit.name} is LUN ${action.lun}`] }
    }
    case 'grow-volume':
      if (unit === undefined) throw new Refused(`there is no volume of the tag ${action.tag}`)
      if (unit.size > action.size) throw new Refused(`${unit.name} has ${unit.size} bytes: it is never made smaller`)
      if (action.size - unit.size > san.freeBytes) throw new Refused(`the pool has ${san.freeBytes} bytes free`)
      unit.size = action.size
      return { lines: [`${unit.name} has ${unit.size} bytes`] }
    case 'hide-volume':
      if (unit !== undefined) san.hide(unit, action.initiators)
      return { lines: [`${action.volume} is hidden from ${action.initiatorsOf}`] }
    case 'unmap-volume':
      if (unit !== undefined) unmap(world, unit, action.initiators)
      return { lines: [`${action.volume} is shown to nobody`] }
    case 'delete-volume':
      if (unit !== undefined && san.shown.some((one) => one.unit === unit))
        throw new Refused(`${action.volume} is still shown to somebody`)
      if (unit !== undefined && !world.bugs.has('leave the LUN')) {
        san.hide(unit)
        san.units.delete(unit)
      }
      return { lines: [`${action.volume} is deleted`] }
  }
}

function carve({ san }: World, { volume, tag, size }: CarveVolume): Unit {
  if ([...san.units].some(({ name }) => name === volume)) throw new Refused(`${volume} exists and is not tagged ${tag}`)
  if (size > san.freeBytes) throw new Refused(`the pool has ${san.freeBytes} bytes free, ${size} are wanted`)
  return san.carve(volume, tag, size)
}

function untag({ san, bugs }: World, unit: Unit): void {
  unit.tag = undefined
  if (!bugs.has('delete what was adopted')) return
  san.hide(unit)
  san.units.delete(unit)
}

/** Nobody's access is taken who was not named. */
function unmap({ san }: World, unit: Unit, initiators: readonly Wwpn[]): void {
  const other = san.shown.find((one) => one.unit === unit && !initiators.includes(one.initiator))
  if (other !== undefined) throw new Refused(`${unit.name} is shown to ${other.initiator} too`)
  san.hide(unit)
}

/** To an initiator through the port of its own fabric, a while from now where the array is slow to say so. */
function show(world: World, unit: Unit, initiator: Parameters<typeof world.san.show>[1], lun: number): void {
  for (const machine of world.machines.values())
    for (const fc of machine.kernel.hosts)
      if (fc.wwpn === initiator) world.san.show(unit, initiator, fc.port, lun, world.now() + world.hurts.visibleAfterMs)
}
