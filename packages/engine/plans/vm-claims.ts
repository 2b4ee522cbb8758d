/** Claims that plans about a VM share: what must hold where it is, where it goes, and everywhere else. */
import type { GuestLun } from '#actions'
import {
  type BladeName,
  bladesInService,
  documentedKey,
  type Fleet,
  fabricsWanted,
  fencedBlades,
  hasOneWriter,
  type Vm,
  type Volume,
} from '#documents'
import { type Claim, type DomainWanted, mediaFiles, type Runner, type VolumeClaim } from '#findings'
import { volumeIn } from './missing.ts'

/** The VM's disks as they are asked at the last moment. */
export const lunsOf = (fleet: Fleet, vm: Pick<Vm, 'volumes'>): GuestLun[] =>
  vm.volumes.map((name) => {
    const { alias, wwid } = volumeIn(fleet, name)
    return { alias, wwid }
  })

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

/** What a running VM takes along, or must leave, is no hindrance: its machine type, its memory, devices of the blade. */
export const movableTo = (
  { name: vm, xml }: Pick<Vm, 'name' | 'xml'>,
  blade: BladeName,
  from: BladeName,
  ejects: boolean,
): Claim[] => [
  { kind: 'machine-type', blade, vm, from },
  { kind: 'memory', blade, vm, from },
  devicesGo({ name: vm, xml }, blade, from, ejects),
]

/** `ejects`: what is in its drives may come out of them. `from`: the blade that it runs on; else it is started. */
export const devicesGo = (
  { name: vm, xml }: Pick<Vm, 'name' | 'xml'>,
  blade: BladeName,
  from: BladeName | undefined,
  ejects: boolean,
): Claim => ({ kind: 'local-devices', blade, vm, from, media: mediaFiles(xml), ...(ejects && { ejects }) })

/** The blade has what the domain names; `runs`: another emulator may take the place of the one that is named. */
export function hostOf(vm: Pick<Vm, 'name'>, blade: BladeName, from: BladeName | undefined, runs?: Runner): Claim[] {
  const what = { blade, vm: vm.name, from }
  return [
    { kind: 'network', ...what },
    { kind: 'processor', ...what },
    { kind: 'emulator', ...what, ...(runs && { runs }) },
    { kind: 'boot-files', ...what },
  ]
}

/**
 * On every other blade the VM is `wanted`. A silent blade is no proof, and a fenced one is not asked: it can't write the
 * VM's volumes, whatever it runs.
 */
export function elsewhere(
  fleet: Fleet,
  vm: Pick<Vm, 'name' | 'uuid' | 'volumes'>,
  than: readonly BladeName[],
  wanted: DomainWanted,
): Claim[] {
  return [
    ...bladesInService(fleet)
      .filter((blade) => !than.includes(blade))
      .map((blade): Claim => ({ kind: 'domain', blade, vm: vm.name, uuid: vm.uuid, wanted })),
    ...shutOut(fleet, vm),
  ]
}

/** No fenced blade can write the VM's volumes: by the reservation where the array keeps one, else it does not see them. */
function shutOut(fleet: Fleet, vm: Pick<Vm, 'volumes'>): Claim[] {
  return fencedBlades(fleet).flatMap((other) =>
    vm.volumes.map((alias): Claim => {
      const recorded = volumeIn(fleet, alias)
      const { home, array } = recorded
      return documentedKey(fleet, recorded) === undefined || home === undefined
        ? { kind: 'hidden', array, volume: claimed(recorded), other }
        : { kind: 'barred', blade: home, volume: claimed(recorded), other }
    }),
  )
}

/** The VM does not start by itself on any blade that plans count on. */
export const noAutostart = (fleet: Fleet, vm: Pick<Vm, 'name' | 'uuid'>): Claim[] =>
  bladesInService(fleet).map((blade) => ({ kind: 'autostart', blade, vm: vm.name, uuid: vm.uuid }))

/** No other domain on any blade in service has the VM's volumes as its disks; those that guests share are meant to be. */
export function disksUnused(fleet: Fleet, vm: Pick<Vm, 'volumes' | 'uuid'>): Claim[] {
  const own = vm.volumes.filter((volume) => hasOneWriter(volumeIn(fleet, volume).writer))
  return bladesInService(fleet).flatMap((blade) =>
    own.map((volume): Claim => ({ kind: 'disk-unused', blade, volume, except: vm.uuid })),
  )
}
