/** Claim: the LUN appeared on the blade: each path from this array at this number leads to it, and to nothing else. */
import { type Fleet, formatSize, isManual } from '#documents'
import { reportOf, type Survey, silenceOf, sizeOf, wwidOf } from '#survey'
import { pathLine, pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { pathsAt } from './lun-free.ts'

export function visible(claim: ClaimOf<'visible'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, lun } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, silenceOf(survey, blade))
  const paths = pathsAt(claim, fleet, survey)
  if (paths.length === 0)
    return refuted(claim, `${blade} sees nothing at LUN ${lun}`, {
      ...(isManual(fleet, claim.array) && { next: `show it to ${blade} as LUN ${lun} on ${claim.array} by hand` }),
    })
  const strange = paths.find((path) => wwidOf(path) !== undefined && wwidOf(path) !== volume.wwid)
  if (strange) return refuted(claim, `${strange.sd} on ${blade} is another LUN`, { evidence: [pathLine(strange)] })
  const other = paths.find((path) => sizeOf(path) !== undefined && sizeOf(path) !== volume.size)
  if (other)
    return refuted(claim, `${other.sd} on ${blade} is not ${formatSize(volume.size)}`, {
      evidence: [pathLine(other)],
      ...(isManual(fleet, claim.array) && {
        next: `give it that size on ${claim.array} by hand, or name the one it has`,
      }),
    })
  const silent = paths.filter((path) => path.inquiry.state !== 'read')
  if (silent.length > 0)
    return unknown(claim, `${silent.length} of ${paths.length} paths on ${blade} gave no answer`, {
      evidence: pathLines(silent),
    })
  return proved(claim, `${blade}: same id on ${paths.length} of ${paths.length} paths`, { evidence: pathLines(paths) })
}
