/**
 * Claim: what the array has lost of a reservation can be put back under the home's key: nobody else is registered, and
 * the volume is reserved by nobody, or as it should be. An array that forgot it with its power, or that dropped a path's
 * registration, is mended so; another one's key is never overwritten.
 */
import { typeText } from '@anyblade/scsi'
import { type Fleet, keyOwner } from '#documents'
import { answerIn, type Nexus, registeredKeyOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'
import { isFinding, isOnlyAt, keysOf, nexusesTold, otherKeys, typeFor } from './reservation-told.ts'

type Claimed = ClaimOf<'reassertable'>

export function reassertable(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const nexuses = nexusesTold(claim, survey)
  if (isFinding(nexuses)) return nexuses
  const { key, blade } = claim
  // an earlier key of the blade's own, at paths that are registered anew, is overwritten by that
  const isOwn = (other: typeof key) => {
    const owner = keyOwner(fleet, other)
    return owner.kind === 'ours' && owner.blade === blade && isOnlyAt(nexuses, other)
  }
  return (
    otherKeys(claim, fleet, nexuses, (other) => other === key || isOwn(other)) ??
    heldOtherwise(claim, nexuses) ??
    proved(claim, missingText(nexuses, key))
  )
}

function heldOtherwise(claim: Claimed, nexuses: readonly Nexus[]): Finding | undefined {
  const { volume, key } = claim
  const type = typeFor(nexuses)
  if (type === undefined)
    return refuted(claim, `the array of ${volume.alias} can reserve neither as type 7 nor as type 5`)
  const held = nexuses.map(({ said }) => answerIn(said?.reservation)?.held)
  const other = held.find((found) => found !== undefined && (found.type !== type || (type === 5 && found.key !== key)))
  return (
    other && refuted(claim, `${volume.alias} is reserved as ${typeText(other.type)} by ${other.key}, which stays so`)
  )
}

/** What there is to put back. */
function missingText(nexuses: readonly Nexus[], key: Claimed['key']): string {
  const isHeld = nexuses.every(({ said }) => answerIn(said?.reservation)?.held !== undefined)
  const lacking = nexuses.filter((nexus) => {
    const known = registeredKeyOf(nexus)
    return known.state === 'read' ? known.value !== key : !keysOf(nexus).includes(key)
  })
  const paths = lacking.map(({ path }) => path.sd).join(' ')
  const missing = [...(isHeld ? [] : ['the reservation']), ...(paths === '' ? [] : [`the registration of ${paths}`])]
  return missing.length === 0 ? 'nothing is missing' : `missing: ${missing.join(', and ')}; nobody else is registered`
}
