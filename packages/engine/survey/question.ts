/**
 * What a survey is about: it bounds all that follows, so that a migration in a fleet of 10,000 volumes costs what one
 * migration costs. May come in: names from the fleet and the intent. May not: anything seen.
 */
import type { ArrayName, BladeName, LunNumber } from '#documents'
import type { LanQuestion } from './lan.ts'
import type { Machine } from './machines.ts'
import type { LinkEnd } from './moving.ts'

/** Which paths of a blade are asked for their identity; each one of those by a fresh INQUIRY. */
export type PathScope = 'all' | 'none' | { readonly luns: readonly LunNumber[]; readonly maps: readonly string[] }

export type BladeQuestion = {
  readonly paths: PathScope
  /** Maps whose paths are asked who has reserved their LUN; each is asked for its identity too. */
  readonly reservations: readonly string[]
  /** multipath.conf and its drop-ins, whole. */
  readonly config: boolean
  /** What the host itself would do with a guest's LUN: LVM, mdadm, multipath's overrides, libvirt's place in the boot. */
  readonly baseline: boolean
  /** How puppet's agent stands there, where it delivers the configuration. */
  readonly agent: boolean
  readonly domains: boolean
  /** Processes of QEMU, whether libvirt knows of them or not. */
  readonly emulators: boolean
  /** What the blade's emulator and processor can do. */
  readonly capabilities: boolean
  /** What guests are run as, each asked of its libvirt: which emulator takes it there. */
  readonly machines: readonly Machine[]
  /** How long I/O waits in effect: multipathd's retries, the kernel's timeouts of each target port. */
  readonly timers: boolean
  /** What the running kernel's initramfs holds of multipath; it is unpacked for that, which takes seconds. */
  readonly initramfs: boolean
  /** The disks below the host's own mounts and swap; those of the SAN among them are asked for their identity too. */
  readonly hostDisks: boolean
  /** By uuid: whose memory is measured, and how fast it gets dirty; a second for all of them. */
  readonly guests: readonly string[]
  /** By uuid: what each keeps there in files and not on its disks, by hashes. */
  readonly states: readonly string[]
  /** Ends of links to other blades whose speed is measured. */
  readonly speeds: readonly LinkEnd[]
  /** At which other blades it shall try to log in, as its ssh names them. */
  readonly logins: readonly string[]
  /** The fleet's own keys and lines. */
  readonly credentials: boolean
  /** Whose; the fleet's id. */
  readonly fleet: string
  /** Emulators, kernels and initrds whose presence decides, as absolute paths. */
  readonly files: readonly string[]
  /** Frames are sent and listened for there, on the guests' network: of all questions only this one is heard by others. */
  readonly lan: readonly LanQuestion[]
}

export type Question = {
  readonly blades: ReadonlyMap<BladeName, BladeQuestion>
  readonly arrays: readonly ArrayName[]
}

export const NOTHING: BladeQuestion = {
  paths: 'none',
  reservations: [],
  config: false,
  baseline: false,
  agent: false,
  domains: false,
  emulators: false,
  capabilities: false,
  machines: [],
  timers: false,
  initramfs: false,
  hostDisks: false,
  guests: [],
  states: [],
  speeds: [],
  logins: [],
  credentials: false,
  fleet: '',
  files: [],
  lan: [],
}

/** What a survey of everything asks a blade: all its paths and all its domains. */
export const EVERYTHING: BladeQuestion = { ...NOTHING, paths: 'all', domains: true }

/** That of these blades, and of no array. */
export const everythingOn = (blades: readonly BladeName[]): Question => ({
  blades: new Map(blades.map((blade) => [blade, EVERYTHING])),
  arrays: [],
})

/** The multipath configuration of each: its files, and what is in effect. */
export const configOn = (blades: readonly BladeName[]): Question => ({
  blades: new Map(blades.map((blade) => [blade, { ...NOTHING, config: true }])),
  arrays: [],
})
