/**
 * Claim: the array keeps the volume to one writer: it is reserved, every path that carries the blade's I/O is registered
 * under its current key, and nobody else's key is there.
 * A conflict is not tried again on another path (DESIGN "One writer"), so one path that is not registered is enough for
 * a guest to stop; and under type 5 the reservation may be gone with one nexus (recordings/81).
 */
import { typeText } from '@anyblade/scsi'
import { type Fleet, keyOwner, ownerText } from '#documents'
import { answerIn, excuse, type Nexus, registeredKeyOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { capabilitiesOf, isFinding, keysOf, nexusesTold, otherKeys, typeFor } from './reservation-told.ts'

type Claimed = ClaimOf<'reservation'>

export function reservation(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const nexuses = nexusesTold(claim, survey)
  if (isFinding(nexuses)) return nexuses
  const wanted = new Set([claim.key, ...claim.besides])
  return (
    otherKeys(claim, fleet, nexuses, (key) => wanted.has(key)) ??
    held(claim, nexuses) ??
    registered(claim, fleet, nexuses)
  )
}

/** The reservation itself. Under the types of all registrants it names no key. */
function held(claim: Claimed, nexuses: readonly Nexus[]): Finding | undefined {
  const { volume, key } = claim
  const type = typeFor(nexuses)
  if (type === undefined)
    return refuted(claim, `the array of ${volume.alias} can reserve neither as type 7 nor as type 5`, {
      next: `set the writer of ${volume.alias} to what keeps it to one writer, or to none`,
    })
  const readings = nexuses.flatMap(({ said }) => {
    const answer = answerIn(said?.reservation)
    return answer === undefined ? [] : [answer.held]
  })
  if (readings.some((found) => found === undefined))
    return refuted(claim, `reservation absent: every blade that sees ${volume.alias} can write it`, {
      next: `anyblade volume reassert ${volume.alias}`,
    })
  const other = readings.find((found) => found !== undefined && found.type !== type)
  if (other) return refuted(claim, `${volume.alias} is reserved as ${typeText(other.type)}, not ${typeText(type)}`)
  const stranger = type === 5 ? readings.find((found) => found !== undefined && found.key !== key) : undefined
  return stranger && refuted(claim, `${volume.alias} is reserved under another key: ${stranger.key}`)
}

/** Where the array does not say which nexus is registered, the count of the keys must do. */
function registered(claim: Claimed, fleet: Fleet, nexuses: readonly Nexus[]): Finding {
  const { blade, volume, key } = claim
  const rows = nexuses.map((nexus) => ({ nexus, known: registeredKeyOf(nexus) }))
  const evidence = [
    `key  ${key}  ${ownerText(keyOwner(fleet, key))}`,
    ...rows.map(({ nexus, known }) =>
      nexusLine(nexus, known.state === 'read' ? (known.value ?? 'not registered') : excuse(known)),
    ),
  ]
  const isUnknown = rows.some(({ known }) => known.state !== 'read')
  const counts = nexuses.map((nexus) => keysOf(nexus).filter((one) => one === key).length)
  const lacking = rows.filter(({ known }) => known.state === 'read' && known.value !== key)
  if (lacking.length > 0 || (isUnknown && counts.some((count) => count < nexuses.length)))
    return refuted(
      claim,
      `unregistered path${named(lacking)}: a guest on ${blade} would stop at its first write by it`,
      {
        evidence,
        next: `anyblade volume reassert ${volume.alias}`,
      },
    )
  // More of them than paths: some are of paths that are not here now, and so may be those that should be of these.
  if (isUnknown && counts.some((count) => count > nexuses.length))
    return unknown(claim, `nobody says which paths of ${volume.alias} on ${blade} are registered`, { evidence })
  return proved(claim, provedText(nexuses), { evidence })
}

const named = (rows: readonly { readonly nexus: Nexus }[]): string =>
  rows.length === 0 ? '' : ` ${rows.map(({ nexus }) => nexus.path.sd).join(' ')}`

/** With what is weaker about it than it could be. */
function provedText(nexuses: readonly Nexus[]): string {
  const type = typeFor(nexuses) ?? 7
  return [
    `${typeText(type)}; ${nexuses.length} of ${nexuses.length} paths registered`,
    ...(type === 5 ? ['it hangs on one path: ask again after each path that was lost'] : []),
    ...(capabilitiesOf(nexuses)?.outlivesPower === false ? ['the array forgets it with its power'] : []),
  ].join('; ')
}

function nexusLine({ path, said }: Nexus, told: string): string {
  return `${path.sd}  ${path.fabric ?? '?'}  ${path.initiator ?? '?'} at port ${said?.targetPort ?? '?'}  ${told}`
}
