/**
 * Claim: the blade's configuration can take the alias: it loads, neither alias nor WWID is anybody else's there, no
 * other device has the name, and no blacklist keeps the LUN's paths from becoming a map.
 */
import { type Configuration, MultipathError } from '@anyblade/multipath'
import { type BladeReport, type MultipathFiles, mapNamed, pathsTo, reportOf, type Survey } from '#survey'
import { aliasesIn, conflict, explained, hiddenBy, releaseIn } from '../config/aliases.ts'
import { readsDropIns, withoutOurs } from '../config/candidate.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type AliasFree = ClaimOf<'alias-free'>

export function aliasFree(claim: AliasFree, survey: Survey): Finding {
  const { blade, alias } = claim
  const report = reportOf(survey, blade)
  if (report?.config.state !== 'read') return unknown(claim, `the multipath configuration of ${blade} was not read`)
  const release = releaseIn(report.tools.multipath)
  if (release === undefined)
    return refuted(claim, `${blade} has no multipath-tools`, { next: `install multipath-tools on ${blade}` })
  return (
    nameTaken(claim, report) ??
    inFiles(claim, report.config.value, release, survey) ??
    proved(claim, `${blade}: ${alias} is free`)
  )
}

function nameTaken(claim: AliasFree, report: BladeReport): Finding | undefined {
  const { blade, alias, wwid } = claim
  if (report.impostors.includes(alias))
    return refuted(claim, `what lies at /dev/mapper/${alias} on ${blade} is no device`, {
      next: `look at it on ${blade}, then remove the file`,
    })
  const map = mapNamed(report, alias)
  if (map === undefined || (map.wwid !== undefined && map.wwid === wwid)) return undefined
  return refuted(claim, `${blade} has another device named ${alias}`, {
    evidence: [`${map.dm}  ${map.wwid ?? 'not a multipath map'}`],
    next: 'choose another name, or rename that device',
  })
}

function inFiles(claim: AliasFree, files: MultipathFiles, release: string, survey: Survey): Finding | undefined {
  const { blade, alias } = claim
  const wwid = typeof claim.wwid === 'string' ? claim.wwid : undefined
  try {
    const { configuration, messages } = explained(files, release)
    const next = `anyblade multipath check, on ${blade}`
    if (configuration === undefined)
      return refuted(claim, `multipath-tools ${release} on ${blade} can't load its configuration`, {
        evidence: messages,
        next,
      })
    const taken = conflict(aliasesIn(configuration), alias, wwid)
    if (taken !== undefined) return refuted(claim, `${blade} can't give that alias`, { evidence: [taken], next })
    const paths = typeof claim.wwid === 'string' ? pathsTo(survey, blade, claim.wwid) : []
    const hiddenIn = (effective: Configuration) => paths.flatMap((path) => hiddenBy(effective, path) ?? [])
    const theirs = () => (readsDropIns(release) ? withoutOurs(files, release) : undefined) ?? configuration
    // what we hold out ourselves is let in with the alias
    const hidden = hiddenIn(configuration).length === 0 ? [] : hiddenIn(theirs())
    if (hidden.length > 0)
      return refuted(claim, `a blacklist on ${blade} hides the LUN`, { evidence: [...new Set(hidden)], next })
    return undefined
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}
