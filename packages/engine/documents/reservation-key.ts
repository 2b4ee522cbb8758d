/**
 * Whose reservation key is whose: the fleet's id, the blade's number and a generation make a key, and a key that is read
 * back tells them again.
 * May come in: documents, and keys as an array tells them. May not: who is registered where (that is a survey's).
 */
import { keyOf, keyParts, type ReservationKey } from '@anyblade/scsi'
import { EngineError } from '#errors'
import type { Blade, Fleet, Volume } from './fleet.ts'
import type { BladeName } from './names.ts'

const fleetNumber = ({ settings }: Pick<Fleet, 'settings'>): number => Number.parseInt(settings.id, 16)

/** The key of a blade in a generation, or undefined where the blade's document has no number for it. */
export function reservationKey(
  fleet: Pick<Fleet, 'settings'>,
  blade: Pick<Blade, 'key'>,
  generation: number,
): ReservationKey | undefined {
  if (blade.key === undefined) return undefined
  return keyOf({ fleet: fleetNumber(fleet), blade: blade.key, generation })
}

/** The key under which a volume is reserved by its document; undefined where its writer is not the array. */
export function documentedKey(fleet: Fleet, volume: Volume): ReservationKey | undefined {
  const home = volume.home === undefined ? undefined : fleet.blades.get(volume.home)
  if (volume.writer !== 'array' || home === undefined || volume.generation === undefined) return undefined
  return reservationKey(fleet, home, volume.generation)
}

/** `blade` is undefined for a number that no document has: a blade that was taken out of the fleet. */
export type KeyOwner =
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'ours'
      readonly blade: BladeName | undefined
      readonly number: number
      readonly generation: number
    }

/** Of another fleet, or of no fleet at all, is foreign. */
export function keyOwner(fleet: Pick<Fleet, 'settings' | 'blades'>, key: ReservationKey): KeyOwner {
  const { fleet: number, blade, generation } = keyParts(key)
  if (number !== fleetNumber(fleet) || blade === 0) return { kind: 'foreign' }
  const owner = [...fleet.blades.values()].find((candidate) => candidate.key === blade)
  return { kind: 'ours', blade: owner?.name, number: blade, generation }
}

/** `blade2, generation 3`, `blade number 9 (in no document), generation 3`, `foreign`. */
export function ownerText(owner: KeyOwner): string {
  if (owner.kind === 'foreign') return 'foreign'
  return `${owner.blade ?? `blade number ${owner.number} (in no document)`}, generation ${owner.generation}`
}

const KEYS_MAX = 0xffff

/**
 * A number for a new blade, above all that are given: a lower one that is free may still be registered somewhere.
 * @throws EngineError `intent-invalid` where 65535 is given
 */
export function freeBladeKey({ blades }: Pick<Fleet, 'blades'>): number {
  const highest = Math.max(0, ...[...blades.values()].map((blade) => blade.key ?? 0))
  if (highest < KEYS_MAX) return highest + 1
  throw new EngineError('intent-invalid', {
    attempted: 'find a number for the blade in reservation keys',
    found: `${KEYS_MAX}, the last one, is given`,
    hint: 'set a free `key` in a blade’s document by hand, after a look that no array knows it any more',
  })
}
