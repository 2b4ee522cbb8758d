/**
 * A blade leaves the fleet, and nothing of ours stays on it. Nothing may be at home there any more. Its volumes go in the
 * order that leaves nothing behind (put-aside.ts), for this blade alone: held out and flushed, hidden by the array, which
 * is the point of no return, then the paths, the aliases and what tools have noted; last what the runs have kept there.
 * Where nobody can tell an array, the plan waits between flushing and the point of no return until its operator has hidden
 * them, as the blade itself proves by a fresh INQUIRY; what he has hidden before is not flushed but only cleared away.
 * Where puppet delivers, the blade's data goes from its module once the agent has taken our file away: not before, for a blade
 * without data keeps what it has.
 * A fenced blade that does not come back is not asked: it is hidden from what the array still shows it, and forgotten.
 */
import type { DocumentChange, TrustAction } from '#actions'
import { agentOf, asOnArray, type Blade, type BladeName, type Fleet, isManual, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Claim, prove } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { remainsOf } from '../config/baseline/remains.ts'
import { appearing, lunsOnBlade, onBlade } from './appear.ts'
import { atHomeBesides, keysDropped } from './dropped-keys.ts'
import { keeperOf, othersThan } from './fence-scope.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { carved, hideFromByHand, keptOnArray } from './on-array.ts'
import { parkedAt } from './parked.ts'
import { attempt, awaiting, type Draft, draft, type Phase, type Plan, plan } from './plan.ts'
import { credentialsOf, linesGone } from './trust.ts'
import { claimed } from './vm-claims.ts'
import { homeFields, keysOf, nextKey, type Reserved, reservedAtHome, reservedIn } from './writer-claims.ts'

type RemoveBlade = Extract<Intent, { readonly kind: 'remove-blade' }>

const volumesOf = ({ volumes }: Fleet): Volume[] => [...volumes.values()].sort((a, b) => a.lun - b.lun)
const reservedOf = (fleet: Fleet): Reserved[] => reservedIn(fleet, { volumes: [...fleet.volumes.keys()] })

/** @throws EngineError where something is at home there, or nobody would be left to keep the journal */
function leavingBlade(fleet: Fleet, intent: RemoveBlade): Blade {
  const blade = bladeIn(fleet, intent.blade)
  const { name } = blade
  const refuse = (found: string, hint: string): never => {
    throw new EngineError('intent-invalid', { attempted: `remove the blade ${name}`, found, hint })
  }
  const [vm, ...more] = [...fleet.vms.values()].filter(({ home }) => home === name)
  const [other] = othersThan(fleet, blade)
  if (other === undefined)
    refuse('the fleet has no other blade in service, which keeps the journal', 'anyblade blade list')
  if (vm !== undefined)
    refuse(
      `${[vm, ...more].map((one) => one.name).join(', ')} ${more.length > 0 ? 'are' : 'is'} at home there`,
      blade.fenced === true
        ? `anyblade vm start ${vm.name} --on ${other} --cold`
        : `anyblade vm migrate ${vm.name} --to ${other}, while it runs`,
    )
  return blade
}

/** Volumes that no VM has, kept under the blade's key: another blade takes them. */
const parkedThere = (fleet: Fleet, { name }: Blade): Reserved[] => reservedOf(fleet).filter(({ home }) => home === name)

/** @throws EngineError where it gives no answer, and nobody has shut it out */
export function claimsOfRemoveBlade(fleet: Fleet, intent: RemoveBlade, seen: Survey | undefined): Claim[] {
  const blade = leavingBlade(fleet, intent)
  const keeper = keeperOf(othersThan(fleet, blade), seen)
  const shared: Claim[] = [
    ...(keeper === undefined ? [] : [{ kind: 'answers', blade: keeper } as const]),
    ...volumesOf(fleet).flatMap((volume) => keptOnArray(fleet, volume)),
    ...trusting(fleet, blade, seen).map((other): Claim => ({ kind: 'credentials-known', blade: other })),
  ]
  if (blade.fenced === true) {
    refuseHeld(fleet, blade)
    return [...shared, ...barredFrom(fleet, blade)]
  }
  if (seen !== undefined && reportOf(seen, blade.name) === undefined)
    throw new EngineError('blade-unreachable', {
      attempted: `remove the blade ${blade.name}`,
      found: 'it gives no answer, and may go on writing',
      hint: `anyblade blade fence ${blade.name}; a fenced blade is removed without being asked`,
    })
  return [{ kind: 'answers', blade: blade.name }, ...shared, ...leftIn(fleet, intent, blade, seen)]
}

