/**
 * Claim: nothing of this array sits at this LUN number on the blade.
 * The kernel never replaces a device when the array gives its number to another LUN: every path stays green under the
 * old name and reads the new LUN's data (facts: san.md B1, CVE-2023-2088). So such a node is refused and named.
 */
import type { Fleet } from '#documents'
import { type Path, pathsAtLun, reportOf, type Survey, silenceOf } from '#survey'
import { pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function lunFree(claim: ClaimOf<'lun-free'>, fleet: Fleet, survey: Survey): Finding {
  if (reportOf(survey, claim.blade) === undefined) return unknown(claim, silenceOf(survey, claim.blade))
  const there = pathsAt(claim, fleet, survey)
  if (there.length === 0) return proved(claim, `${claim.blade}: nothing at LUN ${claim.lun}`)
  return refuted(claim, `${claim.blade} still has devices at LUN ${claim.lun}, which would hide the new LUN`, {
    evidence: pathLines(there),
    next: `anyblade survey --on ${claim.blade}`,
  })
}

/** The paths of a blade at a LUN number of an array: those through the array's ports, and those through none known. */
export function pathsAt(
  { blade, array, lun }: Pick<ClaimOf<'lun-free'>, 'blade' | 'array' | 'lun'>,
  fleet: Fleet,
  survey: Survey,
): Path[] {
  const ports = new Set(fleet.arrays.get(array)?.ports.map((port) => port.wwpn))
  return pathsAtLun(survey, blade, lun).filter(({ targetPort }) => targetPort === undefined || ports.has(targetPort))
}
