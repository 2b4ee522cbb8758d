/** Look-ups that end with what an operator can do about a name that is not there. */
import type { Alias, ArrayName, Blade, BladeName, Fleet, StorageArray, Vm, VmName, Volume } from '#documents'
import { EngineError } from '#errors'
import { nearest } from '#nearest'

const NAMES_MAX = 12

function found<T>(value: T | undefined, what: string, name: string, known: Iterable<string>): T {
  if (value !== undefined) return value
  const names = [...known]
  const [meant] = nearest(name, names)
  throw new EngineError('document-missing', {
    attempted: `find the ${what} ${name} in the fleet`,
    found:
      names.length === 0
        ? `there is no ${what} yet`
        : `there are ${names.slice(0, NAMES_MAX).join(', ')}${names.length > NAMES_MAX ? ' …' : ''}`,
    hint: meant === undefined ? `anyblade ${what} list` : `did you mean ${meant}? anyblade ${what} list`,
  })
}

export const bladeIn = (fleet: Fleet, name: BladeName): Blade =>
  found(fleet.blades.get(name), 'blade', name, fleet.blades.keys())
export const arrayIn = (fleet: Fleet, name: ArrayName): StorageArray =>
  found(fleet.arrays.get(name), 'array', name, fleet.arrays.keys())
export const volumeIn = (fleet: Fleet, name: Alias): Volume =>
  found(fleet.volumes.get(name), 'volume', name, fleet.volumes.keys())
/** @throws EngineError where it is not put aside: in use, purged, or not there at all */
export function asideIn(fleet: Fleet, name: Alias, verb: string): Volume {
  const inUse = fleet.volumes.get(name)
  const volume = fleet.aside.get(name)
  if (volume?.state === 'aside') return volume
  if (inUse === undefined && volume === undefined)
    return found<Volume>(undefined, 'volume', name, [...fleet.volumes.keys(), ...fleet.aside.keys()])
  throw new EngineError('intent-invalid', {
    attempted: `${verb} the volume ${name}`,
    found: inUse === undefined ? 'it is purged: its data are gone' : 'it is in use',
    hint: inUse === undefined ? 'anyblade volume list' : `first put it aside: anyblade volume delete ${name}`,
  })
}
export const vmIn = (fleet: Fleet, name: VmName): Vm => found(fleet.vms.get(name), 'vm', name, fleet.vms.keys())
