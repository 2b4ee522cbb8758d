/** What is left of a blade's keys at a volume that is reserved elsewhere: given up by the blade itself. */
import { type Blade, type Fleet, reservationKey } from '#documents'
import type { Claim } from '#findings'
import { type Draft, draft, type Phase } from './plan.ts'
import { claimed } from './vm-claims.ts'
import { keysOf, type Reserved, reservedAtHome } from './writer-claims.ts'

/** Held by its home; a key of the blade may still, or again, be beside it. */
export const atHomeBesides = (fleet: Fleet, blade: Blade, one: Reserved): Claim =>
  reservedAtHome(one, keysOf(fleet, blade, one))

/** Never before another registrant was read back: the last one to go frees the volume for all. */
export function keysDropped(fleet: Fleet, blade: Blade, one: Reserved, phase: Phase): Draft[] {
  const { alias, wwid } = one.volume
  const key = reservationKey(fleet, blade, one.generation)
  if (key === undefined) return []
  return [
    draft({ kind: 'drop-keys', blade: blade.name, alias, wwid, key }, phase, [
      { kind: 'identity', blade: blade.name, volume: claimed(one.volume) },
      atHomeBesides(fleet, blade, one),
    ]),
  ]
}