const volumesByHand = (fleet: Fleet): Volume[] => volumesOf(fleet).filter(({ array }) => isManual(fleet, array))

const withdrawn = (blade: BladeName, volume: Volume): Claim => {
  const { array, lun } = volume
  return { kind: 'withdrawn', blade, volume: claimed(volume), array, lun }
}

/** Its operator has hidden it from the blade already. */
const isWithdrawn = (fleet: Fleet, seen: Survey | undefined, blade: BladeName, volume: Volume): boolean =>
  seen !== undefined &&
  isManual(fleet, volume.array) &&
  prove(withdrawn(blade, volume), fleet, seen).verdict === 'proved'

/** Others that may let it in; who gives no answer keeps its lines until it is told anew (blade trust). */
const trusting = (fleet: Fleet, blade: Blade, seen: Survey | undefined): BladeName[] =>
  othersThan(fleet, blade).filter((other) => seen === undefined || reportOf(seen, other) !== undefined)

/** The others let it in no more; what is in the way of one stops nothing. */
function unknownToOthers(fleet: Fleet, survey: Survey, blade: Blade, phase: Phase): Draft[] {
  return trusting(fleet, blade, survey).flatMap((other) =>
    trustGone(fleet, survey, other, (peer) => peer === blade.name).map((action) => attempt(action, phase)),
  )
}

function trustGone(fleet: Fleet, survey: Survey, blade: BladeName, isLeft: (peer: string) => boolean): TrustAction[] {
  const here = credentialsOf(survey, blade)
  const changes = here === undefined ? [] : linesGone(fleet, here, isLeft)
  return changes.length === 0 ? [] : [{ kind: 'set-trust', blade, fleet: fleet.settings.id, changes }]
}

/** Its own key and what it has for others. */
function trustsNobody(fleet: Fleet, survey: Survey, blade: BladeName): TrustAction[] {
  const key = credentialsOf(survey, blade)?.key
  return [
    ...trustGone(fleet, survey, blade, () => true),
    ...(key === undefined ? [] : [{ kind: 'drop-key', blade, fleet: fleet.settings.id } as const]),
  ]
}

/** A fence passes what the blade holds to another one; where it could not, nobody may forget the blade. */
function refuseHeld(fleet: Fleet, blade: Blade): void {
  const [held] = parkedThere(fleet, blade)
  if (held === undefined) return
  throw new EngineError('intent-invalid', {
    attempted: `remove the blade ${blade.name}`,
    found: `${held.volume.alias} is kept under its key`,
    hint: `anyblade blade fence ${blade.name}`,
  })
}

/** The array's word stands in for the blade's own. */
const barredFrom = (fleet: Fleet, blade: Blade): Claim[] => reservedOf(fleet).map((one) => barredAt(one, blade))

const barredAt = ({ home, volume }: Reserved, { name: other }: Blade): Claim => ({
  kind: 'barred',
  blade: home,
  volume: claimed(volume),
  other,
})

function leftIn(fleet: Fleet, { keepBaseline }: RemoveBlade, of: Blade, seen: Survey | undefined): Claim[] {
  const { name: blade } = of
  const isGone = (volume: Volume) => isWithdrawn(fleet, seen, blade, volume)
  return [
    ...[...fleet.vms.values()].map(
      ({ name: vm, uuid }): Claim => ({ kind: 'domain', blade, vm, uuid, wanted: 'absent' }),
    ),
    ...volumesOf(fleet).flatMap((volume): Claim[] => [
      ...(isGone(volume) ? [offThere(blade, volume), withdrawn(blade, volume)] : unused(blade, volume)),
      { kind: 'alias-ours', blade, volume: claimed(volume) },
    ]),
    // who is shown it no more can't give its key up
    ...reservedOf(fleet).map((one) => (isGone(one.volume) ? barredAt(one, of) : atHomeBesides(fleet, of, one))),
    { kind: 'credentials-known', blade },
    ...(keepBaseline ? [] : [{ kind: 'baseline-known', blade } as const]),
  ]
}

const offThere = (blade: BladeName, { alias }: Volume): Claim => ({
  kind: 'disk-unused',
  blade,
  volume: alias,
  except: '',
  evenOff: true,
})

