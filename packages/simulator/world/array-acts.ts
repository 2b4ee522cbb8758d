/** What the array is told: as the LIO driver does it, each looks for the tag first. */
import type { ArrayAction, Evidence } from '@anyblade/engine'
import { Refused } from './refused.ts'
import type { Unit } from './san.ts'
import type { World } from './world.ts'

export function onArray(world: World, action: ArrayAction): Evidence {
  const { san } = world
  if (!san.isUp) throw new Refused('the array gives no answer')
  const unit = [...san.units].find((one) => one.tag === action.tag)
  switch (action.kind) {
    case 'carve-volume': {
      const made = unit ?? carve(world, action.volume, action.tag, action.size)
      return { lines: [`${made.name} is ${made.wwid}`], wwid: made.wwid }
    }
    case 'map-volume': {
      if (unit === undefined) throw new Refused(`there is no volume of the tag ${action.tag}`)
      const taken = san.shown.find(
        (one) => one.lun === action.lun && one.unit !== unit && action.initiators.includes(one.initiator),
      )
      if (taken !== undefined) throw new Refused(`LUN ${action.lun} is ${taken.unit.name}'s`)
      for (const initiator of action.initiators) show(world, unit, initiator, action.lun)
      return { lines: [`${unit.name} is LUN ${action.lun}`] }
    }
    case 'show-volume':
    case 'hide-volume':
      throw new RangeError(`this world knows no ${action.kind}`)
    case 'unmap-volume':
      if (unit !== undefined) san.hide(unit)
      return { lines: [`${action.volume} is shown to nobody`] }
    case 'delete-volume':
      if (unit !== undefined && san.shown.some((one) => one.unit === unit) && !world.bugs.has('unmap first'))
        throw new Refused(`${action.volume} is still shown to somebody`)
      if (unit !== undefined && !world.bugs.has('leave the LUN')) {
        san.hide(unit)
        san.units.delete(unit)
      }
      return { lines: [`${action.volume} is deleted`] }
  }
}

const carve = (world: World, name: string, tag: string, size: Unit['size']): Unit => world.san.carve(name, tag, size)

/** To an initiator through the port of its own fabric, a while from now where the array is slow to say so. */
function show(world: World, unit: Unit, initiator: Parameters<typeof world.san.show>[1], lun: number): void {
  for (const machine of world.machines.values())
    for (const fc of machine.kernel.hosts)
      if (fc.wwpn === initiator) world.san.show(unit, initiator, fc.port, lun, world.now() + world.hurts.visibleAfterMs)
}
