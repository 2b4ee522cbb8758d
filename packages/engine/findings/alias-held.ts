/**
 * Claim: the blade's configuration gives the volume its alias. A map keeps its name when somebody reverts the file; it
 * loses it with the next boot.
 */
import { reportOf, type Survey } from '#survey'
import { aliasesIn, explained, namedAs, releaseIn } from '../config/aliases.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function aliasHeld(claim: ClaimOf<'alias-held'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  const release = releaseIn(report?.tools.multipath)
  if (report?.config.state !== 'read' || release === undefined)
    return unknown(claim, `the multipath configuration of ${blade} was not read`)
  const { configuration } = explained(report.config.value, release)
  const [held] = configuration === undefined ? [] : namedAs(aliasesIn(configuration), volume.alias)
  if (held?.wwid === volume.wwid) return proved(claim, `${held.at} on ${blade} gives ${volume.alias} its name`)
  return refuted(claim, `the configuration of ${blade} does not call ${volume.wwid} ${volume.alias}`, {
    ...(held && { evidence: [`${held.at}: ${held.alias} is ${held.wwid}'s`] }),
    next: `see who writes /etc/multipath on ${blade}: a tool that keeps its own copy must be told of the file`,
  })
}
