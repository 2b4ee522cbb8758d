/**
 * Claim: the array answers, has room for the volume, and nothing bears its name already. What is this fleet's own and in
 * no document belongs to a run that has not come to its end: who took it over from that one would undo it under its feet.
 */
import { fewOf } from '#actions'
import { formatSize } from '#documents'
import type { ArrayVolume, Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'
import { unheard } from './on-array.ts'

export function room(claim: ClaimOf<'room'>, survey: Survey): Finding {
  const reading = survey.arrays.get(claim.array)
  if (reading?.state !== 'read') return unheard(claim, reading)
  const { freeBytes, volumes } = reading.value
  const namesakes = claim.volumes.flatMap(({ volume, tag }) =>
    volumes.filter(({ name }) => name === volume).map((there) => ({ ...there, isOurs: there.tag === tag })),
  )
  const [foreign, own] = [namesakes.filter(({ isOurs }) => !isOurs), namesakes.filter(({ isOurs }) => isOurs)]
  if (foreign.length > 0)
    return refuted(claim, `${claim.array} has ${names(foreign)} already, not this fleet's`, {
      evidence: foreign.map((one) => `${told(one)}  tag ${one.tag ?? 'none'}`),
      next: 'choose another name',
    })
  if (own.length > 0)
    return refuted(claim, `${claim.array} has ${names(own)} of this fleet already, of a run that was not ended`, {
      evidence: own.map(told),
      next: 'anyblade run list, then anyblade run resume or run undo',
    })
  const wanted = claim.volumes.reduce((sum, { size }) => sum + size, 0)
  if (freeBytes < wanted)
    return refuted(claim, `${claim.array} has ${mebibytes(freeBytes)} free, ${mebibytes(wanted)} are wanted`)
  return proved(claim, `${claim.array} has ${mebibytes(freeBytes)} free`)
}

const names = (there: readonly ArrayVolume[]): string => fewOf(there.map(({ name }) => name))
const told = ({ name, wwid, size }: ArrayVolume): string => `${name}  ${wwid}  ${formatSize(size)}`
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`
