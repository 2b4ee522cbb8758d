/** A new domain: its emulator and architecture are what its home has, all else is as asked or as safe. */
import { randomBytes, randomUUID } from 'node:crypto'
import {
  buildDomain,
  type DomainCapabilities,
  DomainXmlError,
  type NewBoot,
  type NewCpu,
  parseDomainCapabilities,
} from '@anyblade/domain-xml'
import {
  type BladeName,
  type Bytes,
  EngineError,
  excuse,
  look,
  NOTHING,
  parseSize,
  reportOf,
  volumeIn,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVm, newVolume } from '../names.ts'
import { type Session, withHands } from '../session.ts'
import { goTheRoad } from '../walk.ts'
import { homeOf } from './home.ts'

type CreateFlags = PlanFlags & {
  readonly volume: readonly string[]
  readonly memory?: string
  readonly vcpu: number
  readonly bus: 'virtio' | 'ide'
  readonly network?: readonly string[]
  readonly mac?: readonly string[]
  readonly kernel?: string
  readonly initrd?: string
  readonly cmdline?: string
  readonly machine: string
  readonly cpu?: string
  readonly home?: string
}

export function create(this: Context, flags: CreateFlags, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const [vm, memoryBytes] = [newVm(text), parseSize(flags.memory ?? '1G')]
    return goTheRoad(this, flags, `create vm ${vm}`, async (session) => {
      const { fleet } = session
      const home = homeOf(fleet, flags.home)
      const volumes = flags.volume.map((name) => volumeIn(fleet, newVolume(name)).alias)
      const uuid = randomUUID()
      const xml = domainXml(vm, uuid, volumes, memoryBytes, flags, await capabilities(session, home))
      return { kind: 'define-vm', vm, uuid, xml, home, volumes }
    })
  })
}

function domainXml(
  name: string,
  uuid: string,
  volumes: readonly string[],
  memoryBytes: Bytes,
  flags: CreateFlags,
  { emulator, arch }: DomainCapabilities,
): string {
  if (emulator === undefined || arch === undefined)
    throw new EngineError('blade-refused', {
      attempted: 'find the emulator of the VM’s home',
      found: 'libvirt there names none',
      hint: 'install QEMU there: virsh domcapabilities must name a <path>',
    })
  return buildDomain({
    name,
    uuid,
    memoryBytes,
    vcpuCount: flags.vcpu,
    arch,
    machine: flags.machine,
    emulator,
    boot: bootOf(flags),
    disks: volumes.map((alias) => ({ alias, bus: flags.bus })),
    interfaces: (flags.network ?? []).map((bridge, i) => ({
      bridge,
      mac: flags.mac?.[i] ?? randomMac(),
      model: 'virtio',
      rom: flags.kernel === undefined ? 'on' : 'off',
    })),
    serial: { kind: 'pty' },
    ...(flags.cpu === undefined ? {} : { cpu: cpuOf(flags.cpu) }),
    usb: 'none',
    onReboot: 'restart',
    onCrash: 'preserve',
  })
}

const cpuOf = (cpu: string): NewCpu => (cpu === 'host-model' ? { mode: 'host-model' } : { mode: 'custom', model: cpu })

function bootOf({ kernel, initrd, cmdline }: CreateFlags): NewBoot {
  if (kernel === undefined) return { kind: 'disk' }
  return {
    kind: 'kernel',
    kernel,
    ...(initrd === undefined ? {} : { initrd }),
    ...(cmdline === undefined ? {} : { cmdline }),
  }
}

/** In the range that QEMU's guests use. Source: libvirt's virMacAddrGenerate with QEMU's prefix 52:54:00 */
const randomMac = (): string =>
  `52:54:00:${randomBytes(3)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')}`

/** @throws EngineError where the blade does not say what it can run */
async function capabilities(session: Session, home: BladeName): Promise<DomainCapabilities> {
  const question = { blades: new Map([[home, { ...NOTHING, capabilities: true }]]), arrays: [] }
  const survey = await withHands(session, ({ fleet, hands }) =>
    look(fleet, question, hands, new AbortController().signal),
  )
  const report = reportOf(survey, home)
  const found = report === undefined ? excuse(survey.blades.get(home)) : excuse(report.capabilities)
  const fail = (cause?: unknown): never => {
    throw new EngineError(
      'blade-unreachable',
      { attempted: `ask ${home} what its emulator can do`, found, hint: `anyblade blade show ${home}` },
      { cause },
    )
  }
  if (report?.capabilities.state !== 'read') return fail()
  try {
    return parseDomainCapabilities(report.capabilities.value)
  } catch (error) {
    return error instanceof DomainXmlError ? fail(error) : Promise.reject(error)
  }
}
