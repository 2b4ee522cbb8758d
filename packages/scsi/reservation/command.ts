/**
 * PERSISTENT RESERVE OUT and IN as bytes. May come in: only what takes or passes on a reservation.
 * May not: RELEASE and CLEAR, which free the LUN for every blade; there is no word for them here.
 * Source: SPC-5, 6.16 and 6.17
 */
import { bytesOfHex } from '../bytes.ts'
import { NO_KEY, type ReservationKey } from './key.ts'
import type { ReservationType } from './type.ts'

/** `key` is the nexus's own, `victim` whose registrations go; a `newKey` of NO_KEY unregisters. */
export type ReserveOut =
  | {
      readonly kind: 'register'
      readonly key: ReservationKey
      readonly newKey: ReservationKey
      readonly aptpl: boolean
    }
  /** The one that may be repeated: `register` on a nexus that is registered is a conflict. */
  | { readonly kind: 'register-ignore'; readonly newKey: ReservationKey; readonly aptpl: boolean }
  | { readonly kind: 'reserve'; readonly key: ReservationKey; readonly type: ReservationType }
  | {
      readonly kind: 'preempt' | 'preempt-and-abort'
      readonly key: ReservationKey
      readonly victim: ReservationKey
      readonly type: ReservationType
    }

/** What goes to the device: the command, and the parameters that it takes along. */
export type OutBytes = { readonly cdb: Uint8Array; readonly parameters: Uint8Array }

const SERVICE_ACTIONS: Readonly<Record<ReserveOut['kind'], number>> = {
  register: 0x00,
  reserve: 0x01,
  preempt: 0x04,
  'preempt-and-abort': 0x05,
  'register-ignore': 0x06,
}
const PARAMETER_BYTES = 24

/** SPC-5, 6.17: the scope is always the logical unit, and no initiator port is named but the sender's. */
export function reserveOut(command: ReserveOut): OutBytes {
  const cdb = new Uint8Array(10)
  cdb.set([0x5f, SERVICE_ACTIONS[command.kind], 'type' in command ? command.type : 0])
  cdb[8] = PARAMETER_BYTES
  const parameters = new Uint8Array(PARAMETER_BYTES)
  parameters.set(bytesOfKey('key' in command ? command.key : NO_KEY), 0)
  parameters.set(bytesOfKey(serviceActionKey(command)), 8)
  // The array looks at this bit in the two that register, and ignores it in the others.
  if ('aptpl' in command && command.aptpl) parameters[20] = 0x01
  return { cdb, parameters }
}

function serviceActionKey(command: ReserveOut): ReservationKey {
  switch (command.kind) {
    case 'register':
    case 'register-ignore':
      return command.newKey
    case 'preempt':
    case 'preempt-and-abort':
      return command.victim
    case 'reserve':
      return NO_KEY
  }
}

const bytesOfKey = (key: ReservationKey): Uint8Array => bytesOfHex(key) ?? new Uint8Array(8)

/** What can be read; the number is the service action's. */
export const READ_ACTIONS = { keys: 0x00, reservation: 0x01, capabilities: 0x02, 'full-status': 0x03 } as const
export type ReadAction = keyof typeof READ_ACTIONS

/** The command that reads up to `allocationBytes` (65535 at most). */
export function reserveIn(action: ReadAction, allocationBytes: number): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb.set([0x5e, READ_ACTIONS[action]])
  cdb.set([allocationBytes >> 8, allocationBytes & 0xff], 7)
  return cdb
}
