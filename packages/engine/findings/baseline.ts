/**
 * Claims: a blade's host leaves the disks of guests alone and is ready for them, and what that is judged from was read.
 * A host that takes a guest's LVM or array for its own writes on the guest's disk past all reservations: its key is
 * registered there.
 */
import type { Fleet } from '#documents'
import { excuse, type Reading, reportOf, type Survey, silenceOf } from '#survey'
import { type Lack, lacksOf, type Told } from '../config/baseline/baseline.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'baseline' | 'baseline-known'>

export function baseline(claim: ClaimOf<'baseline'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, parts } = claim
  const told = toldBy(claim, survey)
  if ('verdict' in told) return told
  const lacks = lacksOf(fleet, blade, told).filter(({ part }) => parts.includes(part))
  if (lacks.length === 0) return proved(claim, `${blade}: its host leaves the disks of guests alone`)
  return refuted(claim, `${blade}: the baseline is not whole: ${partsText(lacks)}`, {
    evidence: lacks.map(({ part, because, mend }) => `${part}: ${because}${mend === undefined ? '; by hand' : ''}`),
    next: `anyblade blade baseline ${blade} --plan`,
  })
}

export function baselineKnown(claim: ClaimOf<'baseline-known'>, fleet: Fleet, survey: Survey): Finding {
  const told = toldBy(claim, survey)
  if ('verdict' in told) return told
  const lacks = lacksOf(fleet, claim.blade, told)
  const byHand = lacks.filter(({ mend }) => mend === undefined)
  if (lacks.length === 0) return proved(claim, `${claim.blade}: nothing is missing`)
  return proved(
    claim,
    [
      `${claim.blade}: missing ${partsText(lacks)}`,
      ...byHand.map(({ part, because }) => `by hand: ${part}: ${because}`),
    ].join('; '),
  )
}

const partsText = (lacks: readonly Lack[]): string => [...new Set(lacks.map(({ part }) => part))].join(', ')

/** All that the baseline is judged from, or the finding that it was not told. */
export function toldBy(claim: Claimed, survey: Survey): Told | Finding {
  const report = reportOf(survey, claim.blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, claim.blade))
  const { baseline: setup, config, domains } = report
  if (setup.state === 'read' && config.state === 'read' && domains.state === 'read')
    return { report, setup: setup.value, config: config.value, domains: domains.value }
  const readings: readonly Reading<unknown>[] = [setup, config, domains]
  const silent = readings.find(({ state }) => state !== 'read')
  return unknown(claim, `${claim.blade} does not say how its host is set up`, { evidence: [excuse(silent)] })
}
