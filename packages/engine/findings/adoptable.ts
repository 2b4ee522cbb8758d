/**
 * Claim: the array has a LUN of this id that can become the fleet's own. What bears a mark belongs to another volume, or to
 * a run that has not come to its end; what is shown to a stranger may be written by him; and what a blade sees by half
 * could not be given back as it was.
 */
import { type Blade, type Fleet, formatSize, type LunNumber, lunNumber } from '#documents'
import type { ArrayVolume, LunMapping, Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted } from './finding.ts'
import { unheard } from './on-array.ts'

type Claimed = ClaimOf<'adoptable'>

export function adoptable(claim: Claimed, fleet: Fleet, survey: Survey): Finding {
  const { array, wwid } = claim
  const reading = survey.arrays.get(array)
  if (reading?.state !== 'read') return unheard(claim, reading)
  const found = reading.value.volumes.find((one) => one.wwid === wwid)
  if (found === undefined)
    return refuted(claim, `${array} has no LUN ${wwid}`, { next: `anyblade array show ${array}` })
  return (
    marked(claim, found) ??
    ofOtherSize(claim, found) ??
    strangely(claim, fleet, found) ??
    byHalf(claim, fleet, found) ??
    numbered(claim, fleet, found) ??
    proved(claim, `${array} has it as ${found.name}, ${formatSize(found.size)}, marked by nobody`)
  )
}

/** The number under which the array shows it to the fleet's blades; undefined where that is none, or not one. */
export function lunShown(fleet: Fleet, { mappings }: ArrayVolume): LunNumber | undefined {
  const [only, another] = numbersOf(fleet, mappings)
  return only === undefined || another !== undefined ? undefined : lunNumber(only)
}

const numbersOf = (fleet: Fleet, mappings: readonly LunMapping[]): readonly number[] => {
  const ours = new Set([...fleet.blades.values()].flatMap(({ ports }) => ports.map(({ wwpn }) => wwpn)))
  return [...new Set(mappings.filter(({ initiator }) => ours.has(initiator)).map(({ lun }) => lun))]
}

function marked(claim: Claimed, { name, tag }: ArrayVolume): Finding | undefined {
  if (tag === undefined) return undefined
  if (tag === claim.tag)
    return refuted(claim, `${claim.array} has ${name} as ${claim.volume} of this fleet, of a run that was not ended`, {
      next: 'anyblade run list, then anyblade run resume or run undo',
    })
  return refuted(claim, `${claim.array} has ${name} under the mark ${tag}: it is another volume's`)
}

const ofOtherSize = (claim: Claimed, { name, size }: ArrayVolume): Finding | undefined =>
  claim.size === undefined || claim.size === size
    ? undefined
    : refuted(claim, `${claim.array} has ${name} with ${formatSize(size)}, not ${formatSize(claim.size)}`)

function strangely(claim: Claimed, fleet: Fleet, { name, mappings }: ArrayVolume): Finding | undefined {
  const ours = new Set([...fleet.blades.values()].flatMap(({ ports }) => ports.map(({ wwpn }) => wwpn)))
  const strangers = [...new Set(mappings.map(({ initiator }) => initiator))].filter((port) => !ours.has(port))
  if (strangers.length === 0) return undefined
  return refuted(claim, `${claim.array} shows ${name} to ports that are no blade's of this fleet`, {
    evidence: strangers,
    next: 'add those hosts with anyblade blade add, or hide it from them on the array',
  })
}

function byHalf(claim: Claimed, fleet: Fleet, { name, mappings }: ArrayVolume): Finding | undefined {
  const sees = new Set(mappings.map(({ initiator }) => initiator))
  const half = [...fleet.blades.values()].filter(({ ports }) => {
    const count = ports.filter(({ wwpn }) => sees.has(wwpn)).length
    return count > 0 && count < ports.length
  })
  if (half.length === 0) return undefined
  const unseen = ({ name: blade, ports }: Blade) =>
    ports.flatMap(({ wwpn }) => (sees.has(wwpn) ? [] : [`${wwpn} of ${blade}`]))
  return refuted(
    claim,
    `${claim.array} does not show ${name} to every port of ${half.map(({ name }) => name).join(', ')}`,
    {
      evidence: half.flatMap(unseen),
      next: 'show it to all ports of a blade on the array, or to none',
    },
  )
}

function numbered(claim: Claimed, fleet: Fleet, found: ArrayVolume): Finding | undefined {
  const { array, lun } = claim
  const numbers = numbersOf(fleet, found.mappings)
  if (numbers.length > 1)
    return refuted(claim, `${array} shows ${found.name} under ${numbers.length} numbers: ${numbers.join(', ')}`, {
      next: 'show it under one number to all blades',
    })
  const [only] = numbers
  if (only === undefined && lun === undefined)
    return refuted(claim, `${array} shows ${found.name} to no blade of this fleet`, {
      next: 'say with --lun under which number all blades shall see it',
    })
  if (only !== undefined && lunNumber(only) === undefined)
    return refuted(claim, `${array} shows ${found.name} as LUN ${only}, where the array itself answers`, {
      next: 'show it under a number from 1 on',
    })
  return only === undefined || lun === undefined || Number(lun) === only
    ? undefined
    : refuted(claim, `${array} shows ${found.name} as LUN ${only}, not ${lun}`)
}
