/**
 * What one blade or one array says of itself, parsed and typed. All text in here came from another machine: it is data,
 * cleaned of control characters and cut to length by the parser, and never part of a command.
 */
import type { Bytes, Wwid, Wwpn } from '#documents'
import type { GuestState } from './guest-state.ts'
import type { HostDisks } from './host-disks.ts'
import type { HostSetup } from './host-setup.ts'
import type { Initramfs } from './initramfs.ts'
import type { LanSeen } from './lan.ts'
import type { MachineSeen } from './machines.ts'
import type { GuestMemory, LinkSpeed } from './moving.ts'
import type { Reading } from './reading.ts'
import type { PathReservation, RegisteringDaemon } from './reservation.ts'
import type { Timers } from './timers.ts'
import type { Credentials, Login } from './trust.ts'

export type BladeReport = {
  readonly host: Host
  readonly tools: Tools
  readonly fcHosts: readonly FcHost[]
  readonly remotePorts: readonly RemotePort[]
  readonly devices: readonly ScsiDevice[]
  readonly maps: readonly DmMap[]
  /** What lies in /dev/mapper under a name and is no device: a regular file there would be written in place of a LUN. */
  readonly impostors: readonly string[]
  readonly bridges: readonly string[]
  /** All network interfaces by name, bridges of Open vSwitch among them. */
  readonly links: readonly string[]
  /** Of the files asked for: those that are there, as regular files. */
  readonly files: readonly string[]
  readonly config: Reading<MultipathFiles>
  readonly baseline: Reading<HostSetup>
  readonly agent: Reading<PuppetAgent>
  /** Of the paths of the maps asked about; empty where none was. */
  readonly reservations: readonly PathReservation[]
  readonly registering: Reading<RegisteringDaemon>
  readonly domains: Reading<readonly Domain[]>
  /** By the kernel, whoever started them. */
  readonly emulators: Reading<readonly Emulator[]>
  /** libvirt's domainCapabilities, as XML. */
  readonly capabilities: Reading<string>
  /** Of the machines asked about. */
  readonly machines: Reading<readonly MachineSeen[]>
  readonly timers: Reading<Timers>
  /** undefined: none of the running kernel is found. */
  readonly initramfs: Reading<Initramfs | undefined>
  readonly hostDisks: Reading<HostDisks>
  /** Of the places asked about. */
  readonly lan: Reading<readonly LanSeen[]>
  /** Of the guests asked about. */
  readonly guests: Reading<readonly GuestMemory[]>
  /** Of the guests asked about. */
  readonly states: Reading<readonly GuestState[]>
  /** Of the links asked about whose near end this is. */
  readonly speeds: Reading<readonly LinkSpeed[]>
  /** At the blades asked about. */
  readonly logins: Reading<readonly Login[]>
  /** Those of this fleet. */
  readonly credentials: Reading<Credentials>
}

export type Host = {
  readonly hostname: string
  readonly machineId: string
  readonly bootId: string
  readonly kernel: string
  /** The account's uid under which the probe ran, 0 when it could become root. */
  readonly uid: number
  readonly probe: string
  /** Online, each thread one; undefined where the host does not say. */
  readonly processorCount?: number | undefined
  /** undefined where the kernel does not say. */
  readonly memory?: HostMemory | undefined
  /** Of which sizes some are free, the host's usual one first; left out where none are. */
  readonly hugePages?: readonly HugePages[]
  /** Whether a process that is not root's may; left out by kernels that know of no such limit. Source: vm.unprivileged_userfaultfd */
  readonly servesMissingPages?: boolean
}

export type HugePages = { readonly pageBytes: number; readonly freeCount: number }

/** `availableBytes`: what a new process may take before the host swaps. Source: /proc/meminfo */
export type HostMemory = { readonly totalBytes: number; readonly availableBytes: number }

export type Tools = {
  /** The text of `multipath -h`'s first line, such as `multipath-tools v0.9.4 (12/19, 2022)`; undefined: not there. */
  readonly multipath: string | undefined
  readonly libvirt: string | undefined
  /** Without it INQUIRY costs a process a path. */
  readonly python3: boolean
}

/** An initiator port. Source: /sys/class/fc_host */
export type FcHost = {
  readonly host: number
  readonly wwpn: Wwpn
  readonly state: string
  /** undefined where the port knows of no fabric (point to point). */
  readonly fabric: Wwpn | undefined
}

