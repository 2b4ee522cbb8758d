/**
 * A LUN that is there already becomes a volume of the fleet: known by its id alone, marked on its array as ours where the
 * array can be told, brought to the blades that lack it, given its alias where no file does so yet, reserved, recorded. What
 * uses it goes on. Taken back all is as it was: what was shown, mapped or named before is so still, and nothing is deleted.
 */
import {
  type BladeName,
  type Bytes,
  type Fleet,
  fabricsWanted,
  isManual,
  type LunNumber,
  type Volume,
  volumeTag,
} from '#documents'
import { EngineError } from '#errors'
import { type Claim, diskUsers, isOff, lunShown } from '#findings'
import { reportOf, type Survey } from '#survey'
import { appearing, lunsOnBlade, named, onBlade, provedEverywhere, type Reserving, reserved } from './appear.ts'
import { aliasesHeld, brought, claimsAt, hasPaths, isNamed } from './brought.ts'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { refuseTakenName, reserving, volumeDocument } from './new-volume.ts'
import { draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'

type AdoptVolume = Extract<Intent, { readonly kind: 'adopt-volume' }>

/** Those that are fenced too: who can't be asked may use it, and may call another LUN by its name. */
const everyBlade = (fleet: Fleet): BladeName[] => [...fleet.blades.keys()].sort()

const told = ({ volume }: AdoptVolume): string => `adopt volume ${volume}`

/** `seen`: an earlier look, from which it is known what the array has, and where it is in use. */
export function claimsOfAdoptVolume(fleet: Fleet, intent: AdoptVolume, seen: Survey | undefined): Claim[] {
  const { volume: alias, array, wwid, lun, size } = intent
  refuseUnsaid(fleet, intent)
  const blades = everyBlade(fleet)
  const volume = subjectOf(fleet, intent, seen)
  if (volume !== undefined) refuseTaken(fleet, intent, volume)
  const writers = writersOf(fleet, intent, seen)
  return [
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    ...(isManual(fleet, array)
      ? []
      : [{ kind: 'adoptable', array, volume: alias, wwid, tag: volumeTag(fleet, alias), lun, size } as const]),
    ...blades.map((blade): Claim => ({ kind: 'undisturbed', blade, alias, wwid, mayRun: writers.includes(blade) })),
    ...(volume === undefined ? [] : blades.flatMap((blade) => claimsOn(fleet, seen, blade, volume))),
  ]
}

function claimsOn(fleet: Fleet, seen: Survey | undefined, blade: BladeName, volume: Volume): Claim[] {
  const isThere = seen === undefined || hasPaths(fleet, seen, blade, volume)
  return [
    ...claimsAt(fleet, seen, blade, volume),
    { kind: 'no-host-disk', blade, volume: claimed(volume) },
    ...(isThere ? [redundant(fleet, blade, volume)] : []),
  ]
}

const redundant = (fleet: Fleet, blade: BladeName, volume: Volume): Claim => ({
  kind: 'redundancy',
  blade,
  volume: claimed(volume),
  fabrics: fabricsWanted(fleet),
  anyMap: true,
})

/** @throws EngineError for what only an operator can say, and for what the documents have already */
function refuseUnsaid(fleet: Fleet, intent: AdoptVolume): void {
  const { volume, array, home, lun, size } = intent
  const { name, driver } = arrayIn(fleet, array)
  if (home !== undefined) bladeIn(fleet, home)
  refuseTakenName(fleet, volume, told(intent))
  if (fleet.blades.size === 0)
    throw new EngineError('document-missing', {
      attempted: told(intent),
      found: 'the fleet has no blade that could see it',
      hint: 'anyblade blade add NAME --ssh root@HOST',
    })
  if (driver !== 'manual' || (lun !== undefined && size !== undefined)) return
  throw new EngineError('intent-invalid', {
    attempted: told(intent),
    found: `nobody can ask ${name} for its ${lun === undefined ? 'LUN number' : 'size'}`,
    hint: 'type in what the array says of it: --lun N --size SIZE',
  })
}

function refuseTaken(fleet: Fleet, intent: AdoptVolume, { wwid, lun, array }: Volume): void {
  const other = [...fleet.volumes.values(), ...fleet.aside.values()].find(
    (one) => one.wwid === wwid || (one.array === array && one.lun === lun),
  )
  if (other === undefined) return
  throw new EngineError('document-exists', {
    attempted: told(intent),
    found: `${other.wwid === wwid ? wwid : `LUN ${lun} of ${array}`} is ${other.alias}${other.state === undefined ? '' : `, which is ${other.state}`}`,
    hint: `anyblade volume show ${other.alias}`,
  })
}

/** The volume that it is to be; undefined until the array has said what nobody else did. */
function subjectOf(fleet: Fleet, intent: AdoptVolume, seen: Survey | undefined): Volume | undefined {
  const { volume: alias, array, wwid } = intent
  const reading = seen?.arrays.get(array)
  const there = reading?.state === 'read' ? reading.value.volumes.find((one) => one.wwid === wwid) : undefined
  const lun: LunNumber | undefined = (there && lunShown(fleet, there)) ?? intent.lun
  const size: Bytes | undefined = there?.size ?? intent.size
  if (lun === undefined || size === undefined) return undefined
  return { alias, wwid, size, array, lun, writer: 'none', protected: true }
}

/** The blades that may have it in use: the one that is to write it, or all of a cluster whose guests settle it themselves. */
function writersOf(fleet: Fleet, intent: AdoptVolume, seen: Survey | undefined): readonly BladeName[] {
  const blades = everyBlade(fleet)
  if (intent.writer === 'guest' || intent.writer === 'shared') return blades
  return [homeOf(intent, seen, blades)].filter((blade) => blade !== undefined)
}

/** The one that was said, or where it is in use, or the first. */
const homeOf = (
  { volume: alias, wwid, home }: AdoptVolume,
  seen: Survey | undefined,
  blades: readonly BladeName[],
): BladeName | undefined => {
  const runs = (blade: BladeName) =>
    seen !== undefined && diskUsers({ blade, alias, wwid }, seen)?.some(({ domain }) => !isOff(domain))
  return home ?? blades.find(runs) ?? blades[0]
}

export function planAdoptVolume(fleet: Fleet, survey: Survey, intent: AdoptVolume): Plan {
  const volume = subjectOf(fleet, intent, survey)
  if (volume === undefined) throw new RangeError(`nothing is known of ${intent.wwid}`)
  const blades = everyBlade(fleet)
  const one = appearing(volume)
  const reserve = reserving(fleet, survey, { ...intent, home: homeOf(intent, survey, blades) }, blades)
  const { alias, wwid, array } = volume
  const isThere = (blade: BladeName) => hasPaths(fleet, survey, blade, volume)
  const isMapped = (blade: BladeName) => reportOf(survey, blade)?.maps.some((map) => map.wwid === wwid) === true
  const isUsed = (blade: BladeName) =>
    (diskUsers({ blade, alias, wwid }, survey) ?? []).some(({ domain }) => !isOff(domain))
  const steps = [
    // the mark comes first: who wants the same meanwhile is told of this run by it
    ...(isManual(fleet, array)
      ? []
      : [draft({ kind: 'tag-volume', array, volume: alias, tag: volumeTag(fleet, alias), wwid }, 'undoable')]),
    blades
      .filter((blade) => !isUsed(blade))
      .map((blade) => draft({ kind: 'check-unused', blade, ...onBlade(fleet, one) }, 'undoable')),
    ...brought(
      fleet,
      survey,
      volume,
      blades.filter((blade) => !isThere(blade)),
    ),
    // nothing is to be found; but where a map is made by the alias alone, it goes with it
    blades
      .filter((blade) => isThere(blade) && !isMapped(blade))
      .map((blade) => draft({ kind: 'scan-lun', blade, ...lunsOnBlade(fleet, array, [one]) }, 'undoable')),
    ...named(
      [one],
      blades.filter((blade) => !isNamed(aliasesHeld(survey, blade), volume)),
    ),
    ...(reserve === undefined ? [] : [reserved(one, reserve, [unclaimed(volume, reserve)])]),
    draft(
      {
        kind: 'record-documents',
        changes: [volumeDocument(one, intent.writer, reserve)],
        rendered: blades,
        message: `volume ${alias}: adopted`,
      },
      'undoable',
      [...provedEverywhere(fleet, one, blades, reserve), ...nobodyElse(intent, volume, reserve, blades)],
    ),
  ]
  return plan({ title: told(intent), intent, basis: fleet.commit }, steps, blades)
}

/** Nobody else has reserved it; an earlier key of its home is none of somebody else's. */
const unclaimed = (volume: Volume, { home, key }: Reserving): Claim => ({
  kind: 'reassertable',
  blade: home,
  volume: claimed(volume),
  key,
})

/** Where no writer was said and the array can't keep it to one, nobody may have it reserved; guests and clusters may. */
function nobodyElse(
  { writer }: AdoptVolume,
  volume: Volume,
  reserve: Reserving | undefined,
  [first]: readonly BladeName[],
): Claim[] {
  const isFree = reserve === undefined && (writer === undefined || writer === 'none')
  return isFree && first !== undefined ? [{ kind: 'unreserved', blade: first, volume: claimed(volume) }] : []
}
