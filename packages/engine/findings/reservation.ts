/**
 * Claim: the array keeps the volume to one writer: it is reserved with the wanted type, every path that carries the
 * blade's I/O is registered under its current key, and nobody else's key is there.
 * A conflict is not tried again on another path (DESIGN "One writer"), so one path that is not registered is enough for
 * a guest to stop; and under type 5 the reservation may be gone with one nexus (recordings/81).
 */
import { type ReservationKey, typeText } from '@anyblade/scsi'
import { type Fleet, keyOwner, ownerText } from '#documents'
import { answerIn, excuse, type Nexus, nexusesOf, registeredKeyOf, reportOf, type Survey, wwidOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'reservation'>

export function reservation(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, `${blade} gave no answer`)
  const nexuses = nexusesOf(survey, blade, volume.alias)
  if (nexuses.length === 0) return unknown(claim, `no path on ${blade} carries ${volume.alias}`)
  const strange = nexuses.filter(({ path }) => wwidOf(path) !== volume.wwid)
  if (strange.length > 0)
    return unknown(claim, `not every path of ${volume.alias} on ${blade} is known to lead to it`, {
      evidence: strange.map(({ path }) => `${path.hctl}  ${path.sd}  ${wwidOf(path) ?? excuse(path.inquiry)}`),
    })
  return (
    unread(claim, nexuses) ?? keys(claim, fleet, nexuses) ?? held(claim, nexuses) ?? registered(claim, fleet, nexuses)
  )
}

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

const isUnsupported = (reading: { readonly state: string; readonly value?: unknown } | undefined): boolean =>
  reading?.state === 'read' && reading.value === 'not supported'

const keysOf = ({ said }: Nexus): readonly ReservationKey[] => answerIn(said?.keys)?.keys ?? []

/** Keys that have no business there: a foreign one first, for nobody knows what its owner will do. */
function keys(claim: Claimed, fleet: Fleet, nexuses: readonly Nexus[]): Finding | undefined {
  const { volume } = claim
  const wanted = new Set([claim.key, ...claim.besides])
  const others = [...new Set(nexuses.flatMap(keysOf))].filter((key) => !wanted.has(key))
  if (others.length === 0) return undefined
  const owners = others.map((key) => ({ key, owner: keyOwner(fleet, key) }))
  const foreign = owners.filter(({ owner }) => owner.kind === 'foreign')
  const evidence = owners.map(({ key, owner }) => `${key}  ${ownerText(owner)}`)
  if (foreign.length > 0)
    return refuted(claim, `foreign key: who is no blade of this fleet is registered at ${volume.alias}`, {
      evidence,
      next: 'find out whose key it is; it is never taken away for being foreign',
    })
  return refuted(claim, `another key of this fleet is registered at ${volume.alias}`, { evidence })
}

/** The reservation itself. Under the types of all registrants it names no key. */
function held(claim: Claimed, nexuses: readonly Nexus[]): Finding | undefined {
  const { volume, type, key } = claim
  const readings = nexuses.flatMap(({ said }) => {
    const answer = answerIn(said?.reservation)
    return answer === undefined ? [] : [answer.held]
  })
  if (readings.some((found) => found === undefined))
    return refuted(claim, `reservation absent: every blade that sees ${volume.alias} can write it`, {
      next: `anyblade volume show ${volume.alias}`,
    })
  const other = readings.find((found) => found !== undefined && found.type !== type)
  if (other) return refuted(claim, `${volume.alias} is reserved as ${typeText(other.type)}, not ${typeText(type)}`)
  const stranger = type === 5 ? readings.find((found) => found !== undefined && found.key !== key) : undefined
  return stranger && refuted(claim, `${volume.alias} is reserved under another key: ${stranger.key}`)
}

/** Where the array does not say which nexus is registered, the count of the keys must do. */
function registered(claim: Claimed, fleet: Fleet, nexuses: readonly Nexus[]): Finding {
  const { blade, volume, key, type } = claim
  const rows = nexuses.map((nexus) => ({ nexus, known: registeredKeyOf(nexus) }))
  const evidence = [
    `key  ${key}  ${ownerText(keyOwner(fleet, key))}`,
    ...rows.map(({ nexus, known }) =>
      nexusLine(nexus, known.state === 'read' ? (known.value ?? 'not registered') : excuse(known)),
    ),
  ]
  const isUnknown = rows.some(({ known }) => known.state !== 'read')
  const counts = nexuses.map((nexus) => keysOf(nexus).filter((one) => one === key).length)
  const isLacking = rows.some(({ known }) => known.state === 'read' && known.value !== key)
  if (isLacking || (isUnknown && counts.some((count) => count < nexuses.length)))
    return refuted(claim, `unregistered path: not every path of ${volume.alias} on ${blade} is registered`, {
      evidence,
      next: `a guest on ${blade} would stop at its first write through it`,
    })
  // More of them than paths: some are of paths that are not here now, and so may be those that should be of these.
  if (isUnknown && counts.some((count) => count > nexuses.length))
    return unknown(claim, `nobody says which paths of ${volume.alias} on ${blade} are registered`, { evidence })
  return proved(claim, `${typeText(type)}; ${nexuses.length} of ${nexuses.length} paths registered`, { evidence })
}

function nexusLine({ path, said }: Nexus, told: string): string {
  return `${path.sd}  ${path.fabric ?? '?'}  ${path.initiator ?? '?'} at port ${said?.targetPort ?? '?'}  ${told}`
}
