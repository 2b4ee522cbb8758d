/**
 * Take a fenced blade back. First what it still holds of VMs goes: a copy from before the fence has memory older than
 * its disk and is never continued. Then the array shows it the volumes again, each is proved to be the right LUN, what
 * is left of its keys is given up, and the reservations of the VMs that are still at home there come back. Until the
 * record says so nothing is planned for it; what breaks off in between is run again and never taken back, for what was
 * there before the fence would go with it.
 */
import { type Blade, bladesInService, type Fleet, type Vm, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Claim, isShownTo, prove } from '#findings'
import { domainsOf, type Survey } from '#survey'
import { appearing, lunsOnBlade, nameable, showingTo } from './appear.ts'
import { atHomeBesides, keysDropped } from './dropped-keys.ts'
import { keeperOf, othersThan } from './fence-scope.ts'
import type { Intent } from './intent.ts'
import { bladeIn } from './missing.ts'
import { carved, keptOnArray } from './on-array.ts'
import { parkedAt } from './parked.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { claimed, elsewhere } from './vm-claims.ts'
import { nextKey, passedTo, type Reserved, reservedAtHome, reservedIn } from './writer-claims.ts'

type ReturnBlade = Extract<Intent, { readonly kind: 'return-blade' }>

export function claimsOfReturnBlade(fleet: Fleet, intent: ReturnBlade, seen: Survey | undefined): Claim[] {
  const blade = bladeIn(fleet, intent.blade)
  if (blade.fenced !== true)
    throw new EngineError('intent-invalid', {
      attempted: `take ${blade.name} back`,
      found: 'it is not fenced',
      hint: `anyblade blade show ${blade.name}`,
    })
  const { name } = blade
  return [
    { kind: 'answers', blade: name, fencedToo: true },
    ...[...fleet.vms.values()].flatMap((vm): Claim[] => [
      { kind: 'domain', blade: name, vm: vm.name, uuid: vm.uuid, wanted: 'any' },
      { kind: 'autostart', blade: name, vm: vm.name, uuid: vm.uuid },
    ]),
    ...reservedElsewhere(fleet, blade).map((one) => atHomeBesides(fleet, blade, one)),
    ...comingBack(fleet, blade).flatMap(({ vm }) => elsewhere(fleet, vm, [name], 'absent').filter(isNotOf(blade))),
    ...[...fleet.volumes.values()].flatMap((volume): Claim[] => [
      ...keptOnArray(fleet, volume).filter((claim) => seen === undefined || !isRefuted(claim, fleet, seen)),
      { kind: 'alias-free', blade: name, alias: volume.alias, wwid: volume.wwid },
    ]),
  ]
}

/** The claims about a fenced blade are what this plan restores. */
const isNotOf =
  (blade: Blade) =>
  (claim: Claim): boolean =>
    !('other' in claim) || claim.other !== blade.name

/** One that was carved by somebody else is shown and hidden by him; one that nobody can tell is not passed over. */
const isRefuted = (claim: Claim, fleet: Fleet, seen: Survey): boolean => prove(claim, fleet, seen).verdict === 'refuted'

const reservedElsewhere = (fleet: Fleet, blade: Blade): Reserved[] =>
  reservedIn(fleet, { volumes: [...fleet.volumes.keys()] }).filter((one) => one.home !== blade.name)

/** Volumes of VMs that were not started elsewhere: parked at who held them, to be written here again. */
const comingBack = (fleet: Fleet, blade: Blade): { readonly vm: Vm; readonly one: Reserved }[] =>
  [...fleet.vms.values()]
    .filter((vm) => vm.home === blade.name)
    .flatMap((vm) => reservedIn(fleet, vm).map((one) => ({ vm, one })))
    .filter(({ one }) => one.home !== blade.name && bladesInService(fleet).includes(one.home))

