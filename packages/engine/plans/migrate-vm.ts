/**
 * Move a running VM to another blade: proofs on both sides, the destination registered and waiting, one peer-to-peer
 * migration, the take-over or the way back, proof that exactly one blade runs it, record. libvirt itself compares nothing but the disk's
 * path (recordings/32), so all that makes the move safe stands in the claims and in the reservation.
 */

import { type Action, type HandOverKey, keyFile, type Pace, transferOf } from '#actions'
import type { BladeName, Fleet, Vm } from '#documents'
import { EngineError } from '#errors'
import {
  type Claim,
  type ClaimOf,
  lanPlaces,
  loginSeen,
  otherEmulator,
  runnerFor,
  runnerOf,
  tiedMedia,
} from '#findings'
import { domainsOf, placeText, reportOf, type Survey } from '#survey'
import { libvirtUri, loginHost, memoryUri, wayOfMemory } from './between-blades.ts'
import type { Intent } from './intent.ts'
import { bladeIn, vmIn, volumeIn } from './missing.ts'
import { type Draft, draft, type Plan, plan } from './plan.ts'
import { type Changed, redefined } from './taken-along.ts'
import { claimed, disksUnused, elsewhere, hostOf, lunsOf, movableTo, noAutostart, storageOn } from './vm-claims.ts'
import {
  nextKey,
  passedTo,
  type Reserved,
  registrable,
  reservedAtHome,
  reservedIn,
  writableAtHome,
} from './writer-claims.ts'

type MigrateVm = Extract<Intent, { readonly kind: 'migrate-vm' }>

export function claimsOfMigrateVm(fleet: Fleet, intent: MigrateVm, seen?: Survey): Claim[] {
  const { vm: name, to } = intent
  const vm = vmIn(fleet, name)
  bladeIn(fleet, to)
  if (vm.home === to)
    throw new EngineError('intent-invalid', {
      attempted: `move ${name} to ${to}`,
      found: `${to} is its home already`,
      hint: `anyblade vm show ${name}`,
    })
  // Once, before anything begins: it is the one question that others on the network hear.
  return [
    ...claims(fleet, intent, vm, seen, intent.eject === true),
    logIn(fleet, intent, vm),
    ...sameNetwork(intent, vm, seen),
    converges(fleet, intent, vm, seen),
  ]
}

/** Measured before anything is done, and in no look after that: it takes its time, and the ladder knows what to do. */
function converges(fleet: Fleet, { to, transfer }: MigrateVm, vm: Vm, seen: Survey | undefined): Claim {
  const { name, uuid, home } = vm
  const travels = transferOf(transfer)
  const way = wayOfMemory(bladeIn(fleet, to), travels, seen)
  return { kind: 'converges', blade: home, to, way, vm: name, uuid, transfer: travels }
}

/** The source's libvirt, and who answers for it to the unit at the destination, go there by ssh. */
const logIn = (fleet: Fleet, { to }: MigrateVm, { home }: Vm): ClaimOf<'logs-in'> => ({
  ...{ kind: 'logs-in', blade: home, to, host: loginHost(bladeIn(fleet, to)) },
})

/** The fleet's own key on the source, where the log-in was proved with it. */
function keyUsed(fleet: Fleet, intent: MigrateVm, vm: Vm, survey: Survey): string | undefined {
  const login = loginSeen(logIn(fleet, intent, vm), survey)
  const byOurs = typeof login !== 'string' && login.reached.state === 'read' && login.reached.value.byOurs
  return byOurs ? keyFile(fleet.settings.id) : undefined
}

/** The destination's key may be there already: from the step before, or from a move that was cut off. */
function claims(
  fleet: Fleet,
  { to, degraded, transfer }: MigrateVm,
  vm: Vm,
  seen: Survey | undefined,
  ejects: boolean,
): Claim[] {
  return [
    { kind: 'answers', blade: vm.home },
    { kind: 'answers', blade: to },
    ...storageOn(fleet, vm, vm.home, degraded),
    ...storageOn(fleet, vm, to, degraded),
    ...vm.volumes.map((alias): Claim => {
      const volume = claimed(volumeIn(fleet, alias))
      return { kind: 'alike', volume, blades: [vm.home, to] }
    }),
    { kind: 'writer', blade: vm.home, vm: vm.name, doing: 'move' },
    ...writableAtHome(fleet, vm, to),
    ...reservedIn(fleet, vm).flatMap((one) => registrable(to, claimed(one.volume))),
    { kind: 'domain', blade: vm.home, vm: vm.name, uuid: vm.uuid, wanted: 'active' },
    ...whereverTo(fleet, vm),
    ...hostOf(vm, to, vm.home, runnerFor(vm.xml, xmlOf(vm, seen), to, seen)),
    ...movableTo({ ...vm, xml: xmlOf(vm, seen) }, to, vm.home, ejects),
    ...(transfer?.postCopy ? [goesOnEarly(fleet, vm, to)] : []),
  ]
}

