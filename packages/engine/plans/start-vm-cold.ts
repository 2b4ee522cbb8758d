/**
 * Start a VM on another blade after its home was fenced: never from memory, from its disks alone. The fence is read
 * again until it is steady, the volumes pass to the new home under a key of a new generation, and only then it is
 * defined and started there.
 */
import { type BladeName, bladesInService, type Fleet, reservationKey, type Vm } from '#documents'
import { EngineError } from '#errors'
import { type Claim, localState, otherEmulator, runnerOf, stateLeft, tiedMedia } from '#findings'
import type { Survey } from '#survey'
import type { Intent } from './intent.ts'
import { bladeIn, vmIn } from './missing.ts'
import { parkedAt } from './parked.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { definedAs, redefined } from './taken-along.ts'
import { devicesGo, disksUnused, elsewhere, hostOf, lunsOf, noAutostart, storageOn } from './vm-claims.ts'
import { nextKey, passedTo, type Reserved, reservedAtHome, reservedIn } from './writer-claims.ts'

type StartVmCold = Extract<Intent, { readonly kind: 'start-vm-cold' }>

export function claimsOfStartVmCold(fleet: Fleet, intent: StartVmCold): Claim[] {
  const vm = vmIn(fleet, intent.vm)
  bladeIn(fleet, intent.on)
  refuseUnfenced(fleet, vm)
  return [
    ...claims(fleet, intent, vm),
    { kind: 'left-behind', vm: vm.name, from: vm.home, mayBeLost: intent.loseLocalState === true },
  ]
}

function refuseUnfenced(fleet: Fleet, { name, home }: Vm): void {
  if (bladeIn(fleet, home).fenced === true) return
  throw new EngineError('intent-invalid', {
    attempted: `start ${name} cold on another blade`,
    found: `${home}, its home, is not fenced: it may run there, or be started there`,
    hint: `anyblade blade fence ${home}; or, where ${home} is sound, anyblade vm start ${name} and vm migrate`,
  })
}

/** That the fence holds, the claims about every other blade than the one it starts on say: see `elsewhere`. */
function claims(fleet: Fleet, { on, degraded, eject }: StartVmCold, vm: Vm): Claim[] {
  const reserved = reservedIn(fleet, vm)
  return [
    { kind: 'answers', blade: on },
    ...storageOn(fleet, vm, on, degraded),
    ...reserved.map((one) => reservedAtHome(one, one.home === on ? [] : [nextKey(fleet, one, on)])),
    { kind: 'domain', blade: on, vm: vm.name, uuid: vm.uuid, wanted: 'not running' },
    ...elsewhere(fleet, vm, [on], 'absent'),
    ...disksUnused(fleet, vm),
    ...noAutostart(fleet, vm),
    ...(reserved.length === 0 ? [] : [{ kind: 'error-policy', blade: on, vm: vm.name } as const]),
    ...hostOf(vm, on, undefined, runnerOf(vm.xml)),
    devicesGo(vm, on, undefined, eject === true),
  ]
}

export function planStartVmCold(fleet: Fleet, survey: Survey, intent: StartVmCold): Plan {
  const vm = vmIn(fleet, intent.vm)
  const { name, uuid, home } = vm
  const { on } = intent
  const changed = {
    emulator: otherEmulator(survey, on, runnerOf(vm.xml)),
    ejected: intent.eject === true ? tiedMedia(vm.xml, on, survey) : [],
  }
  const xml = definedAs(vm.xml, changed)
  const reserved = reservedIn(fleet, vm)
  const moving = reserved.filter((one) => one.home !== on)
  const settled = reserved.map((one) => (one.home === on ? one : { ...one, home: on, key: nextKey(fleet, one, on) }))
  const steps = [
    ...steady(fleet, vm, reserved),
    ...moving.flatMap((one) => parkedAt(fleet, one, on)),
    draft({ kind: 'define-domain', blade: on, vm: name, uuid, xml }, 'undoable'),
    ...brought(fleet, survey, vm, on),
    draft({ kind: 'start-domain', blade: on, vm: name, uuid, disks: lunsOf(fleet, vm) }, 'pivot', [
      ...storageOn(fleet, vm, on, intent.degraded),
      ...settled.map((one) => reservedAtHome(one)),
      ...elsewhere(fleet, vm, [on], 'absent'),
      ...disksUnused(fleet, vm),
    ]),
    draft(
      {
        kind: 'record-documents',
        changes: [
          { document: `vms/${name}.yaml`, set: [{ path: ['home'], value: on }] },
          ...redefined(vm, changed),
          ...moving.map((one) => passedTo(on, one)),
        ],
        rendered: [],
        message: `vm ${name}: started cold on ${on}, ${home} is fenced`,
      },
      'forward',
      // That blade may have lost its power since: where the VM is, is true all the same.
      [{ kind: 'domain', blade: on, vm: name, uuid, wanted: 'present' }],
    ),
  ]
  const title = `start ${name} cold on ${on}`
  return plan({ title, intent, basis: fleet.commit, remarks: lost(fleet, survey, vm) }, steps, [on])
}

/** Who holds the volumes reads until the fenced blade's keys stay away. */
function steady(fleet: Fleet, vm: Vm, reserved: readonly Reserved[]): Draft[] {
  const inService = new Set(bladesInService(fleet))
  const byHolder = Map.groupBy(
    reserved.filter((one) => inService.has(one.home)),
    (one) => one.home,
  )
  return [...byHolder].map(([blade, of]) => {
    const volumes = of.flatMap(({ volume, key, generation }) => {
      const theirs = reservationKey(fleet, bladeIn(fleet, vm.home), generation)
      return theirs === undefined ? [] : [{ alias: volume.alias, wwid: volume.wwid, key, theirs }]
    })
    return draft(
      { kind: 'hold-fence', blade, other: vm.home, volumes },
      'undoable',
      of.map((one) => reservedAtHome(one)),
    )
  })
}

/** What it keeps beside its disks, where its former home still gives it; after the definition, which says where it belongs. */
function brought(fleet: Fleet, survey: Survey, vm: Vm, on: BladeName): Draft[] {
  const { name, uuid, home } = vm
  const left = stateLeft(vm, fleet, survey)
  if (localState(vm).length === 0 || !('files' in left)) return []
  return [draft({ kind: 'restore-state', blade: on, vm: name, uuid, from: home, files: left.files }, 'undoable')]
}

/** What the VM had beside its disks, on the blade that is fenced. */
function lost(fleet: Fleet, survey: Survey, vm: Vm): string[] {
  const { name, home } = vm
  const anew = `${name} begins anew from its disks: what it had in memory on ${home} is lost`
  const sentences = localState(vm)
  if (sentences.length === 0) return [anew]
  if ('files' in stateLeft(vm, fleet, survey))
    return [anew, `what ${name} keeps on ${home} beside its disks comes along, as it is there now; a copy stays there`]
  return [
    anew,
    ...sentences,
    'no copy of that is kept elsewhere beforehand: it holds keys, and changes while a guest runs',
  ]
}
