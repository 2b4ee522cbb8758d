/** Who writes a VM's volumes: the claims and keys that plans about a VM share. */

import type { ReservationKey } from '@anyblade/scsi'
import type { DocumentChange, Field } from '#actions'
import { type Blade, type BladeName, documentedKey, type Fleet, reservationKey, type Vm, type Volume } from '#documents'
import { EngineError } from '#errors'
import type { Claim, VolumeClaim } from '#findings'
import { bladeIn, volumeIn } from './missing.ts'
import { claimed } from './vm-claims.ts'

/** A volume that the array keeps to one writer, and the key of who may write it by the documents. */
export type Reserved = {
  readonly volume: Volume
  readonly home: BladeName
  readonly generation: number
  readonly key: ReservationKey
}

/** The VM's volumes that are reserved; others have another writer's class, or none. */
export function reservedIn(fleet: Fleet, { volumes }: Pick<Vm, 'volumes'>): Reserved[] {
  return volumes.flatMap((alias) => {
    const volume = volumeIn(fleet, alias)
    const { home, generation } = volume
    const key = documentedKey(fleet, volume)
    return home === undefined || generation === undefined || key === undefined
      ? []
      : [{ volume, home, generation, key }]
  })
}

/** The key under which `to` takes the volume: of a new generation, never seen before. */
export function nextKey(fleet: Fleet, { volume, generation }: Reserved, to: BladeName): ReservationKey {
  const key = reservationKey(fleet, bladeIn(fleet, to), generation + 1)
  if (key !== undefined) return key
  throw new EngineError('intent-invalid', {
    attempted: `let ${to} write ${volume.alias}, which the array keeps to one writer`,
    found: `the document of ${to} has no key number`,
    hint: `give blades/${to}.yaml a \`key\` that no other blade has`,
  })
}

/** The blade's key may be registered at the volume: multipathd keeps it up, and nothing of the blade's own is in the way. */
export const registrable = (blade: BladeName, volume: VolumeClaim): Claim[] => [
  { kind: 'unheld', blade, volume },
  { kind: 'key-file', blade, volume },
]

/** On its home the volume is reserved, every path registered, nobody else there; `besides`: keys that may be there too. */
export const reservedAtHome = ({ volume, home, key }: Reserved, besides: readonly ReservationKey[] = []): Claim => ({
  kind: 'reservation',
  blade: home,
  volume: claimed(volume),
  key,
  besides,
})

/** A blade's keys that may still be at the volume: of the generations about the current one. */
export const keysOf = (fleet: Fleet, blade: Pick<Blade, 'key'>, { generation }: Reserved): ReservationKey[] =>
  [generation - 1, generation, generation + 1].flatMap(
    (one) => (one < 1 ? undefined : reservationKey(fleet, blade, one)) ?? [],
  )

/** The VM's volumes are reserved at home, and it stops when it is refused a write. `to`: a blade that may be registered too. */
export function writableAtHome(fleet: Fleet, vm: Vm, to?: BladeName): Claim[] {
  const reserved = reservedIn(fleet, vm)
  if (reserved.length === 0) return []
  const besides = (one: Reserved) => (to === undefined ? [] : [nextKey(fleet, one, to)])
  return [
    ...reserved.map((one) => reservedAtHome(one, besides(one))),
    { kind: 'error-policy', blade: vm.home, vm: vm.name },
  ]
}

/** What a volume's document says of where it is reserved. */
export const homeFields = (home: BladeName, generation: number): Field[] => [
  { path: ['home'], value: home },
  { path: ['generation'], value: String(generation) },
]

/** The document of a volume whose reservation has passed to `to`. */
export const passedTo = (to: BladeName, { volume, generation }: Reserved): DocumentChange => ({
  document: `volumes/${volume.alias}.yaml`,
  set: homeFields(to, generation + 1),
})
