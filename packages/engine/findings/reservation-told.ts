/**
 * What the findings about a reservation share: the paths that carry the volume's I/O, each known to lead to it and each
 * having answered; and keys that have no business at it.
 */
import { initiatorText, type Registrant, type ReservationKey } from '@anyblade/scsi'
import { type Fleet, keyOwner, ownerText } from '#documents'
import {
  answerIn,
  excuse,
  isRegistrantOf,
  keptAs,
  type Nexus,
  nexusesOf,
  reportOf,
  type Survey,
  silenceOf,
  wwidOf,
} from '#survey'
import { type ClaimOf, type Finding, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'reservation' | 'reassertable' | 'unreserved'>

/** The nexuses by which the blade's I/O reaches the volume, or the finding that they did not all tell. */
export function nexusesTold(claim: Claimed, survey: Survey): readonly Nexus[] | Finding {
  const { blade, volume } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, silenceOf(survey, blade))
  const nexuses = nexusesOf(survey, blade, volume.alias)
  if (nexuses.length === 0) return unknown(claim, `no path on ${blade} carries ${volume.alias}`)
  const strange = nexuses.filter(({ path }) => wwidOf(path) !== volume.wwid)
  if (strange.length > 0)
    return unknown(claim, `not every path of ${volume.alias} on ${blade} is known to lead to it`, {
      evidence: strange.map(({ path }) => `${path.hctl}  ${path.sd}  ${wwidOf(path) ?? excuse(path.inquiry)}`),
    })
  return unread(claim, nexuses) ?? nexuses
}

export const isFinding = (told: readonly Nexus[] | Finding): told is Finding => 'verdict' in told

/** What was not answered through some path; what an array can't do it says through all of them. */
function unread(claim: Claimed, nexuses: readonly Nexus[]): Finding | undefined {
  const { blade, volume } = claim
  if (nexuses.some(({ said }) => [said?.keys, said?.reservation].some(isUnsupported)))
    return refuted(claim, `the array of ${volume.alias} has no persistent reservations`, {
      next: `set the writer of ${volume.alias} to what keeps it to one writer, or to none`,
    })
  const silent = nexuses.filter(({ said }) => said?.keys.state !== 'read' || said.reservation.state !== 'read')
  if (silent.length === 0) return undefined
  return unknown(claim, `not every path of ${volume.alias} on ${blade} says who has reserved it`, {
    evidence: silent.map(
      ({ path, said }) => `${path.hctl}  ${path.sd}  ${excuse(said?.keys)}, ${excuse(said?.reservation)}`,
    ),
  })
}

export const isUnsupported = (reading: { readonly state: string; readonly value?: unknown } | undefined): boolean =>
  reading?.state === 'read' && reading.value === 'not supported'

export const keysOf = ({ said }: Nexus): readonly ReservationKey[] => answerIn(said?.keys)?.keys ?? []

/** What the array can, as the first path that tells says it; undefined where none does. */
export const capabilitiesOf = (nexuses: readonly Nexus[]) =>
  nexuses.map(({ said }) => answerIn(said?.capabilities)).find((told) => told !== undefined)

export const typeFor = (nexuses: readonly Nexus[]): 5 | 7 | undefined => keptAs(capabilitiesOf(nexuses))

/** Keys that are not `wanted`: a foreign one first, for nobody knows what its owner will do. */
export function otherKeys(
  claim: Claimed,
  fleet: Fleet,
  nexuses: readonly Nexus[],
  wanted: (key: ReservationKey) => boolean,
): Finding | undefined {
  const { volume } = claim
  const others = [...new Set(nexuses.flatMap(keysOf))].filter((key) => !wanted(key))
  if (others.length === 0) return undefined
  const owners = others.map((key) => ({ key, owner: keyOwner(fleet, key) }))
  const foreign = owners.filter(({ owner }) => owner.kind === 'foreign')
  const evidence = owners.map(({ key, owner }) => `${key}  ${ownerText(owner)}${whereText(nexuses, key)}`)
  if (foreign.length > 0)
    return refuted(claim, `foreign key: who is no blade of this fleet is registered at ${volume.alias}`, {
      evidence,
      next: 'find out whose key it is; it is never taken away for being foreign',
    })
  return refuted(claim, `another key of this fleet is registered at ${volume.alias}`, { evidence })
}

/** From which initiator a key is registered, where the array says it. */
function whereText(nexuses: readonly Nexus[], key: ReservationKey): string {
  const lists = nexuses.map(({ said }) => answerIn(said?.fullStatus)?.registrants ?? [])
  const its = (lists.find((list) => list.length > 0) ?? []).filter((one) => one.key === key)
  const places = new Set(its.map((one) => initiatorText(one.initiator)))
  return places.size === 0 ? '' : `, at ${[...places].join(' and ')}`
}

/** Whether a key stands at one of these nexuses, and nowhere else. */
export function isOnlyAt(nexuses: readonly Nexus[], key: ReservationKey): boolean {
  const lists = nexuses.map(({ said }) => answerIn(said?.fullStatus)?.registrants)
  const its = (lists.find((list) => list !== undefined) ?? []).filter((one: Registrant) => one.key === key)
  return its.length > 0 && its.every((one) => nexuses.some((nexus) => isRegistrantOf(nexus, one)))
}
