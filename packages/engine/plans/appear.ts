/**
 * A LUN appears on every blade under its alias: shown by the array, found by a narrow scan, named, proved. The order of the
 * steps is the one in which undoing them, newest first, leaves nothing behind (facts: san.md C3).
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { ShowVolume, WwidRef } from '#actions'
import {
  type Alias,
  type ArrayName,
  type Blade,
  type BladeName,
  type Bytes,
  type Fleet,
  fabricsWanted,
  type LunNumber,
  type Volume,
  volumeTag,
} from '#documents'
import type { Claim, VolumeClaim } from '#findings'
import { arrayIn } from './missing.ts'
import { type Draft, draft } from './plan.ts'
import { registrable } from './writer-claims.ts'

export type Appearing = {
  readonly volume: Alias
  readonly wwid: WwidRef
  readonly size: Bytes
  readonly array: ArrayName
  readonly lun: LunNumber
}
export type Reserving = { readonly home: BladeName; readonly key: ReservationKey }

const claimOn = ({ volume, wwid, size }: Appearing): VolumeClaim => ({ alias: volume, wwid, size })

/** Before it gets its alias on a blade: it is there, and the name is free. */
export const nameable = (one: Appearing, blade: BladeName): Claim[] => [
  { kind: 'visible', blade, volume: claimOn(one), array: one.array, lun: one.lun },
  { kind: 'alias-free', blade, alias: one.volume, wwid: one.wwid },
]

/** The array shows it to one blade more; what others see of it stays. */
export const showingTo = (fleet: Fleet, { volume, array, lun, wwid }: Appearing, blade: Blade): ShowVolume => ({
  kind: 'show-volume',
  ...{ array, volume, tag: volumeTag(fleet, volume), lun, wwid },
  initiators: blade.ports.map((port) => port.wwpn),
  initiatorsOf: blade.name,
})

/** Its number is free on every blade, then the array shows it. */
export function shown(fleet: Fleet, one: Appearing, blades: readonly BladeName[]): (Draft | Draft[])[] {
  const { volume, lun, wwid, array } = one
  const initiators = blades.flatMap((blade) => fleet.blades.get(blade)?.ports.map((port) => port.wwpn) ?? [])
  const tag = volumeTag(fleet, volume)
  return [
    blades.map((blade) => draft({ kind: 'check-lun-free', blade, ...onBlade(fleet, one) }, 'undoable')),
    draft({ kind: 'map-volume', array, volume, tag, lun, initiators, wwid }, 'undoable'),
  ]
}

/** Each blade scans for it, gives it its alias, and its home reserves it. */
export function found(
  fleet: Fleet,
  one: Appearing,
  blades: readonly BladeName[],
  reserve: Reserving | undefined,
): (Draft | Draft[])[] {
  const { volume: alias, wwid } = one
  const volume = claimOn(one)
  const aliasOn = (blade: BladeName) =>
    draft({ kind: 'add-alias', blade, alias, wwid }, 'undoable', nameable(one, blade))
  return [
    blades.map((blade) => draft({ kind: 'scan-lun', blade, ...onBlade(fleet, one) }, 'undoable')),
    // One blade first: a candidate that is no good goes no further than that.
    ...blades.slice(0, 1).map(aliasOn),
    blades.slice(1).map(aliasOn),
    ...(reserve === undefined
      ? []
      : [
          draft({ kind: 'reserve-volume', blade: reserve.home, alias, wwid, key: reserve.key }, 'undoable', [
            { kind: 'identity', blade: reserve.home, volume },
            ...registrable(reserve.home, volume),
          ]),
        ]),
  ]
}

/** What shows that it is there: proved before it is recorded. */
export function provedEverywhere(
  fleet: Fleet,
  one: Appearing,
  blades: readonly BladeName[],
  reserve: Reserving | undefined,
): Claim[] {
  const volume = claimOn(one)
  const onEach = blades.flatMap((blade): Claim[] => [
    { kind: 'identity', blade, volume },
    { kind: 'redundancy', blade, volume, fabrics: fabricsWanted(fleet) },
    { kind: 'alias-free', blade, alias: one.volume, wwid: one.wwid },
    { kind: 'alias-held', blade, volume },
    ...(reserve?.home === blade
      ? [{ kind: 'reservation', blade, volume, key: reserve.key, besides: [] } as const]
      : []),
  ])
  return [...onEach, { kind: 'alike', volume, blades }]
}

/** A recorded volume as one that appears. */
export const appearing = (volume: Volume): Appearing => ({ ...volume, volume: volume.alias })

/** How an act on a blade names the LUN. */
export const onBlade = (fleet: Fleet, { volume, lun, wwid, array }: Appearing) => ({
  volume,
  lun,
  wwid,
  targetPorts: arrayIn(fleet, array).ports.map((port) => port.wwpn),
})
