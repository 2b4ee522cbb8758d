/**
 * Claim: nothing on the blade has the name, whosever it would be: no device-mapper device, no file in its place, no alias
 * and no binding. A map is renamed only to a name that nobody has; multipathd says ok all the same (facts: multipath.md 5).
 */
import { MultipathError } from '@anyblade/multipath'
import { mapNamed, reportOf, type Survey } from '#survey'
import { aliasesIn, boundIn, explained, releaseIn } from '../config/aliases.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function nameFree(claim: ClaimOf<'name-free'>, survey: Survey): Finding {
  const { blade, alias } = claim
  const report = reportOf(survey, blade)
  const release = releaseIn(report?.tools.multipath)
  if (report?.config.state !== 'read' || release === undefined)
    return unknown(claim, `the multipath configuration of ${blade} was not read`)
  try {
    const map = mapNamed(report, alias)
    const { configuration } = explained(report.config.value, release)
    const given = [...(configuration ? aliasesIn(configuration) : []), ...boundIn(report.config.value)]
    const taken = [
      ...(map === undefined ? [] : [`${map.dm}  ${map.wwid ?? 'not a multipath map'}`]),
      ...(report.impostors.includes(alias) ? [`what lies at /dev/mapper/${alias} is no device`] : []),
      ...given.filter((one) => one.alias === alias).map(({ at, wwid }) => `${at}: ${alias} is ${wwid}'s`),
    ]
    if (taken.length === 0) return proved(claim, `${blade}: nothing is called ${alias}`)
    return refuted(claim, `${blade} has something called ${alias}`, { evidence: taken, next: 'choose another name' })
  } catch (error) {
    if (error instanceof MultipathError) return unknown(claim, `${blade}: ${error.message}`)
    throw error
  }
}
