/**
 * Claim: no map of the blade has a path that the kernel has failed, be it the fleet's or not. While one is down a
 * configuration is left alone: what a reconfigure makes of the map then could not be told from what the file has done.
 */
import { reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function pathsUp(claim: ClaimOf<'paths-up'>, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  const paths = report.maps
    .filter(({ wwid }) => wwid !== undefined)
    .flatMap(({ name, slaves }) => slaves.map(({ sd, dm }) => ({ name, sd, dm })))
  const that = (state: string) => paths.filter(({ dm }) => dm === state).map(({ name, sd }) => `${sd}  in ${name}`)
  const [failed, untold] = [that('failed'), that('unknown')]
  const next = `anyblade survey --on ${blade}`
  if (failed.length > 0)
    return refuted(claim, `${failed.length} paths on ${blade} are down`, { evidence: failed, next })
  if (untold.length > 0)
    return unknown(claim, `${blade} does not say how ${untold.length} paths are`, { evidence: untold, next })
  return proved(claim, `${blade}: all ${paths.length} paths in maps are up`)
}