function goesOnEarly(fleet: Fleet, vm: Vm, to: BladeName): Claim {
  const kept = new Set(reservedIn(fleet, vm).map(({ volume }) => volume.alias))
  return { kind: 'post-copy', blade: to, vm: vm.name, unkept: vm.volumes.filter((alias) => !kept.has(alias)) }
}

const known = new WeakMap<Fleet, WeakMap<Vm, readonly Claim[]>>()

/** The same for each destination, and the very same values: an evacuation asks about all of them. */
function whereverTo(fleet: Fleet, vm: Vm): readonly Claim[] {
  const ofFleet = known.get(fleet) ?? new WeakMap<Vm, readonly Claim[]>()
  known.set(fleet, ofFleet)
  const claims = ofFleet.get(vm) ?? [
    ...elsewhere(fleet, vm, [vm.home], 'absent'),
    ...disksUnused(fleet, vm),
    ...noAutostart(fleet, vm),
  ]
  ofFleet.set(vm, claims)
  return claims
}

export function planMigrateVm(fleet: Fleet, survey: Survey, intent: MigrateVm): Plan {
  const vm = vmIn(fleet, intent.vm)
  const { name, home } = vm
  const before = [
    ...ejections(intent, vm, survey),
    ...reservedIn(fleet, vm).map((one) => registration(fleet, one, intent, vm)),
  ]
  const steps = [
    ...before,
    ...handOver(fleet, intent, vm, survey, before.length),
    record(fleet, intent, vm, survey),
    ...wayBack(fleet, intent, vm, paceOf(survey, vm)),
  ]
  const title = `migrate ${name} from ${home} to ${intent.to}`
  const remarks = [...ofNetwork(intent, vm, survey), ...ofCertificate(fleet, intent), ...ofPostCopy(intent, vm)]
  return plan({ title, intent, basis: fleet.commit, remarks }, steps, [home, intent.to])
}

/** What the running domain has counts; where it is not seen yet, what the document has. */
function xmlOf({ home, uuid, xml }: Vm, seen: Survey | undefined): string {
  const live = seen === undefined ? undefined : domainsOf(seen, home)?.find((domain) => domain.uuid === uuid)
  return live?.xml ?? xml
}

function sameNetwork({ to, trustNetwork }: MigrateVm, vm: Vm, seen: Survey | undefined): Claim[] {
  const places = trustNetwork === true ? [] : lanPlaces(xmlOf(vm, seen))
  return places.length === 0 ? [] : [{ kind: 'segment', blade: to, vm: vm.name, from: vm.home, places }]
}

function ofNetwork({ to, trustNetwork }: MigrateVm, vm: Vm, survey: Survey): string[] {
  const places = lanPlaces(xmlOf(vm, survey)).map(placeText).join(', ')
  if (places === '') return []
  if (trustNetwork === true)
    return [`that ${places} on ${vm.home} and on ${to} is one network is trusted: no frame was sent to see it`]
  return [
    `small broadcasts (ethertype 0x88b5) were sent on ${places} of ${vm.home} and ${to}: to see that it is one network`,
  ]
}

/** QEMU compares the certificate with the address that the memory goes to. */
function ofCertificate(fleet: Fleet, { to, transfer }: MigrateVm): string[] {
  const travels = transferOf(transfer)
  const uri = travels.encrypted === 'tls' ? memoryUri(bladeIn(fleet, to), travels) : undefined
  return uri === undefined
    ? []
    : [`the certificate of ${to} must name ${uri.replace('tcp://', '')}: its memory goes there`]
}

function ofPostCopy({ to, transfer }: MigrateVm, { name, home }: Vm): string[] {
  if (!transfer?.postCopy) return []
  return [
    `from the switch to post-copy on there is no way back: where the network, ${home} or ${to} fails before all of its memory is there, what ${name} had in memory is lost, and it is started from its disks`,
  ]
}

/** One that was paused stays paused. */
function paceOf(survey: Survey, { home, uuid }: Vm): Pace {
  const domains = reportOf(survey, home)?.domains
  const found = domains?.state === 'read' ? domains.value.find((domain) => domain.uuid === uuid) : undefined
  return found?.state === 'paused' ? 'paused' : 'running'
}

function registration(fleet: Fleet, one: Reserved, { to, degraded }: MigrateVm, vm: Vm): Draft {
  const { alias, wwid } = one.volume
  return draft({ kind: 'register-key', blade: to, alias, wwid, key: nextKey(fleet, one, to) }, 'undoable', [
    ...storageOn(fleet, vm, to, degraded),
    ...registrable(to, claimed(one.volume)),
    reservedAtHome(one, [nextKey(fleet, one, to)]),
  ])
}

