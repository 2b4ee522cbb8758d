/**
 * Carve a LUN, show it to all blades, let it appear, give it its alias everywhere, prove it, record it.
 * The steps are ordered so that undoing them newest first leaves nothing behind: aliases, maps, the mapping on the
 * array, then the paths, then the volume (facts: san.md C3; ../actions/lun-on-blade.ts).
 */
import type { Field, WwidRef } from '#actions'
import {
  type Alias,
  type BladeName,
  bladesInService,
  type Fleet,
  formatSize,
  freeLun,
  type LunNumber,
  lunNumber,
  reservationKey,
  volumeTag,
} from '#documents'
import { EngineError } from '#errors'
import { type Claim, reservationTier } from '#findings'
import { reportOf, type Survey } from '#survey'
import { found, provedEverywhere, type Reserving, shown } from './appear.ts'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { homeFields } from './writer-claims.ts'

type CreateVolume = Extract<Intent, { readonly kind: 'create-volume' }>

const tagOf = (fleet: Fleet, { volume }: CreateVolume): string => volumeTag(fleet, volume)
/** One that is fenced gets the volume when it is taken back. */
const bladesIn = (fleet: Fleet): BladeName[] => bladesInService(fleet)

/** `seen`: an earlier look, from which the LUN numbers are known that the array has given to others. */
export function claimsOfCreateVolume(fleet: Fleet, intent: CreateVolume, seen: Survey | undefined): Claim[] {
  const { volume, size, array } = intent
  refuseTaken(fleet, volume)
  const { name } = arrayIn(fleet, array)
  const blades = bladesIn(fleet)
  if (blades.length === 0)
    throw new EngineError('document-missing', {
      attempted: `create the volume ${volume}`,
      found: 'the fleet has no blade to show it to',
      hint: 'anyblade blade add NAME --ssh root@HOST',
    })
  return [
    ...blades.map((blade): Claim => ({ kind: 'answers', blade })),
    { kind: 'room', array: name, volume, size, tag: tagOf(fleet, intent) },
    ...blades.map((blade): Claim => ({ kind: 'lun-free', blade, array, lun: nextLun(fleet, intent, seen) })),
    ...blades.map((blade): Claim => ({ kind: 'alias-free', blade, alias: volume, wwid: undefined })),
  ]
}

/** A name is not given while it is recorded: whatever remembers it would take the new LUN for the old one. */
function refuseTaken(fleet: Fleet, volume: Alias): void {
  const out = fleet.aside.get(volume)
  if (out === undefined && !fleet.volumes.has(volume)) return
  throw new EngineError('document-exists', {
    attempted: `create the volume ${volume}`,
    found: `the fleet has a volume ${volume}${out === undefined ? '' : `, which is ${out.state}`}`,
    hint: out?.state === 'aside' ? `anyblade volume restore ${volume}` : 'choose another name',
  })
}

/** The LUN number to give: the lowest that neither the fleet nor, once it has answered, the array has given away. */
function nextLun(fleet: Fleet, { array }: CreateVolume, survey: Survey | undefined): LunNumber {
  const reading = survey?.arrays.get(array)
  const taken = reading?.state === 'read' ? reading.value.volumes.flatMap((v) => v.mappings.map((m) => m.lun)) : []
  const lun = lunNumber(freeLun(fleet, array, new Set(taken)))
  if (lun !== undefined) return lun
  throw new EngineError('intent-invalid', {
    attempted: `find a free LUN number on ${array}`,
    found: 'all 16383 are taken',
    hint: 'delete volumes that are not needed any more',
  })
}

export function planCreateVolume(fleet: Fleet, survey: Survey, intent: CreateVolume): Plan {
  const { volume, size, array } = intent
  const blades = bladesIn(fleet)
  const lun = nextLun(fleet, intent, survey)
  const wwid: WwidRef = { ofStep: 1 }
  const one = { volume, wwid, size, array, lun }
  const reserve = reserving(fleet, survey, intent, blades)
  const steps = [
    draft({ kind: 'carve-volume', array, volume, tag: tagOf(fleet, intent), size }, 'undoable'),
    ...shown(fleet, one, blades),
    ...found(fleet, one, blades, reserve),
    draft(
      {
        kind: 'record-documents',
        changes: [
          {
            document: `volumes/${volume}.yaml`,
            set: [
              { path: ['wwid'], value: wwid },
              { path: ['size'], value: formatSize(size) },
              { path: ['array'], value: array },
              { path: ['lun'], value: String(lun) },
              ...writerFields(intent, reserve),
              { path: ['protected'], value: 'true' },
            ],
          },
        ],
        rendered: blades,
        message: `volume ${volume}: created`,
      },
      'undoable',
      provedEverywhere(fleet, one, blades, reserve),
    ),
  ]
  return plan({ title: `create volume ${volume}`, intent, basis: fleet.commit }, steps, blades)
}

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