/** A port seen from an initiator. Source: /sys/class/fc_remote_ports and fc_transport */
export type RemotePort = {
  readonly host: number
  readonly channel: number
  /** -1: no SCSI target behind it. */
  readonly target: number
  readonly wwpn: Wwpn
  readonly state: string
}

/** A SCSI disk as one path sees it. */
export type ScsiDevice = {
  /** host:channel:target:lun */
  readonly hctl: string
  readonly host: number
  readonly channel: number
  readonly target: number
  readonly lun: number
  readonly sd: string
  readonly sg: string | undefined
  /** The kernel's word: running, offline, blocked … */
  readonly state: string
  /** The id that it had when the kernel found it, and under which sysfs, udev and multipathd go on; undefined: not told. */
  readonly known?: Wwid
  readonly inquiry: Reading<Identity>
}

/** From the device itself, asked just now. */
export type Identity = {
  readonly wwid: Wwid
  readonly vendor: string
  readonly product: string
  readonly revision: string
  readonly size: Bytes
  readonly blockBytes: number
}

export type DmMap = {
  readonly name: string
  /** dm-N */
  readonly dm: string
  /** From the dm uuid `mpath-<wwid>`; undefined for a map that is not multipath's. */
  readonly wwid: Wwid | undefined
  readonly size: Bytes
  readonly slaves: readonly MapPath[]
  /** Names of what is stacked on it: partitions, LVM. */
  readonly holders: readonly string[]
  /** Uses of the map itself that show as no holder: `mounted at /srv`, `swap`. */
  readonly uses: readonly string[]
  readonly openCount: number
}

/** `dm`: the kernel's view of the path in the map. */
export type MapPath = { readonly sd: string; readonly dm: 'active' | 'failed' | 'unknown' }

export type MultipathFiles = {
  /** undefined: there is none. */
  readonly main: Uint8Array | undefined
  readonly dropIns: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /** The names that user_friendly_names has handed out; left out where there are none. */
  readonly bindings?: Uint8Array
}

/** Puppet's agent as its own settings and files tell of it. */
export type PuppetAgent = {
  readonly version: string
  readonly certname: string
  /** It only looks and changes nothing. */
  readonly noop: boolean
  /** Why somebody has disabled it, which may be nothing; undefined: it is enabled. */
  readonly disabled: string | undefined
}

export type DomainState =
  | 'running'
  | 'paused'
  | 'shut off'
  | 'crashed'
  | 'blocked'
  | 'in shutdown'
  | 'suspended'
  | 'unknown'

/** By whom a paused guest was stopped: `io-error` by a disk that failed it, `operator` by hand. */
export type PausedBy = 'io-error' | 'operator' | 'other'

export type Domain = {
  readonly name: string
  readonly uuid: string
  readonly state: DomainState
  /** Only where it is paused and its libvirt says why. */
  readonly pausedBy?: PausedBy
  readonly persistent: boolean
  readonly autostart: boolean
  readonly xml: string
}

/** A process of QEMU. */
export type Emulator = { readonly pid: number; readonly name: string }

export type ArrayReport = {
  readonly ports: readonly { readonly wwpn: Wwpn; readonly online: boolean }[]
  readonly freeBytes: number
  readonly volumes: readonly ArrayVolume[]
}

export type ArrayVolume = {
  readonly name: string
  /** `fleet:volume` where it is this product's own; objects without one are somebody else's. */
  readonly tag: string | undefined
  readonly wwid: Wwid
  readonly size: Bytes
  readonly mappings: readonly LunMapping[]
}

/** The array shows a volume to an initiator as a LUN. */
export type LunMapping = { readonly initiator: Wwpn; readonly port: Wwpn; readonly lun: number }

/** What `run list` reads of a run on one blade. */
export type RunReport = {
  readonly run: string
  /** The plan as JSON text, as it was written before the first step. */
  readonly plan: string
  readonly entries: readonly JournalLine[]
  /** Who holds its lease on the blade; undefined: nobody does. */
  readonly holder: RunHolder | undefined
  /** Somebody has asked that it end. */
  readonly asked: boolean
  /** Seconds since it began, by the blade's own clock. */
  readonly ageSeconds: number
}

/** `leftSeconds`: until the lease runs out by itself; 0: an act is under way, and nobody attends it. */
export type RunHolder = {
  readonly operator: string
  readonly epoch: number
  readonly sinceSeconds: number
  readonly leftSeconds: number
}

/** One line of the journal on a blade. `step` counts from 1; 0 is the run itself. */
export type JournalLine = { readonly step: number; readonly event: string; readonly evidence: string }
