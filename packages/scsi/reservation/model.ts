/**
 * What a logical unit does with PERSISTENT RESERVE OUT, as a pure model: who is registered, who holds it, who may write.
 * May come in: one command at a time through one nexus, and what befalls the array. May not: time, hosts, bytes.
 * Source: SPC-5, 5.14 Persistent reservations; where LIO does otherwise it is said (linux drivers/target/target_core_pr.c)
 */
import type { ReserveOut } from './command.ts'
import { NO_KEY, type ReservationKey } from './key.ts'
import { isOfAllRegistrants, mayReadUnder, mayWriteUnder, type ReservationType, type Standing } from './type.ts'

/** One initiator port at one target port: registrations and holders are these, not hosts. */
export type Nexus = { readonly initiator: string; readonly target: string }
export type Registration = { readonly nexus: Nexus; readonly key: ReservationKey }

/** `holder` is undefined under the types of all registrants, where each of them is one. */
export type Held = { readonly type: ReservationType; readonly holder: Nexus | undefined }

export type ReservationState = {
  /** PRGENERATION: counts changes of registrations, in 32 bits. */
  readonly generation: number
  readonly registrations: readonly Registration[]
  readonly held: Held | undefined
  /** All this outlives the loss of power: what the last registration said. */
  readonly aptpl: boolean
}

/** What others may send, and we never do: RELEASE and CLEAR have no bytes in command.ts. */
export type ModelCommand =
  | ReserveOut
  | { readonly kind: 'release'; readonly key: ReservationKey; readonly type: ReservationType }
  | { readonly kind: 'clear'; readonly key: ReservationKey }

export type Applied =
  /** `lost`: the nexuses whose registration another one took; after preempt-and-abort their commands are gone too. */
  | { readonly status: 'good'; readonly state: ReservationState; readonly lost: readonly Nexus[] }
  /** RESERVATION CONFLICT; nothing has changed. */
  | { readonly status: 'conflict' }
  /** ILLEGAL REQUEST; nothing has changed. */
  | { readonly status: 'illegal' }

/** A LUN that nobody ever registered with. */
export const UNRESERVED: ReservationState = { generation: 0, registrations: [], held: undefined, aptpl: false }

export const sameNexus = (a: Nexus, b: Nexus): boolean => a.initiator === b.initiator && a.target === b.target

export const registeredKey = (state: ReservationState, nexus: Nexus): ReservationKey | undefined =>
  state.registrations.find((one) => sameNexus(one.nexus, nexus))?.key

const isHolder = ({ held }: ReservationState, nexus: Nexus): boolean =>
  held !== undefined && (held.holder === undefined || sameNexus(held.holder, nexus))

function standing(state: ReservationState, nexus: Nexus): Standing {
  if (registeredKey(state, nexus) === undefined) return 'stranger'
  return isHolder(state, nexus) ? 'holder' : 'registrant'
}

export const mayWrite = (state: ReservationState, nexus: Nexus): boolean =>
  state.held === undefined || mayWriteUnder(state.held.type, standing(state, nexus))

export const mayRead = (state: ReservationState, nexus: Nexus): boolean =>
  state.held === undefined || mayReadUnder(state.held.type, standing(state, nexus))

/** What READ RESERVATION answers: the holder's key, or NO_KEY where all registrants hold it. */
export const heldKey = (state: ReservationState): ReservationKey | undefined =>
  state.held && (state.held.holder ? registeredKey(state, state.held.holder) : NO_KEY)

const CONFLICT: Applied = { status: 'conflict' }
const good = (state: ReservationState, lost: readonly Nexus[] = []): Applied => ({ status: 'good', state, lost })

/** One command, sent through `nexus`. */
export function applyReservation(state: ReservationState, nexus: Nexus, command: ModelCommand): Applied {
  const own = registeredKey(state, nexus)
  switch (command.kind) {
    case 'register':
      if (command.key !== (own ?? NO_KEY)) return CONFLICT
      return good(registered(state, nexus, command.newKey, command.aptpl))
    case 'register-ignore':
      return good(registered(state, nexus, command.newKey, command.aptpl))
    default:
      return own === undefined || own !== command.key ? CONFLICT : ofRegistrant(state, nexus, command)
  }
}

type OfRegistrant = Exclude<ModelCommand, { readonly kind: 'register' | 'register-ignore' }>

/** The commands that only a registrant may send, with its own key. */
function ofRegistrant(state: ReservationState, nexus: Nexus, command: OfRegistrant): Applied {
  switch (command.kind) {
    case 'reserve':
      return reserve(state, nexus, command.type)
    case 'preempt':
    case 'preempt-and-abort':
      return preempt(state, nexus, command.victim, command.type)
    case 'release':
      return release(state, nexus, command.type)
    case 'clear':
      return good({ ...counted(state), registrations: [], held: undefined }, others(state, nexus))
  }
}

