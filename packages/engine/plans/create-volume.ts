/**
 * Carve LUNs, one or many, show them to all blades, let them appear, give them their aliases everywhere, prove them,
 * record them: one plan and one record, whole or not at all.
 * The steps are ordered so that undoing them newest first leaves nothing behind: aliases, maps, the mapping on the
 * array, then the paths, then the volume (facts: san.md C3; ../actions/lun-on-blade.ts).
 */
import { type DocumentChange, type Field, fewOf } from '#actions'
import {
  type Alias,
  type BladeName,
  bladesInService,
  type Fleet,
  formatSize,
  formerlyNamed,
  freeLun,
  type LunNumber,
  lunNumber,
  reservationKey,
  volumeTag,
} from '#documents'
import { EngineError } from '#errors'
import { type Claim, reservationTier } from '#findings'
import { reportOf, type Survey } from '#survey'
import { type Appearing, found, provedEverywhere, type Reserving, shown } from './appear.ts'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { homeFields } from './writer-claims.ts'

type CreateVolume = Extract<Intent, { readonly kind: 'create-volume' }>

/** One that is fenced gets the volumes when it is taken back. */
const bladesIn = (fleet: Fleet): BladeName[] => bladesInService(fleet)
const namesIn = ({ volumes }: CreateVolume): Alias[] => volumes.map(({ volume }) => volume)

/** `seen`: an earlier look, from which the LUN numbers are known that the array has given to others. */
export function claimsOfCreateVolume(fleet: Fleet, intent: CreateVolume, seen: Survey | undefined): Claim[] {
  const { array, volumes } = intent
  refuseTaken(fleet, intent)
  const { name } = arrayIn(fleet, array)
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

/** A name is not given while it is recorded: whatever remembers it would take the new LUN for the old one. */
function refuseTaken(fleet: Fleet, intent: CreateVolume): void {
  const names = namesIn(intent)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (names.length === 0 || twice !== undefined)
    throw new EngineError('intent-invalid', {
      attempted: told(intent),
      found: twice === undefined ? 'no name' : `${twice} twice`,
      hint: 'name each volume once',
    })
  for (const name of names) {
    const now = formerlyNamed(fleet, name)
    if (now !== undefined)
      throw new EngineError('document-exists', {
        attempted: told(intent),
        found: `${name} was the name of ${now.alias}, and an initramfs or an array may know it by that`,
        hint: 'choose another name',
      })
  }
  const taken = names.find((name) => fleet.aside.has(name) || fleet.volumes.has(name))
  if (taken === undefined) return
  const out = fleet.aside.get(taken)
  throw new EngineError('document-exists', {
    attempted: told(intent),
    found: `the fleet has a volume ${taken}${out === undefined ? '' : `, which is ${out.state}`}`,
    hint: out?.state === 'aside' ? `anyblade volume restore ${taken}` : 'choose another name',
  })
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
        changes: ones.map((one) => documentOf(intent, one, reserve)),
        rendered: blades,
        message: `volume ${fewOf(namesIn(intent))}: created`,
      },
      'undoable',
      ones.flatMap((one) => provedEverywhere(fleet, one, blades, reserve)),
    ),
  ]
  return plan({ title: told(intent), intent, basis: fleet.commit }, steps, blades)
}

const documentOf = (
  intent: CreateVolume,
  { volume, wwid, size, array, lun }: Appearing,
  reserve: Reserving | undefined,
): DocumentChange => ({
  document: `volumes/${volume}.yaml`,
  set: [
    { path: ['wwid'], value: wwid },
    { path: ['size'], value: formatSize(size) },
    { path: ['array'], value: array },
    { path: ['lun'], value: String(lun) },
    ...writerFields(intent, reserve),
    { path: ['protected'], value: 'true' },
  ],
})

const FIRST_GENERATION = 1

/**
 * Parked at its home from the start, so that no other blade can ever write it unasked. Nobody is named as its writer
 * where a blade could not keep to that: then the volume's proofs say the weaker tier.
 */
function reserving(
  fleet: Fleet,
  survey: Survey,
  { writer, home }: CreateVolume,
  blades: readonly BladeName[],
): Reserving | undefined {
  if (writer !== 'array' && writer !== undefined) return undefined
  const weak = blades.flatMap((name) => {
    const blade = bladeIn(fleet, name)
    const report = reportOf(survey, name)
    const { tier, because } = report === undefined ? UNREAD : reservationTier(blade, report.tools)
    return tier === 'none' ? [`${name}: ${because}`] : []
  })
  if (weak.length > 0) {
    if (writer === undefined) return undefined
    throw new EngineError('intent-invalid', {
      attempted: 'let the array keep the volume to one writer',
      found: weak.join('; '),
      hint: 'create it with another --writer, or mend these blades first',
    })
  }
  const at = home ?? blades[0]
  const key = at && reservationKey(fleet, bladeIn(fleet, at), FIRST_GENERATION)
  return at === undefined || key === undefined ? undefined : { home: at, key }
}

const UNREAD = { tier: 'none', because: 'it gave no answer' } as const

const writerFields = ({ writer = 'none' }: CreateVolume, reserve: Reserving | undefined): Field[] =>
  reserve === undefined
    ? [{ path: ['writer'], value: writer }]
    : [{ path: ['writer'], value: 'array' }, ...homeFields(reserve.home, FIRST_GENERATION)]
