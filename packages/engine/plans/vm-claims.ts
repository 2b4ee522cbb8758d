/** Claims that plans about a VM share: what must hold where it is, where it goes, and everywhere else. */
import { type BladeName, type Fleet, fabricsWanted, hasOneWriter, type Vm, type Volume } from '#documents'
import type { Claim, DomainWanted, VolumeClaim } from '#findings'
import { volumeIn } from './missing.ts'

/** A recorded volume as claims name it. */
export const claimed = ({ alias, wwid, size }: Volume): VolumeClaim => ({ alias, wwid, size })

/** The volumes are the right LUNs on the blade, over enough fabrics. */
export function storageOn(fleet: Fleet, vm: Pick<Vm, 'volumes'>, blade: BladeName, degraded: boolean): Claim[] {
  const fabrics = degraded ? 1 : fabricsWanted(fleet)
  return vm.volumes.flatMap((alias): Claim[] => {
    const volume = claimed(volumeIn(fleet, alias))
    return [
      { kind: 'identity', blade, volume },
      { kind: 'redundancy', blade, volume, fabrics },
    ]
  })
}

/** The blade has what the domain names. */
export const hostOf = (vm: Pick<Vm, 'name'>, blade: BladeName, from: BladeName | undefined): Claim[] =>
  (['network', 'processor', 'emulator', 'boot-files'] as const).map((kind) => ({ kind, blade, vm: vm.name, from }))

/** On every other blade of the fleet the VM is `wanted`, and nobody else is on its disks. A silent blade is no proof. */
export function elsewhere(
  fleet: Fleet,
  vm: Pick<Vm, 'name' | 'uuid'>,
  than: readonly BladeName[],
  wanted: DomainWanted,
): Claim[] {
  return [...fleet.blades.keys()]
    .filter((blade) => !than.includes(blade))
    .sort()
    .map((blade) => ({ kind: 'domain', blade, vm: vm.name, uuid: vm.uuid, wanted }))
}

/** No other domain on any blade has the VM's volumes as its disks; those that guests share are meant to be. */
export function disksUnused(fleet: Fleet, vm: Pick<Vm, 'volumes' | 'uuid'>): Claim[] {
  const own = vm.volumes.filter((volume) => hasOneWriter(volumeIn(fleet, volume).writer))
  return [...fleet.blades.keys()]
    .sort()
    .flatMap((blade) => own.map((volume): Claim => ({ kind: 'disk-unused', blade, volume, except: vm.uuid })))
}
