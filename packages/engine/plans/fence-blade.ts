/**
 * Shut a blade out of what it may write, so that its VMs can be started elsewhere: rung by rung, as far as it goes.
 * Its guests are cut off where it answers; its keys are preempted by another blade, which holds the volumes from then
 * on; the array hides the volumes from it; its power is cut where somebody can. Who does not answer is in no step that
 * counts. The first thing that can't be taken back is the first rung; before it only the holder's keys are registered.
 */
import type { BarredVolume } from '#actions'
import { type Blade, type BladeName, bladesInService, type Fleet, type Vm, type Volume, volumeTag } from '#documents'
import { EngineError } from '#errors'
import { type Claim, type ClaimOf, type Holder, holderIn, prove } from '#findings'
import { domainsOf, excuse, reportOf, type Survey } from '#survey'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { attempt, type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'
import { passedTo, type Reserved, reservedIn } from './writer-claims.ts'

type FenceBlade = Extract<Intent, { readonly kind: 'fence-blade' }>

/** `seen`: an earlier look; who gave no answer in it is not asked again, and is counted on for nothing. */
export function claimsOfFenceBlade(fleet: Fleet, intent: FenceBlade, seen: Survey | undefined): Claim[] {
  const blade = bladeIn(fleet, intent.blade)
  if (blade.fenced === true)
    throw new EngineError('intent-invalid', {
      attempted: `fence ${blade.name}`,
      found: 'it is fenced already',
      hint: `anyblade blade return ${blade.name}, once it is sound`,
    })
  const others = othersThan(fleet, blade)
  const keeper = keeperOf(others, seen)
  if (keeper === undefined)
    throw new EngineError('intent-invalid', {
      attempted: `fence ${blade.name}`,
      found: 'the fleet has no other blade in service that could hold its volumes',
      hint: 'anyblade blade list',
    })
  const isThere = seen === undefined || answers(fleet, seen, blade)
  return [
    { kind: 'answers', blade: keeper },
    ...(isThere ? [{ kind: 'answers', blade: blade.name } as const] : []),
    ...(isThere ? vmsAt(fleet, blade).map((vm) => anywhere(blade, vm)) : []).filter((claim) =>
      isOpen(claim, fleet, seen),
    ),
    ...reservedAt(fleet, blade).map((one) => holding(fleet, blade, one)),
    ...scopeOf(fleet, blade).flatMap((volume) => arrayClaim(fleet, blade, volume, seen)),
  ]
}

const othersThan = (fleet: Fleet, blade: Blade): BladeName[] =>
  bladesInService(fleet).filter((name) => name !== blade.name)

/** Keeps the journal of what happens elsewhere: a blade that answered. */
const keeperOf = (others: readonly BladeName[], seen: Survey | undefined): BladeName | undefined =>
  others.find((name) => seen !== undefined && reportOf(seen, name) !== undefined) ?? others[0]

/** It answers as itself, and so does its libvirt. */
const answers = (fleet: Fleet, seen: Survey, blade: Blade): boolean =>
  prove({ kind: 'answers', blade: blade.name }, fleet, seen).verdict === 'proved' &&
  (vmsAt(fleet, blade).length === 0 || domainsOf(seen, blade.name) !== undefined)

const vmsAt = (fleet: Fleet, blade: Blade): Vm[] => [...fleet.vms.values()].filter((vm) => vm.home === blade.name)

const anywhere = (blade: Blade, { name, uuid }: Vm): ClaimOf<'domain'> => ({
  kind: 'domain',
  blade: blade.name,
  vm: name,
  uuid,
  wanted: 'any',
})

/** Not known yet, or so: what was seen to be otherwise is left out, for a fence takes what it can get. */
const isOpen = (claim: Claim, fleet: Fleet, seen: Survey | undefined): boolean =>
  seen === undefined || prove(claim, fleet, seen).verdict === 'proved'

/** The volumes that the array keeps to this blade. */
const reservedAt = (fleet: Fleet, blade: Blade): Reserved[] =>
  reservedIn(fleet, { volumes: [...fleet.volumes.keys()] }).filter((one) => one.home === blade.name)

/** What the array hides from it: its own volumes, and all those that nobody keeps from it by a reservation. */
function scopeOf(fleet: Fleet, blade: Blade): Volume[] {
  const kept = new Map(reservedIn(fleet, { volumes: [...fleet.volumes.keys()] }).map((one) => [one.volume.alias, one]))
  return [...fleet.volumes.values()].filter(({ alias }) => (kept.get(alias)?.home ?? blade.name) === blade.name)
}

const holding = (fleet: Fleet, blade: Blade, { volume }: Reserved): ClaimOf<'holder'> => ({
  kind: 'holder',
  volume: claimed(volume),
  other: blade.name,
  candidates: othersThan(fleet, blade),
})

const carved = (fleet: Fleet, volume: Volume): ClaimOf<'on-array'> => ({
  kind: 'on-array',
  array: volume.array,
  volume: claimed(volume),
  tag: volumeTag(fleet, volume.alias),
})

/** The array alone can keep the blade from a volume that its VMs use and nobody reserves; elsewhere it comes second. */
const isLastRung = (fleet: Fleet, blade: Blade, { alias }: Volume): boolean =>
  vmsAt(fleet, blade).some((vm) => vm.volumes.includes(alias)) &&
  !reservedAt(fleet, blade).some((one) => one.volume.alias === alias)

function arrayClaim(fleet: Fleet, blade: Blade, volume: Volume, seen: Survey | undefined): Claim[] {
  const claim = carved(fleet, volume)
  return isLastRung(fleet, blade, volume) || isOpen(claim, fleet, seen) ? [claim] : []
}

export function planFenceBlade(fleet: Fleet, survey: Survey, intent: FenceBlade): Plan {
  const blade = bladeIn(fleet, intent.blade)
  const held = reservedAt(fleet, blade).flatMap((one) => {
    const holder = holderIn(holding(fleet, blade, one), fleet, survey)
    return holder === undefined ? [] : [{ one, holder }]
  })
  const isThere = answers(fleet, survey, blade)
  const keeper = keeperOf(othersThan(fleet, blade), survey)
  const steps = [
    ...held.map(reserved),
    ...(isThere ? vmsAt(fleet, blade).flatMap((vm) => cutOff(survey, blade, vm)) : []),
    ...held.map(({ one, holder }) =>
      draft({ kind: 'fence-volume', blade: holder.blade, other: blade.name, ...barredVolume(one, holder) }, 'pivot'),
    ),
    ...watched(blade, held),
    ...scopeOf(fleet, blade).flatMap((volume) => hidden(fleet, survey, blade, volume, held)),
    ...(blade.power === undefined || isThere ? [] : [attempt({ kind: 'power-off', powerOf: blade.name }, 'forward')]),
    record(blade, held),
  ]
  const head = {
    title: `fence blade ${blade.name}`,
    intent,
    basis: fleet.commit,
    ...(keeper === undefined ? {} : { keeper }),
    // without an answer it is in no step, and can't be waited for
    doubtful: isThere ? [blade.name] : [],
    remarks: remarks(fleet, survey, blade, isThere),
  }
  return plan(head, steps, keeper === undefined ? [] : [keeper])
}

type Held = { readonly one: Reserved; readonly holder: Holder }

const barredVolume = ({ volume, key: theirs }: Reserved, { key }: Holder): BarredVolume => ({
  alias: volume.alias,
  wwid: volume.wwid,
  key,
  theirs,
})

/** Registered beside the blade's key, and reserved where an array has forgotten that. */
function reserved({ one, holder }: Held): Draft {
  const { alias, wwid } = one.volume
  return draft({ kind: 'reserve-volume', blade: holder.blade, alias, wwid, key: holder.key }, 'undoable', [
    { kind: 'identity', blade: holder.blade, volume: claimed(one.volume) },
  ])
}

/** Its guest, cut off where it is active; a blade that hangs in it is what the next rungs are for. */
function cutOff(survey: Survey, blade: Blade, { name, uuid }: Vm): Draft[] {
  const state = domainsOf(survey, blade.name)?.find((domain) => domain.uuid === uuid)?.state
  if (state === undefined || state === 'shut off' || state === 'crashed') return []
  return [attempt({ kind: 'stop-domain', blade: blade.name, vm: name, uuid, how: 'destroy' }, 'pivot')]
}

function watched(blade: Blade, held: readonly Held[]): Draft[] {
  const byHolder = Map.groupBy(held, ({ holder }) => holder.blade)
  return [...byHolder].map(([name, of]) =>
    draft(
      {
        kind: 'hold-fence',
        blade: name,
        other: blade.name,
        volumes: of.map(({ one, holder }) => barredVolume(one, holder)),
      },
      'forward',
    ),
  )
}

const holds = ({ one, holder }: Held): Claim => ({
  kind: 'reservation',
  blade: holder.blade,
  volume: claimed(one.volume),
  key: holder.key,
  besides: [],
})

/** Only once another registrant was read back: with the last nexus of the last one a reservation is gone. */
function hidden(fleet: Fleet, survey: Survey, blade: Blade, volume: Volume, held: readonly Held[]): Draft[] {
  const known = carved(fleet, volume)
  if (prove(known, fleet, survey).verdict !== 'proved') return []
  const { alias, wwid, lun, array } = volume
  const action = {
    kind: 'hide-volume',
    array,
    volume: alias,
    tag: volumeTag(fleet, alias),
    lun,
    wwid,
    initiators: blade.ports.map((port) => port.wwpn),
    initiatorsOf: blade.name,
  } as const
  if (isLastRung(fleet, blade, volume)) return [draft(action, 'pivot', [known])]
  return [attempt(action, 'forward', [known, ...held.filter(({ one }) => one.volume.alias === alias).map(holds)])]
}

function record(blade: Blade, held: readonly Held[]): Draft {
  return draft(
    {
      kind: 'record-documents',
      changes: [
        { document: `blades/${blade.name}.yaml`, set: [{ path: ['fenced'], value: 'true' }] },
        ...held.map(({ one, holder }) => passedTo(holder.blade, one)),
      ],
      rendered: [],
      message: `blade ${blade.name}: fenced`,
    },
    'forward',
    held.map(holds),
  )
}

/** What the plan does not reach, and why. */
function remarks(fleet: Fleet, survey: Survey, blade: Blade, isThere: boolean): string[] {
  const { name } = blade
  const silent = [...new Set(scopeOf(fleet, blade).map(({ array }) => arrayIn(fleet, array).name))].filter(
    (array) => survey.arrays.get(array)?.state !== 'read',
  )
  return [
    ...(isThere
      ? []
      : [`${name} gives no answer (${excuse(survey.blades.get(name))}): its guests are not cut off there`]),
    ...silent.map((array) => `${array} gives no answer: the volumes are not hidden from ${name}`),
    ...(isThere || blade.power !== undefined
      ? []
      : [`blades/${name}.yaml names nobody who cuts its power: processor and network of its guests are not reached`]),
  ]
}
