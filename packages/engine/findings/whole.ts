/**
 * Claim: no path of the volume is missing on the blade: every port of the blade reaches it, every path is in the map, active
 * and answers as the volume, and all have one size and one block size. Where a LUN grows with a path down, that path keeps
 * the old size and poisons the map when it returns (facts: san.md B28).
 */
import type { Fleet } from '#documents'
import { mapNamed, type Path, pathsIn, pathsTo, reportOf, type Survey, silenceOf, wwidOf } from '#survey'
import { pathLine, pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function whole(claim: ClaimOf<'whole'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const map = mapNamed(report, volume.alias)
  if (map === undefined || map.wwid !== volume.wwid)
    return refuted(claim, `/dev/mapper/${volume.alias} on ${blade} is not ${volume.wwid}`)
  const paths = [...new Set([...pathsIn(survey, blade, volume.alias), ...pathsTo(survey, blade, volume.wwid)])]
  const strange = paths.filter((path) => wwidOf(path) !== undefined && wwidOf(path) !== volume.wwid)
  if (strange.length > 0)
    return refuted(claim, `${strange.length} paths of ${volume.alias} on ${blade} are another LUN`, {
      evidence: strange.map(pathLine),
    })
  const down = paths.filter((path) => path.inMap !== 'active' || path.inquiry.state !== 'read')
  const unseen = map.slaves.filter(({ sd }) => !paths.some((path) => path.sd === sd))
  if (down.length + unseen.length > 0)
    return refuted(claim, `${volume.alias} has a path down on ${blade}`, {
      evidence: [...pathLines(down), ...unseen.map(({ sd }) => `${sd}  is in the map, and no path`)],
      next: `anyblade survey --on ${blade}`,
    })
  const blind = (fleet.blades.get(blade)?.ports ?? []).filter(({ wwpn }) => !paths.some((p) => p.initiator === wwpn))
  if (blind.length > 0)
    return refuted(claim, `${volume.alias} is not reached by every port of ${blade}`, {
      evidence: blind.map(({ wwpn, fabric }) => `${wwpn} on fabric ${fabric} has no path to it`),
      next: `anyblade survey --on ${blade}`,
    })
  const [first] = paths
  const other = paths.filter((path) => first !== undefined && measure(path) !== measure(first))
  if (other.length > 0)
    return refuted(claim, `the paths of ${volume.alias} on ${blade} do not agree on its size`, {
      evidence: paths.map((path) => `${path.sd}  ${measure(path)}`),
    })
  return proved(claim, `${blade}: all ${paths.length} paths of ${volume.alias} are up and of one size`)
}

const measure = ({ inquiry }: Path): string =>
  inquiry.state === 'read' ? `${inquiry.value.size} bytes in blocks of ${inquiry.value.blockBytes}` : 'no answer'
