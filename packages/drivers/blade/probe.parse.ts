/**
 * What a probe printed, as the engine's BladeReport. Text of another machine: every field is checked for form and
 * length, and anything off makes the whole answer garbled, with the place; nothing here throws out of `parseReport`.
 */
import type {
  BladeQuestion,
  BladeReport,
  Domain,
  DomainState,
  Emulator,
  FcHost,
  Host,
  HostMemory,
  MultipathFiles,
  PausedBy,
  Reading,
  RemotePort,
} from '@anyblade/engine'
import { parseAgent } from './agent.parse.ts'
import { parseBaseline } from './baseline.parse.ts'
import { parseDevices } from './devices.parse.ts'
import { bytesOf, count, formed, portOf, textOf, word } from './fields.ts'
import { parseHostDisks } from './host-disks.parse.ts'
import { parseInitramfs } from './initramfs.parse.ts'
import { parseLan } from './lan.parse.ts'
import { parseMachines } from './machines.parse.ts'
import { parseMaps } from './maps.parse.ts'
import { parseGuests, parseSpeeds } from './moving.parse.ts'
import { parseDaemon, parseReservations } from './reservations.parse.ts'
import { Garbled, parseSections, type Section, type Sections } from './sections.ts'
import { parseStates } from './state.parse.ts'
import { parseTimers } from './timers.parse.ts'
import { parseCredentials, parseLogins } from './trust.parse.ts'

const MIB = 1024 * 1024

/** The whole answer of a blade to `question`. */
export function parseReport(text: string, question: BladeQuestion): Reading<BladeReport> {
  try {
    return report(parseSections(text, 'anyblade-probe'), question)
  } catch (error) {
    if (error instanceof Garbled) return { state: 'garbled', because: error.message }
    throw error
  }
}

function report(sections: Sections, question: BladeQuestion): Reading<BladeReport> {
  const san = needed(sections, 'san')
  // Without this line sysfs itself gave no whole answer: then no path is known to be absent.
  if (san.of('sysfs').length === 0)
    return san.state === 'refused'
      ? { state: 'refused', because: word(san.because, 200) }
      : { state: 'timed out', because: 'sysfs gave no whole answer about the FC devices' }
  const blade = tools(needed(sections, 'tools'), sections.of.get('libvirt'))
  const devices = parseDevices(san)
  const maps = parseMaps(san, needed(sections, 'dm-open'), needed(sections, 'dm-status'))
  const asked = maps.filter((map) => question.reservations.includes(map.name))
  const disks = new Set(asked.flatMap((map) => map.slaves.map((slave) => slave.sd)))
  return {
    state: 'read',
    value: {
      host: host(needed(sections, 'host'), sections.version),
      tools: blade,
      fcHosts: san.rows('fc-host').flatMap(fcHost),
      remotePorts: san.rows('rport').flatMap(remotePort),
      devices,
      maps,
      impostors: needed(sections, 'impostors').lines.map(([name]) => word(textOf(name, 1024, 'a name in /dev/mapper'))),
      bridges: needed(sections, 'bridges').lines.map(([name]) => word(name, 15)),
      links: needed(sections, 'links').lines.map(([name]) => word(name, 15)),
      files: files(needed(sections, 'files'), question.files),
      config: question.config ? sectionReading(sections, 'config', config) : notAsked,
      baseline: question.baseline ? sectionReading(sections, 'baseline', parseBaseline) : notAsked,
      agent: question.agent ? sectionReading(sections, 'agent', parseAgent) : notAsked,
      reservations: parseReservations(san, devices, disks, blade.python3),
      registering: question.reservations.length > 0 ? sectionReading(sections, 'multipathd', parseDaemon) : notAsked,
      domains: question.domains ? sectionReading(sections, 'domains', domains) : notAsked,
      emulators: question.emulators ? sectionReading(sections, 'emulators', emulators) : notAsked,
      capabilities: question.capabilities ? sectionReading(sections, 'capabilities', capabilities) : notAsked,
      machines:
        question.machines.length > 0
          ? measured(sections, 'machines', (section) => parseMachines(section, question.machines))
          : notAsked,
      timers: question.timers ? sectionReading(sections, 'timers', parseTimers) : notAsked,
      initramfs: question.initramfs ? sectionReading(sections, 'initramfs', parseInitramfs) : notAsked,
      hostDisks: question.hostDisks ? sectionReading(sections, 'host-disks', parseHostDisks) : notAsked,
      lan:
        question.lan.length > 0
          ? sectionReading(sections, 'lan', (section) => parseLan(section, question.lan))
          : notAsked,
      guests: question.guests.length > 0 ? measured(sections, 'guests', parseGuests) : notAsked,
      states: question.states.length > 0 ? measured(sections, 'states', parseStates) : notAsked,
      speeds: question.speeds.length > 0 ? measured(sections, 'speeds', parseSpeeds) : notAsked,
      logins: question.logins.length > 0 ? measured(sections, 'logins', parseLogins) : notAsked,
      credentials: question.credentials ? measured(sections, 'credentials', parseCredentials) : notAsked,
    },
  }
}

