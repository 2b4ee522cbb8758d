/** What a blade is told, carried out: one process for each kind of act, as the programs in on-blade/acts do it. */

import { parseDomain } from '@anyblade/domain-xml'
import type { BladeAct, ReservationAction, RunId } from '@anyblade/engine'
import { NO_KEY } from '@anyblade/scsi'
import { type Process, sleep, until } from '#time'
import {
  certifyGone,
  checkLunFree,
  checkUnused,
  flushMap,
  forgetLun,
  installConfig,
  removePaths,
  scanLun,
} from './acts-on-lun.ts'
import { proveDisks } from './disks.ts'
import { ejectMedium, insertMedium } from './drives.ts'
import { dropKeys, fenceVolume, holdFence } from './fence.ts'
import { rescanPaths, resizeDisk, resizeMap } from './grow.ts'
import { autostart, installHostFile } from './host-acts.ts'
import { type Domain, isActive } from './libvirt.ts'
import { canRun, type Machine } from './machine.ts'
import { OpenVolume } from './open-volume.ts'
import { Partner, type Told } from './partner.ts'
import { runAgent, tryConfig } from './puppet.ts'
import { Refused } from './refused.ts'
import { resume } from './resume.ts'
import { setGoing } from './set-going.ts'
import { ask, clear, dismiss, drop, giveBack, hold, take } from './settle.ts'
import { removeStale } from './stale-devices.ts'
import { removeState, restoreState } from './state.ts'
import { dropKey, makeKey, setTrust } from './trust.ts'
import { HandOverUnit } from './unit.ts'
import { rebootHost, runCommand } from './work.ts'
import type { World } from './world.ts'

const LANDING_MS = 6 * 3600_000

/** `folder`: where this run's unit has its socket. `cancel`: the operator has called the move off. */
export type Order = {
  readonly run: RunId
  readonly folder: string
  /** It takes back what was done. */
  readonly undo: boolean
  readonly withinMs: number
  readonly cancel: () => boolean
}

export function* carriedOut(world: World, machine: Machine, act: BladeAct, order: Order): Process<Told> {
  yield* sleep(world.dice.between(20, 120))
  switch (act.kind) {
    case 'check-lun-free':
      return checkLunFree(machine, act)
    case 'remove-paths':
      return yield* removePaths(world, machine, act)
    case 'scan-lun':
    case 'rescan-lun':
      return yield* scanLun(world, machine, act)
    case 'remove-stale':
      return yield* removeStale(world, machine, act)
    case 'flush-map':
      return flushMap(world, machine, act)
    case 'rescan-paths':
      return yield* rescanPaths(world, machine, act)
    case 'resize-map':
      return yield* resizeMap(world, machine, act)
    case 'resize-disk':
      return resizeDisk(machine, act)
    case 'install-host-file':
      return yield* installHostFile(world, machine, act)
    case 'disable-autostart':
    case 'enable-autostart':
      return autostart(machine, act)
    case 'check-unused':
      return checkUnused(machine, act)
    case 'forget-lun':
      return forgetLun(machine, act)
    case 'certify-gone':
      return certifyGone(machine, act)
    case 'install-config':
      return yield* installConfig(world, machine, act)
    case 'check-command':
      return { lines: ['the command can be read'] }
    case 'run-command':
      return yield* runCommand(world, machine, act, order)
    case 'reboot-host':
      return rebootHost(world, machine, act)
    case 'make-key':
      return makeKey(machine, world.dice.between(1, 1000))
    case 'drop-key':
      return dropKey(machine)
    case 'set-trust':
      return setTrust(machine, act)
    case 'leave-fleet':
      machine.leavingBy = order.run
      return { lines: [`what is kept on ${machine.name} goes with the end of this run`] }
    case 'try-config':
      return yield* tryConfig(world, machine, act)
    case 'run-agent':
      return yield* runAgent(world, machine, act, order.undo)
    case 'define-domain':
      return define(machine, act.vm, act.uuid, act.xml)
    case 'undefine-domain':
      return undefine(machine, act.uuid, act.vm)
    case 'start-domain':
      return yield* start(world, machine, act)
    case 'resume-domain':
      return yield* resume(world, machine, act)
    case 'stop-domain':
      return yield* stop(world, machine, act.uuid, act.vm, act.how)
    case 'restore-state':
      return restoreState(machine, act)
    case 'remove-state':
      return removeState(machine, act)
    case 'eject-medium':
      return ejectMedium(machine, act)
    case 'insert-medium':
      return insertMedium(machine, act)
    case 'register-key':
    case 'reserve-volume':
    case 'reassert-volume':
    case 'unregister-key':
    case 'preempt-key':
      return yield* reservation(world, machine, act)
    case 'fence-volume':
      return fenceVolume(world, machine, act)
    case 'hold-fence':
      return yield* holdFence(world, machine, act)
    case 'drop-keys':
      return dropKeys(world, machine, act)
    case 'await-landing':
      return yield* awaitLanding(world, machine, act, order)
    case 'dismiss-unit':
      return dismiss(machine, act, order.folder)
    case 'migrate-domain': {
      const destination = world.machine(act.destination)
      const partner = new Partner(world, machine, {
        ...act,
        ...order,
        name: act.vm,
        destination,
        lastsMs: order.withinMs,
      })
      return yield* partner.run(order.cancel)
    }
    case 'hold-landing':
      return yield* hold(world, machine, act, order.folder, act.keys)
    case 'ask-source':
      return yield* ask(world, machine, act, act.pace, wordIn(act.landing), world.machine(hostIn(act.uri)))
    case 'take-landing':
      return yield* take(world, machine, act, order.folder, act.pace, wordIn(act.source), act.keys, act.disks)
    case 'clear-source':
      return clear(world, machine, act, act.keys)
    case 'drop-landing':
      return drop(world, machine, act, order.folder)
    case 'give-back':
      return giveBack(world, machine, act, act.pace, act.keys)
    default:
      throw new RangeError(`this world knows no ${JSON.stringify(act satisfies never)}`)
  }
}

