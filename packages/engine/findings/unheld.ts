/**
 * Claim: the blade itself has no use for the volume: by the kernel no partition map, no LVM and no array of its own lies
 * on it, it is not mounted and no swap. What is stacked on a guest's disk would write it past the guest, and keeps the
 * map from ever being flushed.
 */
import { mapNamed, reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function unheld(claim: ClaimOf<'unheld'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const map = mapNamed(report, volume.alias)
  if (map === undefined) return unknown(claim, `there is no /dev/mapper/${volume.alias} on ${blade}`)
  const users = [...map.holders.map((holder) => `/dev/mapper/${holder} lies on it`), ...map.uses]
  if (users.length === 0) return proved(claim, `${blade}: nothing of its own lies on ${volume.alias}`)
  return refuted(claim, `${blade} itself uses ${volume.alias}`, {
    evidence: users,
    next: `anyblade blade baseline ${blade}`,
  })
}
