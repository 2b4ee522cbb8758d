/**
 * Claim: what the volume hangs on is there more than once: its live paths lead over as many fabrics as the fleet wants,
 * from as many initiator ports, to as many target ports. Two paths over one fabric are one switch away from none.
 */
import { type Path, reportOf, type Survey } from '#survey'
import { pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function redundancy(claim: ClaimOf<'redundancy'>, survey: Survey): Finding {
  const { blade, volume, fabrics } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, `${blade} gave no answer`)
  const paths = survey.paths.filter((path) => path.blade === blade && path.map === volume.alias)
  const live = paths.filter((path) => path.inMap === 'active' && path.inquiry.state === 'read')
  const undocumented = live.filter((path) => path.fabric === undefined)
  if (undocumented.length > 0)
    return unknown(claim, `nobody says on which fabric these paths of ${volume.alias} on ${blade} are`, {
      evidence: pathLines(undocumented),
      next: `write the port's fabric into blades/${blade}.yaml`,
    })
  const count = {
    fabrics: ways(live, 'fabric'),
    initiators: ways(live, 'initiator'),
    targets: ways(live, 'targetPort'),
  }
  const told = `${blade}: ${count.initiators} initiator ports × ${count.fabrics} fabrics × ${count.targets} array ports`
  if (count.fabrics < fabrics || count.initiators < fabrics || count.targets < fabrics)
    return refuted(claim, `${volume.alias} hangs on too little: ${told}, ${fabrics} of each are wanted`, {
      evidence: pathLines(paths),
      next: `--degraded accepts it for this once, where the fabric's loss is known`,
    })
  return proved(claim, told, { evidence: pathLines(live) })
}

const ways = (paths: readonly Path[], what: 'fabric' | 'initiator' | 'targetPort'): number =>
  new Set(paths.map((path) => path[what]).filter((value) => value !== undefined)).size