/** The move and the take-over; what comes after the move is only needed where the unit could not end it. */
function handOver(fleet: Fleet, intent: MigrateVm, vm: Vm, survey: Survey, stepsBefore: number): Draft[] {
  const { to } = intent
  const pace = paceOf(survey, vm)
  const { there, here, atHome, atDestination } = sidesOf(fleet, intent, vm)
  const transfer = transferOf(intent.transfer)
  const uri = libvirtUri(bladeIn(fleet, to), keyUsed(fleet, intent, vm, survey))
  const migrateUri = memoryUri(bladeIn(fleet, to), transfer)
  const way = { uri, ...(migrateUri !== undefined && { migrateUri }), transfer }
  const disks = lunsOf(fleet, vm)
  const { emulator } = changedOn(intent, vm, survey)
  const moved = stepsBefore + 2
  const unlessTaken = (action: Action): Draft => ({
    ...draft(action, 'forward'),
    unless: { answerOf: moved, is: 'taken' },
  })
  return [
    draft({ kind: 'await-landing', ...atDestination, pace, keys: there, disks }, 'undoable'),
    draft(
      {
        kind: 'migrate-domain',
        ...atHome,
        destination: to,
        ...way,
        keys: here,
        ...(emulator !== undefined && { emulator }),
      },
      'pivot',
      claims(fleet, intent, vm, survey, false),
    ),
    unlessTaken({ kind: 'hold-landing', ...atDestination, keys: there }),
    {
      ...unlessTaken({ kind: 'ask-source', ...atHome, pace, landing: { answerOf: moved + 1 }, ...way }),
      turnsBack: ['ran', 'stays'],
    },
    unlessTaken({ kind: 'take-landing', ...atDestination, pace, source: { answerOf: moved + 2 }, keys: there, disks }),
    unlessTaken({ kind: 'clear-source', ...atHome, keys: here }),
  ]
}

/** Only where the source's memory is the newer one, or nothing has landed: then what was undoable is undone after it. */
function wayBack(fleet: Fleet, intent: MigrateVm, vm: Vm, pace: Pace): Draft[] {
  const { here, atHome, atDestination } = sidesOf(fleet, intent, vm)
  return [
    draft({ kind: 'drop-landing', ...atDestination }, 'back'),
    draft({ kind: 'give-back', ...atHome, pace, keys: here }, 'back'),
  ]
}

/** As the running domain needs it there. */
const changedOn = ({ to, eject }: MigrateVm, vm: Vm, survey: Survey): Changed => ({
  emulator: otherEmulator(survey, to, runnerOf(xmlOf(vm, survey))),
  ejected: eject === true ? tiedMedia(xmlOf(vm, survey), to, survey) : [],
})

/** First of all: a guest that holds one stops the move before anything else was done. */
function ejections(intent: MigrateVm, vm: Vm, survey: Survey): Draft[] {
  const { name, uuid, home } = vm
  return changedOn(intent, vm, survey).ejected.map((medium) =>
    draft({ kind: 'eject-medium', blade: home, vm: name, uuid, ...medium }, 'undoable'),
  )
}

function sidesOf(fleet: Fleet, { to }: MigrateVm, vm: Vm) {
  const { name, uuid, home } = vm
  const there: HandOverKey[] = reservedIn(fleet, vm).map((one) => ({
    alias: one.volume.alias,
    ours: nextKey(fleet, one, to),
    theirs: one.key,
  }))
  const here = there.map(({ alias, ours, theirs }) => ({ alias, ours: theirs, theirs: ours }))
  return { there, here, atHome: { blade: home, vm: name, uuid }, atDestination: { blade: to, vm: name, uuid } }
}

function record(fleet: Fleet, intent: MigrateVm, vm: Vm, survey: Survey): Draft {
  const { to } = intent
  const { name, uuid, home } = vm
  const reserved = reservedIn(fleet, vm)
  return draft(
    {
      kind: 'record-documents',
      changes: [
        { document: `vms/${name}.yaml`, set: [{ path: ['home'], value: to }] },
        ...redefined(vm, changedOn(intent, vm, survey)),
        ...reserved.map((one) => passedTo(to, one)),
      ],
      rendered: [],
      message: `vm ${name}: moved from ${home} to ${to}`,
    },
    'forward',
    [
      // A guest may have stopped by itself since it was taken over; where it is, is true all the same.
      { kind: 'domain', blade: to, vm: name, uuid, wanted: 'present' },
      ...elsewhere(fleet, vm, [to], 'absent'),
      ...reserved.map((one) => reservedAtHome({ ...one, home: to, key: nextKey(fleet, one, to) })),
    ],
  )
}
