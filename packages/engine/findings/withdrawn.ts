/**
 * Claim: the array shows the volume to the blade no more: by a fresh INQUIRY nothing answers at its LUN number. Of an array
 * that nobody can ask this is the only proof that its operator has hidden it; a device that gives no answer is none.
 */
import type { Fleet } from '#documents'
import { reportOf, type Survey, silenceOf, wwidOf } from '#survey'
import { pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { pathsAt } from './lun-free.ts'

export function withdrawn(claim: ClaimOf<'withdrawn'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, array, lun } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, silenceOf(survey, blade))
  const paths = pathsAt(claim, fleet, survey)
  const shown = paths.filter((path) => wwidOf(path) === volume.wwid)
  if (shown.length > 0)
    return refuted(claim, `${array} still shows ${volume.alias} to ${blade}`, {
      evidence: pathLines(shown),
      next: `hide LUN ${lun} from ${blade} on ${array} by hand, then the same command again`,
    })
  const others = paths.filter((path) => wwidOf(path) !== undefined)
  if (others.length > 0)
    return refuted(claim, `at LUN ${lun} ${blade} has another LUN than ${volume.alias}`, {
      evidence: pathLines(others),
    })
  const silent = paths.filter(({ inquiry }) => inquiry.state !== 'refused')
  if (silent.length > 0)
    return unknown(claim, `${silent.length} of ${paths.length} paths on ${blade} gave no answer`, {
      evidence: pathLines(silent),
    })
  return proved(claim, `${blade}: nothing answers at LUN ${lun}`)
}
