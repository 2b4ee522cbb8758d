/**
 * What a logical unit answers to PERSISTENT RESERVE IN.
 * May come in: the bytes of an answer, of any length. May not: half an answer taken for a whole one: a list that was cut
 * off says nothing of who is not in it.
 * Source: SPC-5, 6.16 PERSISTENT RESERVE IN command
 */
import { byteAt, numberAt } from '../bytes.ts'
import { keyAt, type ReservationKey } from './key.ts'
import { parseTransportId, type TransportId } from './transport-id.ts'
import { RESERVATION_TYPES, type ReservationType, typeOf } from './type.ts'

export type AnswerFault =
  /** Not even the head is there. */
  | 'short'
  /** The list goes on behind the end of the answer. */
  | 'cut-off'
  /** A length that no such list can have. */
  | 'length-invalid'
  /** A scope other than the logical unit, or a type that is none. */
  | 'type-invalid'

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: AnswerFault; readonly found: string }

/** A key stands there once for each nexus that registered it. `generation` grows with each change of registrations. */
export type ReadKeys = { readonly generation: number; readonly keys: readonly ReservationKey[] }

/** `key` is the holder's, NO_KEY under the types of all registrants; `held` is undefined where nobody reserved. */
export type ReadReservation = {
  readonly generation: number
  readonly held: { readonly key: ReservationKey; readonly type: ReservationType } | undefined
}

export type ReservationCapabilities = {
  /** A registration can outlive the loss of power (PTPL_C), and does now (PTPL_A). */
  readonly canOutlivePower: boolean
  readonly outlivesPower: boolean
  /** One registration can be of all target ports (ATP_C), or name its initiator ports (SIP_C). */
  readonly allTargetPorts: boolean
  readonly specifiedInitiators: boolean
  /** undefined: it does not say (TMV is 0). */
  readonly types: readonly ReservationType[] | undefined
}

/** A nexus that registered. `targetPort` is the relative identifier, undefined where the registration is of all ports. */
export type Registrant = {
  readonly key: ReservationKey
  readonly initiator: TransportId
  readonly targetPort: number | undefined
  /** What it holds. LIO marks one holder only under the types of all registrants. */
  readonly holds: ReservationType | undefined
}
export type FullStatus = { readonly generation: number; readonly registrants: readonly Registrant[] }

const fail = (fault: AnswerFault, found: string): { ok: false; fault: AnswerFault; found: string } => ({
  ok: false,
  fault,
  found,
})

/** The part behind generation and length, whole or not at all. */
function listOf(bytes: Uint8Array): Answer<Uint8Array> {
  if (bytes.length < 8) return fail('short', `${bytes.length} bytes`)
  const length = numberAt(bytes, 4, 4)
  if (bytes.length < 8 + length) return fail('cut-off', `${bytes.length - 8} of ${length} bytes`)
  return { ok: true, value: bytes.subarray(8, 8 + length) }
}

/** SPC-5, 6.16.2 */
export function parseReadKeys(bytes: Uint8Array): Answer<ReadKeys> {
  const list = listOf(bytes)
  if (!list.ok) return list
  if (list.value.length % 8 !== 0) return fail('length-invalid', `a list of ${list.value.length} bytes`)
  const keys = Array.from({ length: list.value.length / 8 }, (_, i) => keyAt(list.value, 8 * i))
  return { ok: true, value: { generation: numberAt(bytes, 0, 4), keys } }
}

/** SPC-5, 6.16.3 */
export function parseReadReservation(bytes: Uint8Array): Answer<ReadReservation> {
  const list = listOf(bytes)
  if (!list.ok) return list
  const generation = numberAt(bytes, 0, 4)
  if (list.value.length === 0) return { ok: true, value: { generation, held: undefined } }
  if (list.value.length < 16) return fail('length-invalid', `a reservation of ${list.value.length} bytes`)
  const type = scopedType(byteAt(list.value, 13))
  if (type === undefined) return fail('type-invalid', `scope and type 0x${byteAt(list.value, 13).toString(16)}`)
  return { ok: true, value: { generation, held: { key: keyAt(list.value, 0), type } } }
}

/** Scope 0 is the logical unit, the only one. */
const scopedType = (byte: number): ReservationType | undefined => (byte >> 4 === 0 ? typeOf(byte & 0x0f) : undefined)

/** The bit of each type in the mask of two bytes. SPC-5, 6.16.4 */
const TYPE_BITS: Readonly<Record<ReservationType, number>> = {
  1: 0x0200,
  3: 0x0800,
  5: 0x2000,
  6: 0x4000,
  7: 0x8000,
  8: 0x0001,
}

/** SPC-5, 6.16.4 */
export function parseReportCapabilities(bytes: Uint8Array): Answer<ReservationCapabilities> {
  if (bytes.length < 8) return fail('short', `${bytes.length} bytes`)
  if (numberAt(bytes, 0, 2) < 8) return fail('length-invalid', `a length of ${numberAt(bytes, 0, 2)}`)
  const [can, does] = [byteAt(bytes, 2), byteAt(bytes, 3)]
  const mask = numberAt(bytes, 4, 2)
  return {
    ok: true,
    value: {
      canOutlivePower: (can & 0x01) !== 0,
      outlivesPower: (does & 0x01) !== 0,
      allTargetPorts: (can & 0x04) !== 0,
      specifiedInitiators: (can & 0x08) !== 0,
      types: does & 0x80 ? RESERVATION_TYPES.filter((type) => mask & TYPE_BITS[type]) : undefined,
    },
  }
}

/** SPC-5, 6.16.5 */
export function parseReadFullStatus(bytes: Uint8Array): Answer<FullStatus> {
  const list = listOf(bytes)
  if (!list.ok) return list
  const registrants: Registrant[] = []
  for (let at = 0; at < list.value.length; ) {
    const rest = list.value.subarray(at)
    const length = 24 + numberAt(rest, 20, 4)
    if (rest.length < length) return fail('length-invalid', `a descriptor of ${length} bytes in ${rest.length}`)
    const registrant = registrantOf(rest.subarray(0, length))
    if (!registrant.ok) return registrant
    registrants.push(registrant.value)
    at += length
  }
  return { ok: true, value: { generation: numberAt(bytes, 0, 4), registrants } }
}

function registrantOf(bytes: Uint8Array): Answer<Registrant> {
  const flags = byteAt(bytes, 12)
  const type = scopedType(byteAt(bytes, 13))
  const isHolder = (flags & 0x01) !== 0
  if (isHolder && type === undefined)
    return fail('type-invalid', `a holder of scope and type 0x${byteAt(bytes, 13).toString(16)}`)
  return {
    ok: true,
    value: {
      key: keyAt(bytes, 0),
      initiator: parseTransportId(bytes.subarray(24)),
      targetPort: flags & 0x02 ? undefined : numberAt(bytes, 18, 2),
      holds: isHolder ? type : undefined,
    },
  }
}
