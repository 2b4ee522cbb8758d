/**
 * What is wanted in a history, and what stands there before: an intent of each kind that the simulated world can carry out.
 */
import { type Bytes, type Intent, runId, type TransferWishes } from '@anyblade/engine'
import { UNRESERVED } from '@anyblade/scsi'
import type { Machine, World } from '#world'
import {
  ARRAY,
  AWAY,
  BESIDE,
  DISK,
  HOME,
  RENAMED,
  SIZE,
  sure,
  UUID,
  VM,
  withLun,
  withVm,
  withVolume,
  XML,
} from './site.ts'

/** The intents that the simulated world can carry out. */
export const INTENTS = [
  'create-volume',
  'define-vm',
  'start-vm',
  'stop-vm',
  'migrate-vm',
  'reassert-volume',
  'fence-blade',
  'start-vm-cold',
  'return-blade',
  'adopt-volume',
  'grow-volume',
  'delete-volume',
  'restore-volume',
  'purge-volume',
  'roll-out',
  'baseline-blade',
  'rescan-volumes',
  'rename-volumes',
  'remove-blade',
  'resume-vm',
  'roll-blade',
] as const satisfies Intent['kind'][]
export type IntentKind = (typeof INTENTS)[number]

/** Those before which the VM runs at home. */
const RUNNING: ReadonlySet<IntentKind> = new Set<IntentKind>([
  ...(['stop-vm', 'migrate-vm', 'reassert-volume', 'fence-blade', 'start-vm-cold', 'return-blade'] as const),
  ...(['grow-volume', 'baseline-blade', 'rescan-volumes', 'remove-blade', 'resume-vm', 'roll-blade'] as const),
])

/** A VM that runs before runs after them. */
export const STAYS: ReadonlySet<IntentKind> = new Set<IntentKind>([
  ...([
    'migrate-vm',
    'reassert-volume',
    'return-blade',
    'grow-volume',
    'baseline-blade',
    'rescan-volumes',
    'remove-blade',
    'roll-blade',
  ] as const),
])

/** What of its ladder is allowed: a long pause, slowing, or nothing, and that is not foretold, or foretold. */
export const BUSY = ['pauses', 'slows', 'gives up', 'foretold', 'post-copy'] as const
export type Busy = (typeof BUSY)[number]

export const CREATE = {
  kind: 'create-volume',
  volumes: [
    { volume: DISK, size: SIZE },
    { volume: BESIDE, size: SIZE },
  ],
  array: ARRAY,
  writer: undefined,
  home: undefined,
} as const

const ADOPT = {
  kind: 'adopt-volume',
  volume: DISK,
  array: ARRAY,
  ...{ lun: undefined, size: undefined, writer: undefined, home: undefined },
} as const

const DELETE = { kind: 'delete-volume', volume: DISK } as const
const FENCE = { kind: 'fence-blade', blade: HOME } as const
const COLD = { kind: 'start-vm-cold', vm: VM, on: AWAY, degraded: false } as const

/** On the blade that nothing runs on. */
const WORK = {
  roll: sure(runId('r-roll'), 'run'),
  stage: 'work',
  blade: AWAY,
  ...{ command: 'apt-get -y upgrade', seconds: 600, reboot: true, vms: [] },
} as const

/** What was carried out before, unhurt. */
const EARLIER: Readonly<Partial<Record<IntentKind, readonly Intent[]>>> = {
  'start-vm-cold': [FENCE],
  'return-blade': [FENCE, COLD],
  'restore-volume': [DELETE],
  'purge-volume': [DELETE],
}

export const earlierThan = (kind: IntentKind): readonly Intent[] => EARLIER[kind] ?? []

/** What stands there before, and what is wanted of it. */
export function prepared(world: World, kind: IntentKind, busy: Busy | undefined): Intent {
  if (kind === 'adopt-volume') withLun(world)
  else if (kind !== 'create-volume') withVolume(world)
  if (kind === 'start-vm' || kind === 'rename-volumes') withVm(world, 'shut off')
  if (RUNNING.has(kind)) withVm(world, 'running')
  if (kind === 'resume-vm') stopped(world.machine(HOME))
  if (busy !== undefined) hurried(world, busy)
  if (GOES.has(kind)) unprotected(world)
  if (kind === 'roll-out') lacking(world, world.machine(AWAY))
  if (kind === 'rescan-volumes') stale(world, world.machine(AWAY))
  if (kind === 'baseline-blade') unsettled(world.machine(HOME))
  if (kind === 'reassert-volume') for (const unit of world.san.units) unit.reservation = UNRESERVED
  const intent = wanted(kind, world)
  return intent.kind === 'migrate-vm' && busy !== undefined ? { ...intent, transfer: ALLOWED[busy] } : intent
}

