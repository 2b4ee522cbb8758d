/**
 * Claim: what the blade's configuration says of the volume stands in our own part of it. A line in an operator's file is
 * his: we don't take it out, and a volume that it goes on naming is not gone.
 */
import { MultipathError } from '@anyblade/multipath'
import { reportOf, type Survey } from '#survey'
import { aliasesIn, explained, releaseIn } from '../config/aliases.ts'
import { readsDropIns, withoutOurs } from '../config/candidate.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function aliasOurs(claim: ClaimOf<'alias-ours'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  const release = releaseIn(report?.tools.multipath)
  if (report?.config.state !== 'read' || release === undefined)
    return unknown(claim, `the multipath configuration of ${blade} was not read`)
  const files = report.config.value
  try {
    // where aliases stand in a block of the main file, it is the block that an alias is looked for in
    const theirs = readsDropIns(release) ? withoutOurs(files, release) : undefined
    if (theirs === undefined && explained(files, release).configuration === undefined)
      return unknown(claim, `the multipath configuration of ${blade} does not load`)
    const named = theirs === undefined ? [] : aliasesIn(theirs).filter(({ wwid }) => wwid === volume.wwid)
    if (named.length === 0) return proved(claim, `${blade}: only our own part of the configuration names it`)
    return refuted(claim, `an operator's file on ${blade} names ${volume.alias}`, {
      evidence: named.map(({ at, alias }) => `${at}: the alias ${alias} of ${volume.wwid}`),
      next: 'take that section out, for it is not ours',
    })
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}
