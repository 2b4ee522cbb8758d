/** A blade: its power, its kernel, its multipathd, its libvirt, its journals, and who works on it. */
import { parseDomain } from '@anyblade/domain-xml'
import type { Blade, BladeName, Credentials, RunId, StateFile } from '@anyblade/engine'
import { Life } from '#time'
import { Host } from './host.ts'
import { Journals } from './journals.ts'
import { Libvirt } from './libvirt.ts'
import { Multipathd } from './multipathd.ts'
import { registerAgain } from './re-register.ts'
import type { San } from './san.ts'
import { type FcHost, Kernel } from './scsi.ts'
import type { HandOverUnit } from './unit.ts'
import type { World } from './world.ts'

export type KeptFile = StateFile & { readonly content: string }

const HOSTS = { A: 6, B: 7 } as const

export class Machine {
  readonly name: BladeName
  readonly document: Blade
  readonly kernel: Kernel
  readonly multipathd: Multipathd
  readonly libvirt: Libvirt
  readonly journals = new Journals()
  readonly host = new Host()
  /** What guests keep here beside their disks, by uuid: each file with its content. */
  readonly states = new Map<string, readonly KeptFile[]>()
  memoryBytes = 4 * 1024 ** 3
  /** Where its emulator lies. */
  emulator = '/usr/bin/qemu-system-x86_64'
  /** The run with whose good end nothing of ours is kept here any more. */
  leavingBy: RunId | undefined
  /** Ends with the power. */
  life = new Life()
  boots = 1
  isUp = true
  /** The network that operators come over. */
  isReachable = true
  /** Why puppet's agent is disabled; undefined: it is not. */
  agentDisabled: string | undefined
  /** Its agent has an older environment, which gives it this: what is published does not come. */
  pinned: { readonly data: Uint8Array | undefined } | undefined
  /** What it logs in at other blades with: something of its own, or the fleet's key and lines. */
  readonly trust: {
    hasOthers: boolean
    /** Its sshd reads other files than those that are written. */
    letsNobodyIn: boolean
    key: string | undefined
    lines: Credentials['lines']
  } = { hasOthers: true, letsNobodyIn: false, key: undefined, lines: [] }
  /** The network behind a bridge, where it is another than that of the others of its name. */
  readonly otherNetworks = new Map<string, string>()
  /** Hand-over units by their folder. */
  readonly units = new Map<string, HandOverUnit>()

  constructor(document: Blade, san: San) {
    this.name = document.name
    this.document = document
    this.kernel = new Kernel(hostsOf(document, san), san)
    this.multipathd = new Multipathd(this.kernel)
    this.libvirt = new Libvirt(this.life)
  }

  losePower(): void {
    this.life.end()
    this.life = new Life()
    this.isUp = false
    this.kernel.forgetAll()
    this.multipathd.forgetAll()
    this.libvirt.losePower(this.life)
    this.journals.reboot()
    this.units.clear()
  }

  /** Paths are there again: multipathd registers them where it has seen their map registered. */
  pathsReturn(world: World): void {
    for (const map of this.multipathd.maps)
      for (const device of this.multipathd.devicesOf(map)) registerAgain(world, this, map, device)
  }

  boot(nowMs: number): void {
    this.isUp = true
    this.boots += 1
    this.kernel.scanAll(nowMs)
    this.multipathd.update()
  }
}

/** Each port of the blade sees the array's port on its own fabric. */
function hostsOf({ ports }: Blade, san: San): FcHost[] {
  return ports.flatMap(({ wwpn, fabric }) => {
    const port = san.ports.find((one) => one.fabric === fabric)
    return port === undefined ? [] : [{ host: fabric === 'A' ? HOSTS.A : HOSTS.B, wwpn, port: port.wwpn, fabric }]
  })
}

/** The emulator that the domain names is there. */
export const canRun = ({ emulator }: Machine, xml: string): boolean =>
  (parseDomain(xml).emulator?.path ?? emulator) === emulator
