/** Claim: nobody is registered at the volume, by every path of the blade: whoever is to write it can. */
import type { Fleet } from '#documents'
import { nexusesOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved } from './finding.ts'
import { isFinding, isUnsupported, nexusesTold, otherKeys } from './reservation-told.ts'

export function unreserved(claim: ClaimOf<'unreserved'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume } = claim
  const nexuses = nexusesOf(survey, blade, volume.alias)
  if (nexuses.length > 0 && nexuses.every(({ said }) => isUnsupported(said?.keys)))
    return proved(claim, `the array of ${volume.alias} has no persistent reservations`)
  const told = nexusesTold(claim, survey)
  if (isFinding(told)) return told
  return otherKeys(claim, fleet, told, () => false) ?? proved(claim, `nobody is registered at ${volume.alias}`)
}
