/**
 * Claims about what an array shows: that it has a volume of this fleet, and that it hides it from a blade. An array that
 * gives no answer proves neither.
 */
import { type BladeName, type Fleet, nameInTag, type Volume, type Wwpn } from '#documents'
import { type ArrayReport, excuse, type Reading, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function onArray(claim: ClaimOf<'on-array'>, survey: Survey): Finding {
  const { array, volume, tag } = claim
  const reading = survey.arrays.get(array)
  if (reading?.state !== 'read') return unheard(claim, reading)
  const found = reading.value.volumes.find((candidate) => candidate.wwid === volume.wwid)
  if (found === undefined) return refuted(claim, `${array} has no LUN ${volume.wwid}`)
  const name = nameInTag(tag)
  if (found.tag !== tag)
    return refuted(claim, `${array} has ${volume.wwid} as ${found.name}, which does not bear this fleet's tag`, {
      evidence: [`wanted  ${name}  ${tag}`, `found   ${found.name}  ${found.tag ?? 'no tag'}`],
      next: 'who carved it must show it and hide it by hand',
    })
  return proved(
    claim,
    `${array} has ${volume.alias}${name === volume.alias ? '' : `, as ${name},`} under this fleet's tag`,
  )
}

export function hidden(claim: ClaimOf<'hidden'>, fleet: Fleet, survey: Survey): Finding {
  const { array, volume, other } = claim
  const reading = survey.arrays.get(array)
  if (reading?.state !== 'read') return unheard(claim, reading)
  const found = reading.value.volumes.find((candidate) => candidate.wwid === volume.wwid)
  if (found === undefined) return unknown(claim, `${array} does not say to whom it shows ${volume.wwid}`)
  const shown = found.mappings.filter(({ initiator }) => portsOf(fleet, other).has(initiator))
  if (shown.length > 0)
    return refuted(claim, `${array} shows ${volume.alias} to ${other}, which can write it`, {
      evidence: shown.map(({ initiator, port, lun }) => `${initiator} at ${port} as LUN ${lun}`),
      next: `anyblade blade fence ${other}`,
    })
  return proved(claim, `${array} hides ${volume.alias} from ${other}`)
}

/** What only the array itself could have said. */
export function unheard(
  claim: ClaimOf<'on-array' | 'hidden' | 'room' | 'adoptable'>,
  reading: Reading<ArrayReport> | undefined,
): Finding {
  const { array } = claim
  if (reading?.state !== 'not asked') return unknown(claim, `${array} gave no answer (${excuse(reading)})`)
  return unknown(claim, `nobody can ask ${array}: ${reading.because}`, {
    next: `look at it on ${array} by hand; what only it can do, no plan does`,
  })
}

/** Whether the array shows the volume to every port of the blade, by its own word. */
export function isShownTo(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
  { array, wwid }: Pick<Volume, 'array' | 'wwid'>,
): boolean {
  const reading = survey.arrays.get(array)
  const found = reading?.state === 'read' ? reading.value.volumes.find((one) => one.wwid === wwid) : undefined
  const initiators = new Set<Wwpn | undefined>(found?.mappings.map(({ initiator }) => initiator))
  return [...portsOf(fleet, blade)].every((port) => initiators.has(port))
}

const portsOf = (fleet: Fleet, blade: ClaimOf<'hidden'>['other']): ReadonlySet<Wwpn> =>
  new Set(fleet.blades.get(blade)?.ports.map((port) => port.wwpn))