const unused = (blade: BladeName, volume: Volume): Claim[] => [
  offThere(blade, volume),
  { kind: 'idle', blade, volume: claimed(volume), array: volume.array, lun: volume.lun },
]

export function planRemoveBlade(fleet: Fleet, survey: Survey, intent: RemoveBlade): Plan {
  const blade = leavingBlade(fleet, intent)
  const keeper = keeperOf(othersThan(fleet, blade), survey)
  if (keeper === undefined) throw new RangeError('claimed to be there')
  const steps = blade.fenced === true ? forgotten(fleet, survey, blade) : cleared(fleet, survey, intent, blade, keeper)
  const remarks =
    blade.fenced === true
      ? [
          `${blade.name} is not asked: wipe it before it is connected again, for what stands on it stays`,
          ...hideFromByHand(fleet, blade, volumesByHand(fleet)),
        ]
      : [
          ...byHandFirst(fleet, blade, stillShown(fleet, survey, blade)),
          `${blade.name} keeps nothing of this fleet; anyblade blade add and config roll-out bring it back`,
        ]
  return plan({ title: `remove blade ${blade.name}`, intent, basis: fleet.commit, keeper, remarks }, steps, [keeper])
}

const stillShown = (fleet: Fleet, survey: Survey, { name }: Blade): Volume[] =>
  volumesByHand(fleet).filter((volume) => !isWithdrawn(fleet, survey, name, volume))

/** Not before the plan has come so far: until then the blade has maps of them. */
function byHandFirst(fleet: Fleet, blade: Blade, volumes: readonly Volume[]): string[] {
  if (volumes.length === 0) return []
  return [
    `once ${blade.name} has flushed them the run waits for what is to be done by hand; anyblade run resume goes on after it, anyblade run abort takes all of it back`,
    ...hideFromByHand(fleet, blade, volumes),
  ]
}

function forgotten(fleet: Fleet, survey: Survey, blade: Blade): Draft[] {
  const shown = volumesToTell(fleet).filter(
    (volume) => prove(hiddenFrom(volume, blade), fleet, survey).verdict !== 'proved',
  )
  const phase = shown.length === 0 ? 'undoable' : 'forward'
  return [
    ...shown.map((volume) => hidden(fleet, blade, volume, reservedOf(fleet))),
    ...unknownToOthers(fleet, survey, blade, phase),
    ...dataGone(fleet, blade, phase),
    record(fleet, blade, phase, []),
  ]
}

/** Those of arrays that can be told. */
const volumesToTell = (fleet: Fleet): Volume[] => volumesOf(fleet).filter(({ array }) => !isManual(fleet, array))

const hiddenFrom = (volume: Volume, { name: other }: Blade): Claim => ({
  kind: 'hidden',
  array: volume.array,
  volume: claimed(volume),
  other,
})

function cleared(
  fleet: Fleet,
  survey: Survey,
  intent: RemoveBlade,
  blade: Blade,
  keeper: BladeName,
): (Draft | Draft[])[] {
  const { name } = blade
  const parked = parkedThere(fleet, blade)
  const volumes = volumesOf(fleet)
  const reserved = reservedOf(fleet).map((one) => (one.home === name ? takenOver(fleet, one, keeper) : one))
  const there = volumes.filter((volume) => !isWithdrawn(fleet, survey, name, volume))
  const lists = listsOf(fleet, volumes)
  const isAny = volumes.length > 0
  const phase = isAny ? 'forward' : 'undoable'
  return [
    ...parked.flatMap((one) => parkedAt(fleet, one, keeper)),
    ...reserved
      .filter((one) => there.some(({ alias }) => alias === one.volume.alias))
      .flatMap((one) => keysDropped(fleet, blade, one, 'undoable')),
    ...(there.length > 0
      ? [
          draft(
            { kind: 'hold-out', blade: name, aliases: namesOf(there) },
            'undoable',
            there.flatMap((one) => unused(name, one)),
          ),
        ]
      : []),
    ...listsOf(fleet, there).map((luns) => draft({ kind: 'flush-map', blade: name, ...luns }, 'undoable')),
    ...hiddenByHand(fleet, blade),
    ...volumesToTell(fleet).map((volume) => hidden(fleet, blade, volume, reserved)),
    ...lists.flatMap((luns) => [
      draft({ kind: 'flush-map', blade: name, ...luns }, 'forward'),
      draft({ kind: 'remove-paths', blade: name, ...luns }, 'forward'),
    ]),
    ...(isAny ? [draft({ kind: 'remove-aliases', blade: name, aliases: namesOf(volumes) }, 'forward')] : []),
    ...lists.map((luns) => draft({ kind: 'forget-lun', blade: name, ...luns }, 'forward')),
    ...lists.map((luns) => draft({ kind: 'certify-gone', blade: name, ...luns }, 'forward')),
    ...baselineGone(survey, intent).map((action) => draft(action, phase)),
    ...dataGone(fleet, blade, phase),
    ...unknownToOthers(fleet, survey, blade, phase),
    ...trustsNobody(fleet, survey, name).map((action) => draft(action, phase)),
    draft({ kind: 'leave-fleet', blade: name }, phase),
    record(
      fleet,
      blade,
      phase,
      reserved.filter((one) => parked.some(({ volume }) => volume === one.volume)),
    ),
  ]
}

