/** A volume's reservation passes from its home to another blade while nothing runs on it. */
import type { BladeName, Fleet } from '#documents'
import type { Claim } from '#findings'
import { type Draft, draft } from './plan.ts'
import { claimed } from './vm-claims.ts'
import { nextKey, type Reserved, registrable, reservedAtHome } from './writer-claims.ts'

export function parkedAt(fleet: Fleet, one: Reserved, to: BladeName): Draft[] {
  const { alias, wwid } = one.volume
  const key = nextKey(fleet, one, to)
  const identity: Claim = { kind: 'identity', blade: to, volume: claimed(one.volume) }
  return [
    // the key may be there already, from a run that was cut off
    draft({ kind: 'register-key', blade: to, alias, wwid, key }, 'undoable', [
      identity,
      ...registrable(to, claimed(one.volume)),
      reservedAtHome(one, [key]),
    ]),
    draft({ kind: 'preempt-key', blade: to, alias, wwid, key, from: one.home, theirs: one.key }, 'undoable', [
      identity,
      { kind: 'disk-unused', blade: one.home, volume: alias, except: '' },
    ]),
  ]
}
