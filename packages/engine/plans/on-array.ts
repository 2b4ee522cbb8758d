/**
 * What plans require of the array that a volume lies on, and what they leave to an operator where nobody can speak to it:
 * then no plan has a step on the array, blades prove what it shows, and what must be done there by hand is said.
 */
import { type ArrayName, type Blade, colonWwpn, type Fleet, isManual, type Volume, volumeTag } from '#documents'
import { EngineError } from '#errors'
import type { Claim, ClaimOf } from '#findings'
import { claimed } from './vm-claims.ts'

export const carved = (fleet: Fleet, volume: Volume): ClaimOf<'on-array'> => ({
  kind: 'on-array',
  array: volume.array,
  volume: claimed(volume),
  tag: volumeTag(fleet, volume.alias),
})

/** That the array has it as this fleet's own; nothing of an array that can't be asked. */
export const keptOnArray = (fleet: Fleet, volume: Volume): Claim[] =>
  isManual(fleet, volume.array) ? [] : [carved(fleet, volume)]

/** What an operator does on an array that goes on showing what was put aside. */
export const hideByHand = ({ alias, array, lun }: Volume): string =>
  `${array} still shows ${alias} as LUN ${lun}: no blade makes a map of it. Hide it there by hand from all blades, then anyblade volume purge ${alias} takes what they remember; anyblade volume restore ${alias} brings it back`

/** So many LUNs stand in one line. */
const IN_A_LINE = 10

/** What an operator hides by hand from one blade, array by array, where nobody can tell the array. */
export const hideFromByHand = (fleet: Fleet, blade: Blade, volumes: readonly Volume[]): string[] =>
  [...Map.groupBy(volumes, ({ array }) => array)]
    .filter(([array]) => isManual(fleet, array))
    .flatMap(([array, ones]) =>
      inLines(ones.map(({ lun, alias }) => `LUN ${lun} (${alias})`)).map(
        (luns) =>
          `hide by hand on ${array} from ${blade.name} (${blade.ports.map(({ wwpn }) => colonWwpn(wwpn)).join(', ')}): ${luns}`,
      ),
    )

const inLines = (all: readonly string[]): string[] =>
  all.flatMap((_, i) => (i % IN_A_LINE === 0 ? [all.slice(i, i + IN_A_LINE).join(', ')] : []))

/** @throws EngineError where the array is one that nobody can tell; `then`: what is done by hand, and the command after it */
export function refuseManual(fleet: Fleet, array: ArrayName, attempted: string, then: string): void {
  if (!isManual(fleet, array)) return
  throw new EngineError('intent-invalid', {
    attempted: `${attempted} on ${array}`,
    found: 'its driver is manual: nobody can tell it anything',
    hint: then,
  })
}