export function planReturnBlade(fleet: Fleet, survey: Survey, intent: ReturnBlade): Plan {
  const blade = bladeIn(fleet, intent.blade)
  const vms = [...fleet.vms.values()]
  const volumes = [...fleet.volumes.values()]
  const coming = comingBack(fleet, blade).map(({ one }) => one)
  const steps = [
    ...vms.flatMap((vm) => cutOff(survey, blade, vm)),
    ...vms.flatMap((vm) => taken(survey, blade, vm)),
    ...volumes.flatMap((volume) => shown(fleet, survey, blade, volume)),
    ...volumes.flatMap((volume) => seenAgain(fleet, blade, volume)),
    ...reservedElsewhere(fleet, blade).flatMap((one) => keysDropped(fleet, blade, one, 'forward')),
    ...coming.flatMap((one) => parkedAt(fleet, one, blade.name)),
    record(fleet, blade, coming),
  ]
  const homes = reservedElsewhere(fleet, blade).map((one) => one.home)
  // Nothing is carved, shown or put aside for the blades in service meanwhile, for this blade would be left out. One of them
  // keeps the journal: who has slept until its lease was another's records nothing any more.
  const keeper = keeperOf(othersThan(fleet, blade), survey)
  return plan(
    {
      title: `take blade ${blade.name} back`,
      intent,
      basis: fleet.commit,
      ...(keeper === undefined ? {} : { keeper }),
    },
    steps,
    [blade.name, ...homes].concat(keeper ?? []),
  )
}

const OFF: ReadonlySet<string | undefined> = new Set([undefined, 'shut off', 'crashed'])
const domainAt = (survey: Survey, blade: Blade, { uuid }: Vm) =>
  domainsOf(survey, blade.name)?.find((domain) => domain.uuid === uuid)

/** A copy from before the fence, running or paused by its disk. */
function cutOff(survey: Survey, blade: Blade, vm: Vm): Draft[] {
  if (OFF.has(domainAt(survey, blade, vm)?.state)) return []
  return [draft({ kind: 'stop-domain', blade: blade.name, vm: vm.name, uuid: vm.uuid, how: 'destroy' }, 'pivot')]
}

/** The definition of a VM whose home is elsewhere by now. */
function taken(survey: Survey, blade: Blade, vm: Vm): Draft[] {
  if (vm.home === blade.name || domainAt(survey, blade, vm) === undefined) return []
  const { name, uuid, xml } = vm
  return [
    draft({ kind: 'undefine-domain', blade: blade.name, vm: name, uuid, xml }, 'pivot', [
      { kind: 'domain', blade: blade.name, vm: name, uuid, wanted: 'not running' },
    ]),
  ]
}

function shown(fleet: Fleet, survey: Survey, blade: Blade, volume: Volume): Draft[] {
  const known = carved(fleet, volume)
  if (prove(known, fleet, survey).verdict !== 'proved' || isShownTo(fleet, survey, blade.name, volume)) return []
  return [draft(showingTo(fleet, appearing(volume), blade), 'pivot', [known])]
}

/** Scanned and called by its alias: both change nothing where they find it so. */
function seenAgain(fleet: Fleet, blade: Blade, volume: Volume): Draft[] {
  const [one, { alias, wwid }] = [appearing(volume), volume]
  return [
    draft({ kind: 'scan-lun', blade: blade.name, ...lunsOnBlade(fleet, volume.array, [one]) }, 'pivot'),
    draft({ kind: 'add-aliases', blade: blade.name, aliases: [{ alias, wwid }] }, 'forward', nameable(one, blade.name)),
  ]
}

function record(fleet: Fleet, blade: Blade, coming: readonly Reserved[]): Draft {
  const { name } = blade
  const isComing = (one: Reserved) => coming.some(({ volume }) => volume.alias === one.volume.alias)
  return draft(
    {
      kind: 'record-documents',
      changes: [
        { document: `blades/${name}.yaml`, set: [{ path: ['fenced'], gone: true }] },
        ...coming.map((one) => passedTo(name, one)),
      ],
      rendered: [name],
      message: `blade ${name}: taken back`,
    },
    'forward',
    [
      ...[...fleet.volumes.values()].map(
        (volume): Claim => ({ kind: 'identity', blade: name, volume: claimed(volume) }),
      ),
      ...[...fleet.volumes.values()].map(
        ({ alias, wwid }): Claim => ({ kind: 'alias-free', blade: name, alias, wwid }),
      ),
      ...reservedElsewhere(fleet, blade).map(
        (one): Claim =>
          isComing(one)
            ? reservedAtHome({ ...one, home: name, key: nextKey(fleet, one, name) })
            : { kind: 'barred', blade: one.home, volume: claimed(one.volume), other: name },
      ),
      ...[...fleet.vms.values()].map(
        ({ name: vm, uuid, home }): Claim => ({
          kind: 'domain',
          blade: name,
          vm,
          uuid,
          wanted: home === name ? 'not running' : 'absent',
        }),
      ),
    ],
  )
}
