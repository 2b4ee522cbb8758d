/**
 * Who may write a volume, as the array enforces it: SCSI-3 persistent reservations, type 7 (5 where an array can't) with
 * APTPL, one key a blade.
 * Only ever register, reserve and preempt: a holder never unregisters to hand over, and nobody releases or clears.
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { Alias, BladeName } from '#documents'
import type { WwidRef } from './evidence.ts'

type KeyOnBlade = {
  readonly blade: BladeName
  readonly alias: Alias
  readonly wwid: WwidRef
  /** This blade's. */
  readonly key: ReservationKey
}
/** Through every path; the volume stays reserved as it is. */
export type RegisterKey = KeyOnBlade & { readonly kind: 'register-key' }
/** Registers, and reserves where nobody has yet: from then on who is not registered can't write. */
export type ReserveVolume = KeyOnBlade & { readonly kind: 'reserve-volume' }
/** The same for a volume whose reservation was lost; it is not taken back, for then nobody would keep it at all. */
export type ReassertVolume = KeyOnBlade & { readonly kind: 'reassert-volume' }
/** On this blade; the last registrant to go frees the volume for all. */
export type UnregisterKey = KeyOnBlade & { readonly kind: 'unregister-key' }
/** Takes another blade's key away. Only where nothing runs on the volume: see hand-over-on-blade.ts for a guest that does. */
export type PreemptKey = KeyOnBlade & {
  readonly kind: 'preempt-key'
  readonly from: BladeName
  readonly theirs: ReservationKey
}
export type ReservationAction = RegisterKey | ReserveVolume | ReassertVolume | UnregisterKey | PreemptKey

export function inverseOfReservation(action: ReservationAction): ReservationAction | undefined {
  switch (action.kind) {
    case 'register-key':
    case 'reserve-volume':
      return { ...action, kind: 'unregister-key' }
    case 'preempt-key': {
      const { from, theirs, alias, wwid } = action
      return { kind: 'register-key', blade: from, alias, wwid, key: theirs }
    }
    case 'reassert-volume':
    case 'unregister-key':
      return undefined // this one is an inverse itself
  }
}

export function sentenceOfReservation(action: ReservationAction): string {
  switch (action.kind) {
    case 'register-key':
      return `register the key ${action.key} at ${action.alias} through every path`
    case 'reserve-volume':
      return `reserve ${action.alias} under the key ${action.key}`
    case 'reassert-volume':
      return `register the key ${action.key} at ${action.alias} through every path, and reserve it where nobody has`
    case 'unregister-key':
      return `take the key ${action.key} back from ${action.alias}`
    case 'preempt-key':
      return `take ${action.from}'s key ${action.theirs} from ${action.alias}`
  }
}
