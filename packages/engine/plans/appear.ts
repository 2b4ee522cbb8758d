/**
 * LUNs of one array appear on every blade under their aliases: shown by the array, found by one narrow scan a blade, named
 * by one change of its configuration, proved. The order of the steps is the one in which undoing them, newest first,
 * leaves nothing behind (facts: san.md C3).
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { ShownLun, ShowVolume, WwidRef } from '#actions'
import {
  type Alias,
  type ArrayName,
  asOnArray,
  type Blade,
  type BladeName,
  type Bytes,
  type Fleet,
  fabricsWanted,
  type LunNumber,
  type Volume,
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
  ...{ array, ...asOnArray(fleet, volume), lun, wwid },
  initiators: blade.ports.map((port) => port.wwpn),
  initiatorsOf: blade.name,
})

/** Their numbers are free on every blade, then the array shows them. */
export function shown(
  fleet: Fleet,
  array: ArrayName,
  ones: readonly Appearing[],
  blades: readonly BladeName[],
): (Draft | Draft[])[] {
  const initiators = blades.flatMap((blade) => fleet.blades.get(blade)?.ports.map((port) => port.wwpn) ?? [])
  return [
    blades.map((blade) => draft({ kind: 'check-lun-free', blade, ...lunsOnBlade(fleet, array, ones) }, 'undoable')),
    ...ones.map(({ volume, lun, wwid }) =>
      draft({ kind: 'map-volume', array, ...asOnArray(fleet, volume), lun, initiators, wwid }, 'undoable'),
    ),
  ]
}

/** Each blade scans for them and gives them their aliases, and their home reserves them. */
export function found(
  fleet: Fleet,
  array: ArrayName,
  ones: readonly Appearing[],
  blades: readonly BladeName[],
  reserve: Reserving | undefined,
): (Draft | Draft[])[] {
  return [
    blades.map((blade) => draft({ kind: 'scan-lun', blade, ...lunsOnBlade(fleet, array, ones) }, 'undoable')),
    ...named(ones, blades),
    ...(reserve === undefined ? [] : ones.map((one) => reserved(one, reserve))),
  ]
}

/** Each blade gives them their aliases; one blade first: a candidate that is no good goes no further than that. */
export function named(ones: readonly Appearing[], blades: readonly BladeName[]): (Draft | Draft[])[] {
  const aliases = ones.map(({ volume, wwid }) => ({ alias: volume, wwid }))
  const aliasOn = (blade: BladeName) =>
    draft(
      { kind: 'add-aliases', blade, aliases },
      'undoable',
      ones.flatMap((one) => nameable(one, blade)),
    )
  return [...blades.slice(0, 1).map(aliasOn), blades.slice(1).map(aliasOn)]
}

/** `besides`: what else must be so of one that somebody else may have used before. */
export function reserved(one: Appearing, { home, key }: Reserving, besides: readonly Claim[] = []): Draft {
  const volume = claimOn(one)
  return draft({ kind: 'reserve-volume', blade: home, alias: one.volume, wwid: one.wwid, key }, 'undoable', [
    { kind: 'identity', blade: home, volume },
    ...registrable(home, volume),
    ...besides,
  ])
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
  ...{ volume, lun, wwid },
  targetPorts: portsOf(fleet, array),
})

/** How an act on a blade names several of an array's. */
export const lunsOnBlade = (fleet: Fleet, array: ArrayName, ones: readonly Appearing[]) => ({
  luns: ones.map(({ volume, lun, wwid }): ShownLun => ({ volume, lun, wwid })),
  targetPorts: portsOf(fleet, array),
})

const portsOf = (fleet: Fleet, array: ArrayName) => arrayIn(fleet, array).ports.map((port) => port.wwpn)
