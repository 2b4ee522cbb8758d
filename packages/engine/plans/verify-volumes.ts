/**
 * All that must be so of volumes that are in use, on every blade in service: for a look that judges and changes nothing.
 * Devices outside of maps count too: what sits at a volume's LUN number is what the next map is made of.
 */
import { bladesInService, documentedKey, type Fleet, fabricsWanted, type Volume } from '#documents'
import type { Claim } from '#findings'
import { keptOnArray } from './on-array.ts'
import { claimed } from './vm-claims.ts'

export function claimsOfVerify(fleet: Fleet, volumes: readonly Volume[]): Claim[] {
  const blades = bladesInService(fleet)
  return [
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'answers', blade },
      { kind: 'fresh', blade },
      { kind: 'aliases', blade, among: blades },
    ]),
    ...volumes.flatMap((volume) => ofVolume(fleet, volume)),
  ]
}

function ofVolume(fleet: Fleet, recorded: Volume): Claim[] {
  const { array, lun, home } = recorded
  const [blades, volume, key] = [bladesInService(fleet), claimed(recorded), documentedKey(fleet, recorded)]
  return [
    ...keptOnArray(fleet, recorded),
    ...blades.flatMap((blade): Claim[] => [
      { kind: 'identity', blade, volume },
      { kind: 'visible', blade, volume, array, lun },
      { kind: 'redundancy', blade, volume, fabrics: fabricsWanted(fleet) },
      { kind: 'alias-held', blade, volume },
    ]),
    { kind: 'alike', volume, blades },
    ...(home === undefined || key === undefined || !blades.includes(home)
      ? []
      : [{ kind: 'reservation', blade: home, volume, key, besides: [] } as const]),
  ]
}