const ALLOWED: Readonly<Record<Busy, TransferWishes>> = {
  pauses: { pauseMs: 8000, bandwidthMibPerSecond: 40 },
  slows: { slows: true },
  'gives up': {},
  foretold: { pauseMs: 500 },
  'post-copy': { postCopy: true },
}

function hurried(world: World, busy: Busy): void {
  for (const { libvirt } of world.machines.values())
    for (const domain of libvirt.domains.values()) domain.dirtyBytesPerSecond = 150 * 1024 ** 2
  world.lan.isUntold = busy === 'gives up'
  world.say(`the guest dirties its memory faster than it travels: ${busy}`)
}

const GOES: ReadonlySet<IntentKind> = new Set<IntentKind>(['delete-volume', 'restore-volume', 'purge-volume'])

function unprotected(world: World): void {
  const set = [{ path: ['protected'], value: 'false' }]
  world.documents.record({ changes: [{ document: `volumes/${DISK}.yaml`, set }] })
}

/** Somebody has taken its drop-in away, and its map is called by its WWID since. */
function lacking(world: World, { multipathd, kernel }: Machine): void {
  multipathd.put('anyblade.conf', undefined)
  for (const map of multipathd.maps) multipathd.flush(map)
  for (const { cached } of kernel.devices) multipathd.wwids.add(cached.wwid)
  multipathd.update()
  world.say(`${AWAY}: its drop-in is gone`)
}

/** As after an outage that is over. */
function stopped({ libvirt }: Machine): void {
  for (const domain of libvirt.active) libvirt.set(domain, 'paused', 'io error', 'suspended by an io error')
}

/** As it comes from its installer, and with a VM that starts by itself. */
function unsettled({ host, libvirt }: Machine): void {
  host.asInstalled()
  for (const domain of libvirt.domains.values()) domain.autostart = true
}

/** Through one port its device is still known for a LUN that had the number before. */
function stale(world: World, { kernel, multipathd }: Machine): void {
  const [fc] = kernel.hosts
  const [device] = kernel.devices.filter((one) => one.fc === fc)
  const unit = device && kernel.behind(device, 0)
  if (fc === undefined || device === undefined || unit === undefined) return
  const former = world.san.carve('former', undefined, SIZE)
  kernel.remove(device)
  world.san.show(former, fc.wwpn, fc.port, device.lun, 0)
  kernel.scan(fc, device.lun, 0)
  world.san.show(unit, fc.wwpn, fc.port, device.lun, 0)
  world.san.units.delete(former)
  multipathd.update()
  world.say(`${AWAY}: through ${fc.port} LUN ${device.lun} is known for another one`)
}

export function wanted(kind: IntentKind, world: World): Intent {
  switch (kind) {
    case 'create-volume':
      return CREATE
    case 'define-vm':
      return { kind, vm: VM, uuid: UUID, xml: XML, home: AWAY, volumes: [DISK] }
    case 'start-vm':
      return { kind, vm: VM, degraded: false }
    case 'stop-vm':
      return { kind, vm: VM, how: world.dice.of(['shutdown', 'destroy'] as const) }
    case 'migrate-vm':
      return { kind, vm: VM, to: AWAY, degraded: false }
    case 'reassert-volume':
      return { kind, volume: DISK }
    case 'fence-blade':
      return FENCE
    case 'start-vm-cold':
      return COLD
    case 'return-blade':
    case 'baseline-blade':
      return { kind, blade: HOME }
    case 'adopt-volume':
      return { ...ADOPT, wwid: sure([...world.san.units][0], 'LUN').wwid }
    case 'grow-volume':
      return { kind, volume: DISK, size: (2 * SIZE) as Bytes }
    case 'delete-volume':
    case 'restore-volume':
    case 'purge-volume':
      return { kind, volume: DISK }
    case 'rescan-volumes':
      return { kind, volumes: [], purge: true }
    case 'rename-volumes':
      return { kind, renames: [{ from: DISK, to: RENAMED }] }
    case 'remove-blade':
      return { kind, blade: AWAY, keepBaseline: false }
    case 'resume-vm':
      return { kind, vm: VM, by: 'io-error', degraded: false }
    case 'roll-blade':
      return { kind, ...WORK }
    case 'roll-out':
      return { kind, blades: [HOME, AWAY], degraded: false }
  }
}
