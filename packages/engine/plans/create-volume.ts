/**
 * Carve a LUN, show it to all blades, let it appear, give it its alias everywhere, prove it, record it.
 * The steps are ordered so that undoing them newest first leaves nothing behind: aliases, maps, the mapping on the
 * array, then the paths, then the volume (facts: san.md C3; ../actions/lun-on-blade.ts).
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { Field, WwidRef } from '#actions'
import {
  type BladeName,
  bladesInService,
  type Fleet,
  fabricsWanted,
  formatSize,
  freeLun,
  type LunNumber,
  lunNumber,
  reservationKey,
  volumeTag,
} from '#documents'
import { EngineError } from '#errors'
import { type Claim, reservationTier, type VolumeClaim } from '#findings'
import { reportOf, type Survey } from '#survey'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { draft, type Plan, plan } from './plan.ts'
import { homeFields, registrable } from './writer-claims.ts'

type CreateVolume = Extract<Intent, { readonly kind: 'create-volume' }>

const tagOf = (fleet: Fleet, { volume }: CreateVolume): string => volumeTag(fleet, volume)
/** One that is fenced gets the volume when it is taken back. */
const bladesIn = (fleet: Fleet): BladeName[] => bladesInService(fleet)

/** `seen`: an earlier look, from which the LUN numbers are known that the array has given to others. */
export function claimsOfCreateVolume(fleet: Fleet, intent: CreateVolume, seen: Survey | undefined): Claim[] {
  const { volume, size, array } = intent
  if (fleet.volumes.has(volume))
    throw new EngineError('document-exists', {
      attempted: `create the volume ${volume}`,
      found: `the fleet has a volume ${volume}`,
      hint: `anyblade volume show ${volume}`,
    })
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
  const { ports } = arrayIn(fleet, array)
  const targetPorts = ports.map((port) => port.wwpn)
  const blades = bladesIn(fleet)
  const lun = nextLun(fleet, intent, survey)
  const wwid: WwidRef = { ofStep: 1 }
  const tag = tagOf(fleet, intent)
  const initiators = blades.flatMap((blade) => fleet.blades.get(blade)?.ports.map((port) => port.wwpn) ?? [])
  const target: VolumeClaim = { alias: volume, wwid, size }
  const onBlade = { volume, lun, targetPorts, wwid }
  const reserve = reserving(fleet, survey, intent, blades)
  const aliasOn = (blade: BladeName) =>
    draft({ kind: 'add-alias', blade, alias: volume, wwid }, 'undoable', [
      { kind: 'visible', blade, volume: target, array, lun },
      { kind: 'alias-free', blade, alias: volume, wwid },
    ])
  const steps = [
    draft({ kind: 'carve-volume', array, volume, tag, size }, 'undoable'),
    blades.map((blade) => draft({ kind: 'check-lun-free', blade, ...onBlade }, 'undoable')),
    draft({ kind: 'map-volume', array, volume, tag, lun, initiators, wwid }, 'undoable'),
    blades.map((blade) => draft({ kind: 'scan-lun', blade, ...onBlade }, 'undoable')),
    // One blade first: a candidate that is no good goes no further than that.
    ...blades.slice(0, 1).map(aliasOn),
    blades.slice(1).map(aliasOn),
    ...(reserve === undefined
      ? []
      : [
          draft({ kind: 'reserve-volume', blade: reserve.home, alias: volume, wwid, key: reserve.key }, 'undoable', [
            { kind: 'identity', blade: reserve.home, volume: target },
            ...registrable(reserve.home, target),
          ]),
        ]),
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
      blades.flatMap((blade): Claim[] => [
        { kind: 'identity', blade, volume: target },
        { kind: 'redundancy', blade, volume: target, fabrics: fabricsWanted(fleet) },
        { kind: 'alias-free', blade, alias: volume, wwid },
        ...(reserve?.home === blade
          ? [{ kind: 'reservation', blade, volume: target, key: reserve.key, besides: [] } as const]
          : []),
      ]),
    ),
  ]
  return plan({ title: `create volume ${volume}`, intent, basis: fleet.commit }, steps, blades)
}

type Reserving = { readonly home: BladeName; readonly key: ReservationKey }
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
