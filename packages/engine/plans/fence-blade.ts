/**
 * Shut a blade out of what it may write, so that its VMs can be started elsewhere: rung by rung, as far as it goes.
 * Its guests are cut off where it answers; its keys are preempted by another blade, which holds the volumes from then
 * on; the array hides the volumes from it; its power is cut where somebody can. Who does not answer is in no step that
 * counts. The first thing that can't be taken back is the first rung; before it only the holder's keys are registered.
 * Fenced again, a blade is shut out of what it may have come back to: of all volumes, by who holds them now.
 */
import type { BarredVolume } from '#actions'
import { asOnArray, type Blade, type Fleet, isManual, reservationKey, type Vm, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Claim, type ClaimOf, type Holder, holderIn, prove } from '#findings'
import { domainsOf, excuse, type Survey } from '#survey'
import {
  answers,
  type Held,
  heldAlready,
  holding,
  isLastRung,
  keeperOf,
  othersThan,
  reservedAt,
  scopeOf,
  vmsAt,
} from './fence-scope.ts'
import type { Intent } from './intent.ts'
import { arrayIn, bladeIn } from './missing.ts'
import { carved } from './on-array.ts'
import { attempt, type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed } from './vm-claims.ts'
import { keysOf, passedTo, type Reserved, reservedAtHome } from './writer-claims.ts'

type FenceBlade = Extract<Intent, { readonly kind: 'fence-blade' }>

/** `seen`: an earlier look; who gave no answer in it is not asked again, and is counted on for nothing. */
export function claimsOfFenceBlade(fleet: Fleet, intent: FenceBlade, seen: Survey | undefined): Claim[] {
  const blade = bladeIn(fleet, intent.blade)
  const others = othersThan(fleet, blade)
  const keeper = keeperOf(others, seen)
  // with a volume to hold, the finding about its holder says so
  if (keeper === undefined && reservedAt(fleet, blade).length === 0)
    throw new EngineError('intent-invalid', {
      attempted: `fence ${blade.name}`,
      found: 'the fleet has no other blade in service that could hold its volumes',
      hint: 'anyblade blade list',
    })
  const isThere = seen === undefined || answers(fleet, seen, blade)
  return [
    ...(keeper === undefined ? [] : [{ kind: 'answers', blade: keeper } as const]),
    ...(isThere ? [{ kind: 'answers', blade: blade.name, fencedToo: true } as const] : []),
    ...(isThere ? vmsAt(fleet, blade).map((vm) => anywhere(blade, vm)) : []).filter((claim) =>
      isOpen(claim, fleet, seen),
    ),
    ...reservedAt(fleet, blade).map((one) => holding(fleet, blade, one)),
    ...heldAlready(fleet, blade).map(({ one }) => reservedAtHome(one, keysOf(fleet, blade, one))),
    ...scopeOf(fleet, blade).flatMap((volume) => arrayClaim(fleet, blade, volume, seen)),
  ]
}

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
    ...watched(fleet, blade, [...held, ...heldAlready(fleet, blade)]),
    ...scopeOf(fleet, blade).flatMap((volume) =>
      hidden(fleet, survey, blade, volume, [...held, ...heldAlready(fleet, blade)]),
    ),
    ...(blade.power === undefined || isThere ? [] : [attempt({ kind: 'power-off', powerOf: blade.name }, 'forward')]),
    ...(blade.fenced === true ? [] : [record(blade, held)]),
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

/** A key of any generation names the blade. */
function watched(fleet: Fleet, blade: Blade, held: readonly Held[]): Draft[] {
  const byHolder = Map.groupBy(held, ({ holder }) => holder.blade)
  return [...byHolder].map(([name, of]) =>
    draft(
      {
        kind: 'hold-fence',
        blade: name,
        other: blade.name,
        volumes: of.flatMap(({ one, holder }) => {
          const theirs = reservationKey(fleet, blade, one.generation)
          return theirs === undefined ? [] : [{ ...barredVolume(one, holder), theirs }]
        }),
      },
      'pivot',
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
    ...asOnArray(fleet, alias),
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
    ...silent.map((array) =>
      isManual(fleet, array)
        ? `nobody can tell ${array} anything: hide its volumes from ${name} there by hand`
        : `${array} gives no answer: the volumes are not hidden from ${name}`,
    ),
    ...(isThere || blade.power !== undefined
      ? []
      : [`blades/${name}.yaml names nobody who cuts its power: processor and network of its guests are not reached`]),
  ]
}
