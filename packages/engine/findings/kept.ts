/**
 * Claim: the disk of a guest that stands still was taken by nobody meanwhile: by its document it is the blade's, and the
 * array keeps it to the blade's key through every path. Where another blade was given it, its memory may be older than
 * the disk, and it must never go on (promise 2).
 */
import { type Fleet, keyOwner } from '#documents'
import { nexusesOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, refuted } from './finding.ts'
import { reservation } from './reservation.ts'
import { keysOf } from './reservation-told.ts'

type Claimed = ClaimOf<'kept'>

export function kept(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, vm, key } = claim
  const home = fleet.volumes.get(volume.alias)?.home
  if (home !== blade) return taken(claim, `by its document ${home ?? 'nobody'} may write it`, [])
  const found = reservation({ kind: 'reservation', blade, volume, key, besides: [] }, fleet, survey)
  const keys = nexusesOf(survey, blade, volume.alias).flatMap(keysOf)
  const isAnother = (one: typeof key) => {
    const owner = keyOwner(fleet, one)
    return owner.kind === 'ours' && owner.blade !== blade
  }
  if (found.verdict !== 'refuted' || !keys.some(isAnother)) return { ...found, claim }
  if (!keys.includes(key)) return taken(claim, 'the array has given it to another key', found.evidence)
  return refuted(
    claim,
    `another blade is registered at ${volume.alias} beside ${blade}, and may have written it while ${vm} stood still`,
    { evidence: found.evidence, next: `anyblade run list; where no move of ${vm} is open: ${fromDisks(vm)}` },
  )
}

const taken = (claim: Claimed, how: string, evidence: readonly string[]): Finding =>
  refuted(
    claim,
    `${claim.volume.alias} was taken from ${claim.blade} while ${claim.vm} stood still (${how}): its memory may be older than the disk`,
    { evidence, next: fromDisks(claim.vm) },
  )

const fromDisks = (vm: string): string =>
  `anyblade vm stop ${vm} --force; then anyblade vm start ${vm}, which begins anew from its disks`