const counted = (state: ReservationState): ReservationState => ({
  ...state,
  generation: (state.generation + 1) % 2 ** 32,
})

const others = ({ registrations }: ReservationState, nexus: Nexus): Nexus[] =>
  registrations.filter((one) => !sameNexus(one.nexus, nexus)).map((one) => one.nexus)

/** SPC-5, 5.14.7. LIO does not count an unregistering (recordings/80). */
function registered(state: ReservationState, nexus: Nexus, key: ReservationKey, aptpl: boolean): ReservationState {
  const now = { ...counted(state), aptpl }
  if (key === NO_KEY) return without(now, (one) => sameNexus(one.nexus, nexus))
  const isNew = registeredKey(state, nexus) === undefined
  const registrations = isNew
    ? [...state.registrations, { nexus, key }]
    : state.registrations.map((one) => (sameNexus(one.nexus, nexus) ? { nexus, key } : one))
  return { ...now, registrations }
}

/** A holder that goes takes the reservation along; that of all registrants goes with the last of them. SPC-5, 5.14.11.3 */
function without(state: ReservationState, isGone: (registration: Registration) => boolean): ReservationState {
  const registrations = state.registrations.filter((one) => !isGone(one))
  const { held } = state
  const stays = held?.holder
    ? registrations.some(({ nexus }) => held.holder !== undefined && sameNexus(nexus, held.holder))
    : registrations.length > 0
  return { ...state, registrations, held: stays ? held : undefined }
}

const heldBy = (type: ReservationType, nexus: Nexus): Held => ({
  type,
  holder: isOfAllRegistrants(type) ? undefined : nexus,
})

/** Once more by a holder is good and changes nothing, with another type it is a conflict. SPC-5, 5.14.9 */
function reserve(state: ReservationState, nexus: Nexus, type: ReservationType): Applied {
  if (state.held === undefined) return good({ ...state, held: heldBy(type, nexus) })
  return isHolder(state, nexus) && state.held.type === type ? good(state) : CONFLICT
}

/** Of one who holds nothing it is good and changes nothing. SPC-5, 5.14.11.2 */
function release(state: ReservationState, nexus: Nexus, type: ReservationType): Applied {
  if (state.held === undefined || !isHolder(state, nexus)) return good(state)
  return state.held.type === type ? good({ ...state, held: undefined }) : { status: 'illegal' }
}

/**
 * SPC-5, 5.14.11.4. A victim of NO_KEY is everybody else, under the types of all registrants only. The sender keeps its
 * own registration where the reservation passes to it or is everybody's, and may lose it where it only removes others.
 * LIO lets a type of all registrants become `type` where the victim's is the registration that it has as the holder.
 */
function preempt(state: ReservationState, nexus: Nexus, victim: ReservationKey, type: ReservationType): Applied {
  const isOfAll = state.held !== undefined && isOfAllRegistrants(state.held.type)
  if (victim === NO_KEY) return isOfAll ? taken(state, nexus, () => true, type) : { status: 'illegal' }
  const isVictim = ({ key }: Registration) => key === victim
  if (!isOfAll && state.held !== undefined && heldKey(state) === victim) return taken(state, nexus, isVictim, type)
  if (!state.registrations.some(isVictim)) return CONFLICT
  const isGone = (one: Registration) => isVictim(one) && !(isOfAll && sameNexus(one.nexus, nexus))
  const gone = state.registrations.filter(isGone).map((one) => one.nexus)
  return good(
    without(counted(state), isGone),
    gone.filter((one) => !sameNexus(one, nexus)),
  )
}

/** The reservation passes to the sender, with the type that it asked for. */
function taken(
  state: ReservationState,
  nexus: Nexus,
  isVictim: (registration: Registration) => boolean,
  type: ReservationType,
): Applied {
  const isGone = (one: Registration) => isVictim(one) && !sameNexus(one.nexus, nexus)
  const registrations = state.registrations.filter((one) => !isGone(one))
  return good(
    { ...counted(state), registrations, held: heldBy(type, nexus) },
    state.registrations.filter(isGone).map((one) => one.nexus),
  )
}

/**
 * The array takes away the LUN mapping of a nexus, and with it what was registered through it: LIO does so, and a type 5
 * reservation goes with its holding nexus (recordings/81). A link that is lost takes nothing away.
 */
export const unmapped = (state: ReservationState, nexus: Nexus): ReservationState =>
  without(state, (one) => sameNexus(one.nexus, nexus))

/** The array loses its power: all is kept or nothing, as the last registration said. SPC-5, 5.14.5 */
export const powerLost = (state: ReservationState): ReservationState =>
  state.aptpl ? { ...state, generation: 0 } : UNRESERVED
