/** What a blade says of itself when it is asked, as the probe would: fresh INQUIRY, sysfs, maps, domains, reservations. */

import { parseDomain } from '@anyblade/domain-xml'
import {
  type BladeQuestion,
  type BladeReport,
  type Emulator,
  type GuestMemory,
  type HostMemory,
  type LanQuestion,
  type LanSeen,
  type LinkSpeed,
  type DmMap as MapReport,
  type PathReservation,
  type PausedBy,
  type Reading,
  type RegisteringDaemon,
  type RunReport,
  read,
  type ScsiDevice,
  type Timers,
} from '@anyblade/engine'
import { heldKey, type ReservationKey, type ReservationState } from '@anyblade/scsi'
import { isActive, type Why } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { type DmMap, RELEASE } from './multipathd.ts'
import { Refused } from './refused.ts'
import type { Unit } from './san.ts'
import type { Device } from './scsi.ts'
import { credentialsOf, loginsOf } from './trust.ts'
import { bootOf } from './work.ts'
import type { World } from './world.ts'

const NOT_ASKED: Reading<never> = { state: 'refused', because: 'not asked' }
const capabilitiesOf = ({
  emulator,
}: Machine) => `<domainCapabilities><path>${emulator}</path><domain>kvm</domain><machine>pc</machine>
<arch>x86_64</arch><cpu><mode name='custom' supported='yes'><model usable='yes'>qemu64</model></mode></cpu></domainCapabilities>`

export function reportOf(world: World, machine: Machine, question: BladeQuestion): BladeReport {
  const { document, multipathd, libvirt } = machine
  const asked = machine.kernel.devices.filter((device) => isAsked(machine, device, question))
  return {
    host: {
      hostname: machine.name,
      machineId: document.machine_id,
      bootId: bootOf(machine),
      kernel: '6.1.0',
      uid: 0,
      probe: 'simulated',
      memory: memoryOf(machine),
    },
    tools: { multipath: `multipath-tools v${RELEASE} (12/19, 2022)`, libvirt: '9.0.0', python3: true },
    ...portsOf(world, machine),
    devices: asked.map((device) => deviceOf(world, machine, device)),
    maps: multipathd.maps.map((map) => mapOf(world, machine, map)),
    impostors: [],
    bridges: document.bridges ?? [],
    links: document.bridges ?? [],
    files: question.files.filter((file) => file === machine.emulator),
    config: question.config ? read(multipathd.files) : NOT_ASKED,
    agent: question.agent
      ? read({ version: '7.23.0', certname: machine.name, noop: false, disabled: machine.agentDisabled })
      : NOT_ASKED,
    reservations: question.reservations.flatMap((name) => reservationsOf(world, machine, name)),
    registering: question.reservations.length > 0 ? read(registeringOf(machine)) : NOT_ASKED,
    domains: question.domains
      ? read(
          [...libvirt.domains.values()].map(({ name, uuid, state, why, persistent, xml, autostart = false }) => ({
            ...{ name, uuid, state, persistent, xml },
            autostart,
            ...(state === 'paused' && { pausedBy: PAUSED_BY[why] ?? 'other' }),
          })),
        )
      : NOT_ASKED,
    emulators: question.emulators ? read(emulatorsOf(machine)) : NOT_ASKED,
    capabilities: question.capabilities ? read(capabilitiesOf(machine)) : NOT_ASKED,
    machines:
      question.machines.length > 0
        ? read(question.machines.map((one) => ({ ...one, emulator: read(machine.emulator) })))
        : NOT_ASKED,
    baseline: question.baseline ? read(machine.host.setup(multipathd.files)) : NOT_ASKED,
    timers: question.timers ? read(timersOf(world, machine)) : NOT_ASKED,
    initramfs: question.initramfs ? read(machine.host.initramfs) : NOT_ASKED,
    guests: question.guests.length > 0 ? read(guestsOf(machine, question)) : NOT_ASKED,
    states:
      question.states.length > 0
        ? read(question.states.map((uuid) => ({ uuid, files: read(machine.states.get(uuid) ?? []) })))
        : NOT_ASKED,
    speeds: question.speeds.length > 0 ? read(speedsOf(world, question)) : NOT_ASKED,
    logins: question.logins.length > 0 ? read(loginsOf(world, machine, question)) : NOT_ASKED,
    credentials: question.credentials ? read(credentialsOf(machine)) : NOT_ASKED,
    hostDisks: question.hostDisks ? read(machine.host.disks) : NOT_ASKED,
    lan: read(question.lan.map((place) => lanSeen(world, machine, place))),
  }
}