const notAsked: Reading<never> = { state: 'refused', because: 'not asked' }

function needed({ of }: Sections, name: string): Section {
  const section = of.get(name)
  if (section === undefined) throw new Garbled(`there is no section ${name}`)
  return section
}

function sectionReading<T>(sections: Sections, name: string, parse: (section: Section) => T): Reading<T> {
  const section = needed(sections, name)
  if (section.state === 'ok') return { state: 'read', value: parse(section) }
  return { state: section.state === 'refused' ? 'refused' : 'timed out', because: word(section.because, 200) }
}

/** What only python3 asks. */
function measured<T>(sections: Sections, name: string, parse: (section: Section) => T): Reading<T> {
  if (sections.of.has(name)) return sectionReading(sections, name, parse)
  return { state: 'refused', because: 'without python3 this is not asked' }
}

function host({ lines }: Section, probe: string): Host {
  const values = new Map(lines.map(([name = '', value]) => [name, value]))
  return {
    hostname: formed(values.get('hostname'), /^[\x21-\x7e]{1,255}$/, 'the hostname'),
    machineId: formed(values.get('machine-id'), /^[0-9a-f]{32}$/, 'the machine-id'),
    bootId: formed(values.get('boot-id'), /^[0-9a-f-]{36}$/, 'the boot id'),
    kernel: word(values.get('kernel'), 100),
    uid: count(values.get('uid'), 'the uid'),
    probe: word(probe, 64),
    processorCount: processors(values.get('processors')),
    memory: memory(values),
    ...hugePages(lines),
    ...(values.has('userfaults') && { servesMissingPages: values.get('userfaults') !== '0' }),
  }
}

/** None where the blade has no getconf. */
const processors = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : count(text, 'the processors')

function memory(values: ReadonlyMap<string, string | undefined>): HostMemory | undefined {
  const [total, available] = [values.get('MemTotal'), values.get('MemAvailable')]
  if (total === undefined || available === undefined) return undefined
  const bytes = (kibibytes: string, what: string) => 1024 * count(kibibytes, what)
  return { totalBytes: bytes(total, 'the memory'), availableBytes: bytes(available, 'the available memory') }
}

/** Left out where none are free. */
function hugePages(lines: Section['lines']): Pick<Host, 'hugePages'> {
  const usual = lines.find(([name]) => name === 'huge-usual')?.[1]
  const isUsual = ([, kibibytes]: readonly string[]) => Number(kibibytes === usual)
  const pools = lines.filter(([name]) => name === 'huge').sort((a, b) => isUsual(b) - isUsual(a))
  if (pools.length === 0) return {}
  return {
    hugePages: pools.map(([, kibibytes, free]) => ({
      pageBytes: 1024 * count(kibibytes, 'the size of huge pages'),
      freeCount: count(free, 'free huge pages'),
    })),
  }
}

