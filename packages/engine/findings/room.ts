/**
 * Claim: the array answers, has room for the volume, and nothing bears its name already. What is this fleet's own and in
 * no document belongs to a run that has not come to its end: who took it over from that one would undo it under its feet.
 */
import { formatSize } from '#documents'
import { excuse, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function room(claim: ClaimOf<'room'>, survey: Survey): Finding {
  const reading = survey.arrays.get(claim.array)
  if (reading?.state !== 'read') return unknown(claim, `${claim.array} gave no answer (${excuse(reading)})`)
  const { freeBytes, volumes } = reading.value
  const namesake = volumes.find((volume) => volume.name === claim.volume)
  if (namesake !== undefined && namesake.tag !== claim.tag)
    return refuted(claim, `${claim.array} has a ${claim.volume} already that is not this fleet's`, {
      evidence: [`${namesake.name}  ${namesake.wwid}  ${formatSize(namesake.size)}  tag ${namesake.tag ?? 'none'}`],
      next: 'choose another name',
    })
  if (namesake !== undefined)
    return refuted(claim, `${claim.array} has a ${claim.volume} of this fleet already, of a run that was not ended`, {
      evidence: [`${namesake.name}  ${namesake.wwid}  ${formatSize(namesake.size)}`],
      next: 'anyblade run list, then anyblade run resume or run undo',
    })
  if (freeBytes < claim.size)
    return refuted(claim, `${claim.array} has ${mebibytes(freeBytes)} free, ${formatSize(claim.size)} are wanted`)
  return proved(claim, `${claim.array} has ${mebibytes(freeBytes)} free`)
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`