/** Who is asked together is heard where it has the same network behind a bridge of the name. */
function lanSeen({ machines }: World, listener: Machine, { device, vlan, machines: wanted }: LanQuestion): LanSeen {
  if (!hasBridge(listener, device)) return { device, vlan, heard: { state: 'refused', because: 'No such device' } }
  const network = listener.otherNetworks.get(device)
  const heard = [...machines.values()].filter(
    (one) => one.isUp && one.isReachable && hasBridge(one, device) && one.otherNetworks.get(device) === network,
  )
  return {
    device,
    vlan,
    heard: read(heard.map(({ document }) => document.machine_id).filter((id) => wanted.includes(id))),
  }
}

const hasBridge = ({ document }: Machine, name: string): boolean => document.bridges?.includes(name) === true

const guestsOf = ({ libvirt }: Machine, { guests }: BladeQuestion): GuestMemory[] =>
  libvirt.active
    .filter(({ uuid }) => guests.includes(uuid))
    .map(({ uuid, xml, dirtyBytesPerSecond = 0 }) => ({
      uuid,
      givenBytes: parseDomain(xml).memoryBytes,
      residentBytes: undefined,
      dirtyBytesPerSecond: read(dirtyBytesPerSecond),
    }))

/** A network that is silent is not measured. */
const speedsOf = ({ lan }: World, { speeds }: BladeQuestion): LinkSpeed[] =>
  speeds
    .filter(({ way }) => way !== undefined)
    .map(({ link }) => ({
      link,
      bytesPerSecond:
        lan.isSilent || lan.isUntold ? { state: 'refused', because: 'nobody listens' } : read(lan.bytesPerSecond),
    }))

/** As libvirt says it; one that was set going to land paused is paused by its user. */
const PAUSED_BY: Partial<Record<Why, PausedBy>> = { 'io error': 'io-error', user: 'operator' }

/** Each guest that is there has one. */
const emulatorsOf = ({ libvirt }: Machine): Emulator[] =>
  libvirt.active.map((_, i) => ({ pid: 1000 + i, name: 'qemu-system-x86' }))

/** What guests have is not available. */
function memoryOf({ libvirt, memoryBytes }: Machine): HostMemory {
  const used = libvirt.active.reduce((sum, { xml }) => sum + (parseDomain(xml).memoryBytes ?? 0), 0)
  return { totalBytes: memoryBytes, availableBytes: Math.max(0, memoryBytes - used) }
}

function portsOf(world: World, { kernel }: Machine): Pick<BladeReport, 'fcHosts' | 'remotePorts'> {
  const isDown = (wwpn: Device['fc']['wwpn']) => world.san.linksDown.has(wwpn)
  return {
    fcHosts: kernel.hosts.map(({ host, wwpn }) => ({
      ...{ host, wwpn },
      state: isDown(wwpn) ? 'Linkdown' : 'Online',
      fabric: undefined,
    })),
    remotePorts: kernel.hosts.map(({ host, wwpn, port }) => ({
      ...{ host, channel: 0, target: 0, wwpn: port },
      state: isDown(wwpn) || !world.san.isUp ? 'Blocked' : 'Online',
    })),
  }
}

/** In effect what the baseline asks for. */
function timersOf(world: World, { kernel, multipathd }: Machine): Timers {
  return {
    pollingSeconds: 5,
    queueing: new Map(multipathd.maps.map(({ wwid }) => [wwid, '30 chk'])),
    ports: kernel.hosts
      .filter(({ wwpn }) => !world.san.linksDown.has(wwpn))
      .map(({ host, port }) => ({ host, wwpn: port, fastIoFailSeconds: 5, devLossSeconds: 600 })),
  }
}

function isAsked({ multipathd }: Machine, device: Device, { paths, reservations }: BladeQuestion): boolean {
  if (paths === 'all') return true
  const maps = [...(paths === 'none' ? [] : paths.maps), ...reservations]
  if (paths !== 'none' && paths.luns.some((lun) => lun === device.lun)) return true
  return maps.some((name) => multipathd.map(name)?.slaves.includes(device.sd))
}

