/**
 * Claim: on the blade the volume may be taken away: by the kernel nothing lies on its map, nobody has it open, and what
 * sits at its LUN number is the volume itself. A blade that has no map of it has no user of one.
 */
import type { Fleet } from '#documents'
import { reportOf, type Survey, silenceOf, wwidOf } from '#survey'
import { pathLine, pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { pathsAt } from './lun-free.ts'

export function idle(claim: ClaimOf<'idle'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, array, lun } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const maps = report.maps.filter((map) => map.name === volume.alias || map.wwid === volume.wwid)
  const stranger = maps.find((map) => map.wwid !== volume.wwid)
  if (stranger !== undefined)
    return refuted(claim, `/dev/mapper/${volume.alias} on ${blade} is another LUN`, {
      evidence: [`recorded  ${volume.wwid}`, `found     ${stranger.dm} ${stranger.wwid ?? 'no multipath map'}`],
    })
  const users = maps.flatMap((map) => [
    ...map.holders.map((holder) => `/dev/mapper/${holder} lies on it`),
    ...map.uses,
    ...(map.openCount > 0 ? [`it is open ${map.openCount} times`] : []),
  ])
  if (users.length > 0) return refuted(claim, `${blade} uses ${volume.alias}`, { evidence: users })
  const paths = pathsAt({ blade, array, lun }, fleet, survey)
  const strange = paths.filter((path) => wwidOf(path) !== undefined && wwidOf(path) !== volume.wwid)
  if (strange.length > 0)
    return refuted(claim, `at LUN ${lun} ${blade} has another LUN beside ${volume.alias}`, {
      evidence: strange.map(pathLine),
      next: `anyblade survey --on ${blade}`,
    })
  const silent = paths.filter((path) => wwidOf(path) === undefined)
  if (silent.length > 0)
    return unknown(claim, `${silent.length} of ${paths.length} paths on ${blade} gave no answer`, {
      evidence: pathLines(silent),
    })
  return proved(claim, `${blade}: nobody has ${volume.alias} open, on ${paths.length} paths`)
}
