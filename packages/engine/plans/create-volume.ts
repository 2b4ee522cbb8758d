/**
 * Carve LUNs, one or many, show them to all blades, let them appear, give them their aliases everywhere, prove them,
 * record them: one plan and one record, whole or not at all.
 * The steps are ordered so that undoing them newest first leaves nothing behind: aliases, maps, the mapping on the
 * array, then the paths, then the volume (facts: san.md C3; ../actions/lun-on-blade.ts).
 */
import { fewOf } from '#actions'
import {
  type Alias,
  type BladeName,
  bladesInService,
  type Fleet,
  formatSize,
  freeLun,
  type LunNumber,
  lunNumber,
  volumeTag,
} from '#documents'
import { EngineError } from '#errors'
import type { Claim } from '#findings'
import type { Survey } from '#survey'
import { type Appearing, found, provedEverywhere, shown } from './appear.ts'
import type { Intent } from './intent.ts'
import { arrayIn } from './missing.ts'
import { refuseTakenName, reserving, volumeDocument } from './new-volume.ts'
import { refuseManual } from './on-array.ts'
import { draft, type Plan, plan } from './plan.ts'

type CreateVolume = Extract<Intent, { readonly kind: 'create-volume' }>

/** One that is fenced gets the volumes when it is taken back. */
const bladesIn = (fleet: Fleet): BladeName[] => bladesInService(fleet)
const namesIn = ({ volumes }: CreateVolume): Alias[] => volumes.map(({ volume }) => volume)

/** `seen`: an earlier look, from which the LUN numbers are known that the array has given to others. */
export function claimsOfCreateVolume(fleet: Fleet, intent: CreateVolume, seen: Survey | undefined): Claim[] {
  const { array, volumes } = intent
  refuseTaken(fleet, intent)
  const { name } = arrayIn(fleet, array)
  refuseManual(fleet, name, told(intent), adoptHint(intent))
  const blades = bladesIn(fleet)
  if (blades.length === 0)
    throw new EngineError('document-missing', {
      attempted: told(intent),
      found: 'the fleet has no blade to show it to',
      hint: 'anyblade blade add NAME --ssh root@HOST',
    })
  const luns = nextLuns(fleet, intent, seen)
  return [
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    { kind: 'room', array: name, volumes: volumes.map((one) => ({ ...one, tag: volumeTag(fleet, one.volume) })) },
    ...blades.flatMap((blade) => luns.map((lun): Claim => ({ kind: 'lun-free', blade, array, lun }))),
    ...blades.flatMap((blade) =>
      namesIn(intent).map((alias): Claim => ({ kind: 'alias-free', blade, alias, wwid: undefined })),
    ),
  ]
}

const told = (intent: CreateVolume): string =>
  intent.volumes.length === 1
    ? `create volume ${namesIn(intent).join()}`
    : `create ${intent.volumes.length} volumes: ${fewOf(namesIn(intent))}`

const adoptHint = ({ array, volumes: [first] }: CreateVolume): string =>
  [
    `carve it on ${array} by hand and show it to every port of all blades under one LUN number, then`,
    `anyblade volume adopt ${first?.volume ?? 'NAME'} --array ${array} --wwid WWID --lun N --size ${first === undefined ? 'SIZE' : formatSize(first.size).replaceAll(' ', '')}`,
  ].join(' ')

function refuseTaken(fleet: Fleet, intent: CreateVolume): void {
  const names = namesIn(intent)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (names.length === 0 || twice !== undefined)
    throw new EngineError('intent-invalid', {
      attempted: told(intent),
      found: twice === undefined ? 'no name' : `${twice} twice`,
      hint: 'name each volume once',
    })
  for (const name of names) refuseTakenName(fleet, name, told(intent))
}

/** The LUN numbers to give: the lowest that neither the fleet nor, once it has answered, the array has given away. */
function nextLuns(fleet: Fleet, { array, volumes }: CreateVolume, survey: Survey | undefined): LunNumber[] {
  const reading = survey?.arrays.get(array)
  const taken = new Set(
    reading?.state === 'read' ? reading.value.volumes.flatMap((v) => v.mappings.map((m): number => m.lun)) : [],
  )
  return volumes.map(() => {
    const lun = lunNumber(freeLun(fleet, array, taken))
    if (lun === undefined)
      throw new EngineError('intent-invalid', {
        attempted: `find ${volumes.length === 1 ? 'a free LUN number' : `${volumes.length} free LUN numbers`} on ${array}`,
        found: volumes.length === 1 ? 'all 16383 are taken' : 'not so many of the 16383 are free',
        hint: 'delete volumes that are not needed any more',
      })
    taken.add(lun)
    return lun
  })
}

export function planCreateVolume(fleet: Fleet, survey: Survey, intent: CreateVolume): Plan {
  const { volumes, array } = intent
  const blades = bladesIn(fleet)
  const luns = nextLuns(fleet, intent, survey)
  // Carving comes first, one step each, so that the others can name the id which it will find.
  const ones = luns.flatMap((lun, at): Appearing[] => {
    const one = volumes[at]
    return one === undefined ? [] : [{ ...one, wwid: { ofStep: at + 1 }, array, lun }]
  })
  const reserve = reserving(fleet, survey, intent, blades)
  const steps = [
    ...volumes.map(({ volume, size }) =>
      draft({ kind: 'carve-volume', array, volume, tag: volumeTag(fleet, volume), size }, 'undoable'),
    ),
    ...shown(fleet, array, ones, blades),
    ...found(fleet, array, ones, blades, reserve),
    draft(
      {
        kind: 'record-documents',
        changes: ones.map((one) => volumeDocument(one, intent.writer, reserve)),
        rendered: blades,
        message: `volume ${fewOf(namesIn(intent))}: created`,
      },
      'undoable',
      ones.flatMap((one) => provedEverywhere(fleet, one, blades, reserve)),
    ),
  ]
  return plan({ title: told(intent), intent, basis: fleet.commit }, steps, blades)
}