/** qemu+ssh://HOST/system */
const hostIn = (uri: string): string => uri.replace(/^[^/]*\/\/([^/]*)\/.*$/, '$1')

function wordIn(source: string | { readonly answerOf: number }): string {
  if (typeof source === 'string') return source
  throw new RangeError('an answer was not filled in')
}

function* awaitLanding(
  world: World,
  machine: Machine,
  act: Extract<BladeAct, { kind: 'await-landing' }>,
  { folder }: Order,
): Process<Told> {
  if (machine.units.has(folder)) dismiss(machine, act, folder)
  yield* sleep(world.dice.between(100, 600))
  const unit = new HandOverUnit(world, machine, { ...act, name: act.vm, folder, lastsMs: LANDING_MS })
  unit.begin()
  return { lines: [`the unit waits for ${act.vm}`] }
}

function define(machine: Machine, name: string, uuid: string, xml: string): Told {
  const other = machine.libvirt.namesake(name, uuid)
  if (other !== undefined && (other.name !== name || other.uuid !== uuid))
    throw new Refused(`a domain ${other.name} is defined here already, with the uuid ${other.uuid}`)
  if (!canRun(machine, xml)) throw new Refused(`libvirt refuses the domain: ${machine.name} has no such emulator`)
  if (other !== undefined) other.persistent = true
  else machine.libvirt.add(domainOf(name, uuid, xml))
  return { lines: [`${name} ${uuid} is defined`] }
}

/** Defined, shut off. */
export function domainOf(name: string, uuid: string, xml: string): Domain {
  const disks = disksOf(xml)
  const idle = { persistent: true, state: 'shut off', why: 'user', queuesSinceMs: undefined, migrating: false } as const
  return { name, uuid, xml, disks, ...idle, memory: new Map() }
}

const known = new Map<string, readonly string[]>()
function disksOf(xml: string): readonly string[] {
  const disks =
    known.get(xml) ??
    parseDomain(xml).disks.flatMap(({ source }) =>
      source.kind === 'block' ? [source.path.replace('/dev/mapper/', '')] : [],
    )
  known.set(xml, disks)
  return disks
}

function undefine(machine: Machine, uuid: string, name: string): Told {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain !== undefined && isActive(domain)) throw new Refused(`${name} is ${domain.state}: stop it first`)
  if (domain !== undefined) machine.libvirt.undefine(domain)
  return { lines: [`${name} ${uuid} is not defined here`] }
}

type Start = Extract<BladeAct, { readonly kind: 'start-domain' }>

