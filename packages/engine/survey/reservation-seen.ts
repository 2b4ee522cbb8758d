/**
 * A volume's reservation as its LUN tells it, put together from all paths of all blades: one LUN, so one answer is
 * expected, and where the paths do not agree each answer stands with its paths.
 * May come in: a survey whose question named the volume's reservations. May not: what should be (that is a finding's).
 */
import type { ReadReservation, Registrant, ReservationKey } from '@anyblade/scsi'
import type { BladeName, Volume } from '#documents'
import { isRegistrantOf, type Nexus, nexusesOf, registeredKeyOf } from './nexus.ts'
import { excuse, type Reading } from './reading.ts'
import { answerIn } from './reservation.ts'
import { type Survey, wwidOf } from './survey.ts'

export type HeldSeen = {
  readonly held: ReadReservation['held'] | 'not supported' | { readonly unread: string }
  readonly nexuses: readonly Nexus[]
}
export type NexusSeen = { readonly nexus: Nexus; readonly key: Reading<ReservationKey | undefined> }

export type ReservationSeen = {
  readonly held: readonly HeldSeen[]
  /** How often each key is registered, by the path that knows of most. */
  readonly keys: ReadonlyMap<ReservationKey, number>
  readonly nexuses: readonly NexusSeen[]
  /** Who is registered and is no path of the blades that were asked. */
  readonly others: readonly Registrant[]
}

/** By the paths that are known to lead to the volume; of the others nothing is believed. */
export function reservationSeen(survey: Survey, volume: Pick<Volume, 'alias' | 'wwid'>): ReservationSeen {
  const blades: readonly BladeName[] = [...survey.blades.keys()]
  const nexuses = blades
    .flatMap((blade) => nexusesOf(survey, blade, volume.alias))
    .filter(({ path }) => wwidOf(path) === volume.wwid)
  return {
    held: heldBy(nexuses),
    keys: mostKeys(nexuses),
    nexuses: nexuses.map((nexus) => ({ nexus, key: registeredKeyOf(nexus) })),
    others: registrants(nexuses).filter((one) => !nexuses.some((nexus) => isRegistrantOf(nexus, one))),
  }
}

function heldBy(nexuses: readonly Nexus[]): HeldSeen[] {
  const answers = Map.groupBy(nexuses, (nexus) => JSON.stringify(heldOf(nexus) ?? null))
  return [...answers.values()].flatMap((agreeing) => {
    const [first] = agreeing
    return first === undefined ? [] : [{ held: heldOf(first), nexuses: agreeing }]
  })
}

function heldOf({ said }: Nexus): HeldSeen['held'] {
  if (said?.reservation.state !== 'read') return { unread: excuse(said?.reservation) }
  return said.reservation.value === 'not supported' ? 'not supported' : said.reservation.value.held
}

function mostKeys(nexuses: readonly Nexus[]): Map<ReservationKey, number> {
  const most = new Map<ReservationKey, number>()
  for (const { said } of nexuses) {
    const keys = answerIn(said?.keys)?.keys ?? []
    for (const [key, all] of Map.groupBy(keys, (one) => one)) most.set(key, Math.max(most.get(key) ?? 0, all.length))
  }
  return most
}

/** The longest answer; the LUN's list is one, however many paths tell it. */
function registrants(nexuses: readonly Nexus[]): readonly Registrant[] {
  const lists = nexuses.map(({ said }) => answerIn(said?.fullStatus)?.registrants ?? [])
  return lists.reduce((longest, list) => (list.length > longest.length ? list : longest), [])
}