function deviceOf(world: World, machine: Machine, device: Device): ScsiDevice {
  const { hctl, fc, lun, sd } = device
  const inquiry = inquired(() => {
    const { wwid, size, ...unit } = answering(world, machine, device)
    return { wwid, vendor: 'LIO-ORG', product: unit.name, revision: '4.0', size, blockBytes: 512 }
  })
  return {
    hctl,
    host: fc.host,
    channel: 0,
    target: 0,
    lun,
    sd,
    sg: `sg-${sd}`,
    state: 'running',
    known: device.cached.wwid,
    inquiry,
  }
}

function answering({ bugs, san, now }: World, { kernel }: Machine, device: Device): Unit {
  const remembered = [...san.units].find(({ wwid }) => wwid === device.cached.wwid)
  return (bugs.has('trust the cached id') ? remembered : undefined) ?? kernel.inquire(device, now())
}

function inquired<T>(ask: () => T): Reading<T> {
  try {
    return read(ask())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.message === 'no answer'
      ? { state: 'timed out', because: 'no answer' }
      : { state: 'refused', because: error.message }
  }
}

function mapOf(world: World, machine: Machine, map: DmMap): MapReport {
  const slaves = machine.multipathd.devicesOf(map).map((device) => ({
    sd: device.sd,
    dm: machine.kernel.behind(device, world.now()) === undefined ? ('failed' as const) : ('active' as const),
  }))
  const users = [...machine.libvirt.domains.values()].filter((one) => isActive(one) && one.disks.includes(map.name))
  const { name, dm, wwid, size } = map
  return { name, dm, wwid, size: size as MapReport['size'], slaves, holders: [], uses: [], openCount: users.length }
}

function reservationsOf(world: World, machine: Machine, name: string): PathReservation[] {
  const map = machine.multipathd.map(name)
  if (map === undefined) return []
  return machine.multipathd.devicesOf(map).map((device) => {
    const told = <T>(of: (unit: Unit) => T) => inquired(() => of(answering(world, machine, device)))
    return {
      hctl: device.hctl,
      sd: device.sd,
      targetPort: portNumber(world, device.fc.port),
      keys: told(({ reservation }) => ({ generation: reservation.generation, keys: keysIn(reservation) })),
      reservation: told(({ reservation }) => ({ generation: reservation.generation, held: heldIn(reservation) })),
      capabilities: told(() => ({
        canOutlivePower: true,
        outlivesPower: true,
        allTargetPorts: false,
        specifiedInitiators: false,
        types: undefined,
      })),
      fullStatus: told(({ reservation }) => ({
        generation: reservation.generation,
        registrants: reservation.registrations.map(({ nexus, key }) => ({
          ...{ key, initiator: { protocol: 'fc' as const, wwpn: nexus.initiator }, holds: reservation.held?.type },
          targetPort: portNumber(world, nexus.target),
        })),
      })),
    }
  })
}

const portNumber = ({ san }: World, port: string): number => 1 + san.ports.findIndex(({ wwpn }) => wwpn === port)
const keysIn = ({ registrations }: ReservationState): ReservationKey[] => registrations.map(({ key }) => key)
function heldIn(state: ReservationState) {
  const key = heldKey(state)
  return state.held === undefined || key === undefined ? undefined : { key, type: state.held.type }
}

function registeringOf({ multipathd }: Machine): RegisteringDaemon {
  return {
    configured: new Map(multipathd.keepsKeys ? [['', 'file']] : []),
    maps: new Map(
      multipathd.maps.map(({ dm, wwid, registers }) => {
        const key = multipathd.prkeys.get(wwid)
        return [dm, { key: key && { key, aptpl: true }, registers }]
      }),
    ),
    prkeys: [...multipathd.prkeys].map(([wwid, key]) => ({ wwid, key, aptpl: true })),
  }
}

export function runsOf(world: World, { journals }: Machine): RunReport[] {
  return [...journals.runs].map(([run, kept]) => ({
    run,
    plan: kept.plan,
    entries: [...kept.lines],
    holder: journals.holder(run, world.now()),
    asked: journals.isAsked(run),
    ageSeconds: Math.floor((world.now() - kept.beganMs) / 1000),
  }))
}