/** Who became another LUN while it started is cut off: it has just begun. */
function* start(world: World, machine: Machine, { uuid, vm: name, disks }: Start): Process<Told> {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain === undefined) throw new Refused(`${name} is not defined here`)
  if (domain.state === 'paused') throw new Refused(`${name} is paused: somebody holds it so`)
  if (domain.state !== 'running') {
    const lookedAtMs = proveDisks(world, machine, disks)
    yield* sleep(world.dice.between(300, 1500))
    boot(world, machine, domain, lookedAtMs)
    yield* sleep(world.dice.between(20, 120))
    try {
      proveDisks(world, machine, disks)
    } catch (error) {
      machine.libvirt.stop(domain)
      throw error
    }
  }
  return { lines: [`${name} ${uuid} is running`] }
}

/** A guest that boots reads its disk, and so knows of all writes; where it can't, it does not come up. */
export function boot(world: World, machine: Machine, domain: Domain, lookedAtMs?: number): void {
  setGoing(world, machine, domain, lookedAtMs, () => bootByHand(world, machine, domain))
}

/** The same by somebody who asks nobody: no doing of ours. */
export function bootByHand(world: World, machine: Machine, domain: Domain): void {
  for (const disk of domain.disks) domain.memory.set(disk, writesOf(world, machine, domain, disk))
  machine.libvirt.set(domain, 'running', 'booted', undefined)
}

function writesOf(world: World, machine: Machine, { name }: Domain, disk: string): number {
  const map = machine.multipathd.map(disk)
  if (map === undefined) throw new Refused(`${name} did not start: Cannot access /dev/mapper/${disk}`)
  const units = machine.multipathd.devicesOf(map).flatMap((path) => machine.kernel.behind(path, world.now()) ?? [])
  const first = units.find(({ wwid }) => wwid === map.wwid) ?? units[0]
  if (first === undefined) throw new Refused(`${name} did not start: no path of ${disk} answers`)
  return first.writes
}

function* stop(world: World, machine: Machine, uuid: string, name: string, how: 'shutdown' | 'destroy'): Process<Told> {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain !== undefined && isActive(domain)) {
    if (how === 'shutdown' && domain.state !== 'running') {
      yield* until(() => domain.state === 'running' || !isActive(domain), 135_000)
      if (isActive(domain))
        throw new Refused(`${name} is still ${domain.state}: its guest does not answer the shutdown`)
    }
    yield* sleep(how === 'shutdown' ? world.dice.between(2000, 9000) : world.dice.between(50, 400))
    machine.libvirt.stop(domain)
  }
  return { lines: [`${name} ${uuid} is ${machine.libvirt.domains.get(uuid)?.state ?? 'absent'}`] }
}

function* reservation(world: World, machine: Machine, act: ReservationAction): Process<Told> {
  const theirs = act.kind === 'preempt-key' ? act.theirs : undefined
  const now = machine.multipathd.maps.find(({ wwid }) => act.kind === 'unregister-key' && wwid === act.wwid)
  const volume = new OpenVolume(world, machine, now?.name ?? act.alias, act.key, theirs)
  if (volume.map.wwid !== act.wwid) throw new Refused(`/dev/mapper/${act.alias} is ${volume.map.wwid}, not ${act.wwid}`)
  switch (act.kind) {
    case 'register-key':
      yield* register(world, machine, volume)
      break
    case 'reserve-volume':
    case 'reassert-volume':
      yield* register(world, machine, volume)
      volume.reserve()
      if (!world.bugs.has('skip the reservation')) volume.expect(volume.kind() === 7, 'after the reservation')
      break
    case 'unregister-key':
      if (volume.keys().includes(volume.ours)) {
        yield* sleep(world.dice.between(100, 250))
        volume.unregister(NO_KEY)
        volume.map.registers = false
        machine.multipathd.prkeys.delete(volume.map.wwid)
      }
      volume.expect(!volume.keys().includes(volume.ours), 'after it was taken back')
      break
    case 'preempt-key':
      yield* sleep(world.dice.between(10, 70))
      volume.preempt()
      break
  }
  return { lines: [volume.told()] }
}

function* register(world: World, machine: Machine, volume: OpenVolume): Process<void> {
  const foreign = volume.keys().filter((key) => key.slice(0, 4) !== volume.ours.slice(0, 4))
  volume.expect(foreign.length === 0, 'a key of no blade of this fleet is registered')
  if (!machine.multipathd.keepsKeys) throw new Refused('`reservation_key file` is not in effect in multipathd')
  yield* sleep(world.dice.between(100, 250))
  volume.register()
  machine.multipathd.prkeys.set(volume.map.wwid, volume.ours)
  volume.map.registers = true
}