const namesOf = (volumes: readonly Volume[]) => volumes.map(({ alias, wwid }) => ({ alias, wwid }))

const listsOf = (fleet: Fleet, volumes: readonly Volume[]) =>
  [...Map.groupBy(volumes, ({ array }) => array)].map(([array, ones]) => lunsOnBlade(fleet, array, ones.map(appearing)))

/** The first step waits until none of them answers any more; then nobody may use what is left of one. */
function hiddenByHand(fleet: Fleet, { name: blade }: Blade): Draft[] {
  const volumes = volumesByHand(fleet)
  return volumes.map((volume, i) => {
    const action = { kind: 'check-unused', blade, ...onBlade(fleet, appearing(volume)) } as const
    if (i > 0) return draft(action, 'forward')
    const counted = volumesOf(fleet).map(({ alias }) => alias)
    return awaiting(action, 'pivot', [
      ...volumes.map((one) => withdrawn(blade, one)),
      { kind: 'none-came', blade, volumes: counted },
    ])
  })
}

/** As it stands once the keeper has taken it. */
const takenOver = (fleet: Fleet, one: Reserved, to: BladeName): Reserved => ({
  ...one,
  home: to,
  generation: one.generation + 1,
  key: nextKey(fleet, one, to),
})

/** Only once another registrant was read back: with the last nexus of the last one a reservation is gone. */
function hidden(fleet: Fleet, blade: Blade, volume: Volume, reserved: readonly Reserved[]): Draft {
  const { array, alias, lun, wwid } = volume
  const initiators = blade.ports.map((port) => port.wwpn)
  return draft(
    { kind: 'hide-volume', array, ...asOnArray(fleet, alias), lun, wwid, initiators, initiatorsOf: blade.name },
    'pivot',
    [
      carved(fleet, volume),
      ...reserved
        .filter((one) => one.volume.alias === alias)
        .map((one) => reservedAtHome(one, keysOf(fleet, blade, one))),
    ],
  )
}

/** What puppet's module has of it. */
function dataGone(fleet: Fleet, { name }: Blade, phase: Phase): Draft[] {
  const agent = agentOf(fleet, name)
  if (agent === undefined) return []
  const message = `anyblade: remove blade ${name}`
  return [draft({ kind: 'publish-config', changes: [], gone: [agent.certname], message }, phase)]
}

function baselineGone(survey: Survey, { blade, keepBaseline }: RemoveBlade) {
  const report = reportOf(survey, blade)
  const [setup, config] = [valueRead(report?.baseline), valueRead(report?.config)]
  return keepBaseline || setup === undefined || config === undefined ? [] : remainsOf(blade, { setup, config })
}

/** What the array hides from it, it can't write, whatever has become of a reservation meanwhile; by hand, its certificate shows it. */
function record(fleet: Fleet, blade: Blade, phase: Phase, taken: readonly Reserved[]): Draft {
  const { name } = blade
  return draft(
    {
      kind: 'record-documents',
      changes: [...taken.map(homeNow), { document: `blades/${name}.yaml`, gone: true }],
      rendered: [],
      message: `blade ${name}: removed`,
    },
    phase,
    [
      ...volumesToTell(fleet).map((volume) => hiddenFrom(volume, blade)),
      ...taken.map((one) => reservedAtHome(one, keysOf(fleet, blade, one))),
    ],
  )
}

const homeNow = ({ volume, home, generation }: Reserved): DocumentChange => ({
  document: `volumes/${volume.alias}.yaml`,
  set: homeFields(home, generation),
})
