/**
 * Claim: the fleet has no volume beyond those that a plan has counted for a blade. A run that waited for an operator may go on
 * after others have given all blades a new one, of which its plan knows nothing.
 */
import type { Fleet } from '#documents'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'

export function noneCame(claim: ClaimOf<'none-came'>, fleet: Fleet): Finding {
  const { blade, volumes } = claim
  const counted = new Set(volumes)
  const came = [...fleet.volumes.keys()].filter((alias) => !counted.has(alias))
  if (came.length === 0) return proved(claim, `${blade} has been given no volume since`)
  return refuted(claim, `${blade} was given since: ${came.join(', ')}`, {
    next: 'anyblade run abort takes this run back; then the same command again, which counts them too',
  })
}
