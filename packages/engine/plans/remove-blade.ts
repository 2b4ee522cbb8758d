/**
 * A blade leaves the fleet, and nothing of ours stays on it. Nothing may be at home there any more. Its volumes go in the
 * order that leaves nothing behind (put-aside.ts), for this blade alone: held out and flushed, hidden by the array, which
 * is the point of no return, then the paths, the aliases and what tools have noted; last what the runs have kept there.
 * A fenced blade that does not come back is not asked: it is hidden from what the array still shows it, and forgotten.
 */
import type { DocumentChange } from '#actions'
import { asOnArray, type Blade, type BladeName, type Fleet, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Claim, prove } from '#findings'
import { reportOf, type Survey, valueRead } from '#survey'
import { remainsOf } from '../config/baseline/remains.ts'
import { appearing, lunsOnBlade, onBlade } from './appear.ts'
import { atHomeBesides, keysDropped } from './dropped-keys.ts'
import { keeperOf, othersThan } from './fence-scope.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { carved } from './on-array.ts'
import { parkedAt } from './parked.ts'
import { type Draft, draft, type Phase, type Plan, plan } from './plan.ts'
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
    ...volumesOf(fleet).map((volume) => carved(fleet, volume)),
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
  return [{ kind: 'answers', blade: blade.name }, ...shared, ...leftIn(fleet, intent, blade)]
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
const barredFrom = (fleet: Fleet, blade: Blade): Claim[] =>
  reservedOf(fleet).map((one) => ({
    kind: 'barred',
    blade: one.home,
    volume: claimed(one.volume),
    other: blade.name,
  }))

function leftIn(fleet: Fleet, { keepBaseline }: RemoveBlade, { name: blade, ...of }: Blade): Claim[] {
  return [
    ...[...fleet.vms.values()].map(
      ({ name: vm, uuid }): Claim => ({ kind: 'domain', blade, vm, uuid, wanted: 'absent' }),
    ),
    ...volumesOf(fleet).flatMap((volume): Claim[] => [
      ...unused(blade, volume),
      { kind: 'alias-ours', blade, volume: claimed(volume) },
    ]),
    ...reservedOf(fleet).map((one) => atHomeBesides(fleet, { name: blade, ...of }, one)),
    ...(keepBaseline ? [] : [{ kind: 'baseline-known', blade } as const]),
  ]
}

const unused = (blade: BladeName, volume: Volume): Claim[] => [
  { kind: 'disk-unused', blade, volume: volume.alias, except: '', evenOff: true },
  { kind: 'idle', blade, volume: claimed(volume), array: volume.array, lun: volume.lun },
]

export function planRemoveBlade(fleet: Fleet, survey: Survey, intent: RemoveBlade): Plan {
  const blade = leavingBlade(fleet, intent)
  const keeper = keeperOf(othersThan(fleet, blade), survey)
  if (keeper === undefined) throw new RangeError('claimed to be there')
  const steps = blade.fenced === true ? forgotten(fleet, survey, blade) : cleared(fleet, survey, intent, blade, keeper)
  const remarks =
    blade.fenced === true
      ? [`${blade.name} is not asked: wipe it before it is connected again, for what stands on it stays`]
      : [`${blade.name} keeps nothing of this fleet; anyblade blade add and config roll-out bring it back`]
  return plan({ title: `remove blade ${blade.name}`, intent, basis: fleet.commit, keeper, remarks }, steps, [keeper])
}

function forgotten(fleet: Fleet, survey: Survey, blade: Blade): Draft[] {
  const shown = volumesOf(fleet).filter(
    (volume) => prove(hiddenFrom(volume, blade), fleet, survey).verdict !== 'proved',
  )
  return [
    ...shown.map((volume) => hidden(fleet, blade, volume, reservedOf(fleet))),
    record(fleet, blade, shown.length === 0 ? 'undoable' : 'forward', []),
  ]
}

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
  const lists = [...Map.groupBy(volumes, ({ array }) => array)].map(([array, ones]) =>
    lunsOnBlade(fleet, array, ones.map(appearing)),
  )
  const aliases = volumes.map(({ alias, wwid }) => ({ alias, wwid }))
  const isAny = volumes.length > 0
  const phase = isAny ? 'forward' : 'undoable'
  return [
    ...parked.flatMap((one) => parkedAt(fleet, one, keeper)),
    ...reserved.flatMap((one) => keysDropped(fleet, blade, one, 'undoable')),
    ...(isAny
      ? [
          draft(
            { kind: 'hold-out', blade: name, aliases },
            'undoable',
            volumes.flatMap((one) => unused(name, one)),
          ),
        ]
      : []),
    ...lists.map((luns) => draft({ kind: 'flush-map', blade: name, ...luns }, 'undoable')),
    ...volumes.map((volume) => hidden(fleet, blade, volume, reserved)),
    ...lists.flatMap((luns) => [
      draft({ kind: 'flush-map', blade: name, ...luns }, 'forward'),
      draft({ kind: 'remove-paths', blade: name, ...luns }, 'forward'),
    ]),
    ...(isAny ? [draft({ kind: 'remove-aliases', blade: name, aliases }, 'forward')] : []),
    ...volumes.map((volume) =>
      draft({ kind: 'forget-lun', blade: name, ...onBlade(fleet, appearing(volume)) }, 'forward'),
    ),
    ...volumes.map((volume) =>
      draft({ kind: 'certify-gone', blade: name, ...onBlade(fleet, appearing(volume)) }, 'forward'),
    ),
    ...baselineGone(survey, intent).map((action) => draft(action, phase)),
    draft({ kind: 'leave-fleet', blade: name }, phase),
    record(
      fleet,
      blade,
      phase,
      reserved.filter((one) => parked.some(({ volume }) => volume === one.volume)),
    ),
  ]
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

function baselineGone(survey: Survey, { blade, keepBaseline }: RemoveBlade) {
  const report = reportOf(survey, blade)
  const [setup, config] = [valueRead(report?.baseline), valueRead(report?.config)]
  return keepBaseline || setup === undefined || config === undefined ? [] : remainsOf(blade, { setup, config })
}

/** What the array hides from it, it can't write, whatever has become of a reservation meanwhile. */
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
      ...volumesOf(fleet).map((volume) => hiddenFrom(volume, blade)),
      ...taken.map((one) => reservedAtHome(one, keysOf(fleet, blade, one))),
    ],
  )
}

const homeNow = ({ volume, home, generation }: Reserved): DocumentChange => ({
  document: `volumes/${volume.alias}.yaml`,
  set: homeFields(home, generation),
})