function tools({ lines }: Section, libvirt: Section | undefined) {
  const multipath = lines.find(([name]) => name === 'multipath')?.[1]
  const version = libvirt?.lines.find(([name]) => name === 'version')?.[1]
  return {
    multipath: multipath === undefined ? undefined : word(multipath, 100),
    libvirt: version === undefined ? undefined : word(version, 30),
    python3: lines.some(([name]) => name === 'python3'),
  }
}

/** A port without a name is none that a fleet could know. */
function fcHost([host, port, state, fabric]: string[]): FcHost[] {
  const wwpn = portOf(port)
  if (wwpn === undefined) return []
  return [{ host: count(host, 'an FC host'), wwpn, state: word(state, 30), fabric: portOf(fabric) }]
}

function remotePort([host, channel, target, port, state]: string[]): RemotePort[] {
  const wwpn = portOf(port)
  if (wwpn === undefined) return []
  return [
    {
      host: count(host, 'a remote port’s host'),
      channel: count(channel, 'a remote port’s channel'),
      target: target === '' ? -1 : count(target, 'a remote port’s target'),
      wwpn,
      state: word(state, 30),
    },
  ]
}

/** Each by its number in the question. */
function files({ lines }: Section, asked: readonly string[]): string[] {
  return lines.map(([number]) => {
    const file = asked[count(number, 'a file')]
    if (file === undefined) throw new Garbled(`file ${word(number, 20)} was not asked for`)
    return file
  })
}

function config({ lines }: Section): MultipathFiles {
  const parsed = lines.map(([kind, name, bytes]) => ({
    kind,
    name: word(textOf(name, 1024, 'a file’s name')),
    bytes: bytesOf(bytes, 8 * MIB, 'a configuration file'),
  }))
  const bindings = parsed.find(({ kind }) => kind === 'bindings')?.bytes
  return {
    main: parsed.find(({ kind }) => kind === 'main')?.bytes,
    dropIns: parsed.filter(({ kind }) => kind === 'drop-in').map(({ name, bytes }) => ({ name, bytes })),
    ...(bindings && { bindings }),
  }
}

/** Source: libvirt-domain.h, virDomainState */
const STATES: readonly DomainState[] = [
  'unknown',
  'running',
  'blocked',
  'paused',
  'in shutdown',
  'shut off',
  'crashed',
  'suspended',
]

function domains({ lines }: Section): Domain[] {
  return lines
    .filter(([kind]) => kind === 'domain')
    .map(([, uuid, name, state, persistent, autostart, xml, reason]) => ({
      name: word(textOf(name, 1024, 'a domain’s name'), 255),
      uuid: formed(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a domain’s uuid'),
      state: domainState(state),
      ...(domainState(state) === 'paused' && pausedBy(reason)),
      persistent: persistent === '1',
      autostart: autostart === '1',
      xml: textOf(xml, 4 * MIB, 'a domain’s XML'),
    }))
}

/** libvirt's number, or virsh's word for it. */
const domainState = (state = ''): DomainState =>
  (/^\d$/.test(state) ? STATES[Number(state)] : STATES.find((known) => known === state)) ?? 'unknown'

/** libvirt's number, or virsh's word for it. Source: libvirt-domain.h, virDomainPausedReason */
const PAUSED_BY: Readonly<Record<string, PausedBy>> = {
  '1': 'operator',
  user: 'operator',
  '5': 'io-error',
  'I/O error': 'io-error',
}
const pausedBy = (reason = ''): { readonly pausedBy?: PausedBy } =>
  reason === '' ? {} : { pausedBy: PAUSED_BY[reason] ?? 'other' }

const emulators = ({ lines }: Section): Emulator[] =>
  lines.map(([pid, name]) => ({ pid: count(pid, 'a process'), name: word(name, 16) }))

function capabilities({ lines }: Section): string {
  return textOf(lines.find(([kind]) => kind === 'capabilities')?.[1], 4 * MIB, 'the domain capabilities')
}
