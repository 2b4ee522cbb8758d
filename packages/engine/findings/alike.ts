/**
 * Claim: on all of these blades every path of the volume gives one size and one block size. A guest that moves keeps the
 * geometry that it started with: on a blade where the disk is shorter, or its blocks are larger, its writes fail or go astray.
 */
import { type Path, pathsTo, reportOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function alike(claim: ClaimOf<'alike'>, survey: Survey): Finding {
  const { volume, blades } = claim
  const paths = blades.flatMap((blade) => pathsTo(survey, blade, volume.wwid))
  const [first, ...others] = [...Map.groupBy(paths, geometry)]
  if (first !== undefined && others.length > 0)
    return refuted(claim, `${volume.alias} has not one size everywhere`, {
      evidence: [first, ...others].map(([measure, of]) => `${measure}  ${of.map(placeOf).join(' ')}`),
      next: `anyblade survey --on ${blades[0] ?? ''}`,
    })
  const silent = blades.filter((blade) => !paths.some((path) => path.blade === blade))
  if (first === undefined || silent.length > 0)
    return unknown(claim, `${silent.join(', ')} does not say how large ${volume.alias} is`, {
      evidence: silent.map((blade) => (reportOf(survey, blade) ? `${blade}: no path answers` : `${blade}: no answer`)),
    })
  return proved(claim, `${first[0]}, through ${paths.length} paths of ${blades.length} blades`)
}

const geometry = ({ inquiry }: Path): string =>
  inquiry.state === 'read' ? `${inquiry.value.size} bytes in blocks of ${inquiry.value.blockBytes}` : 'no answer'
const placeOf = ({ blade, sd }: Path): string => `${sd} on ${blade}`
