/**
 * One history: a site, an intent, something that befalls it, and the promises judged after every event. All of it comes
 * from the seed; the engine's own road is walked, and nothing of it is rewritten here.
 */
import {
  type Bytes,
  histories,
  type Intent,
  judge,
  type Moment,
  type RunId,
  runId,
  type TransferWishes,
  type Violation,
} from '@anyblade/engine'
import { UNRESERVED } from '@anyblade/scsi'
import type { Strike } from '#operators'
import { Life, type Process, sleep, until } from '#time'
import { type Bug, factsOf, type Machine, runsOf, type World } from '#world'
import { Crew, type End } from './crew.ts'
import { FAULTS, type FaultName, type Others } from './faults.ts'
import {
  ARRAY,
  AWAY,
  BESIDE,
  DISK,
  HOME,
  OTHER,
  RENAMED,
  SIZE,
  site,
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

/** `at`: which act is struck, counted from 0; undo steps are acts as well. -1: it has happened before anybody begins. */
export type Blow = { readonly fault: FaultName; readonly at: number }

/** What of its ladder is allowed: a long pause, slowing, or nothing, and that is not foretold, or foretold. */
export const BUSY = ['pauses', 'slows', 'gives up', 'foretold'] as const
export type Busy = (typeof BUSY)[number]

export type Scenario = {
  readonly seed: number
  readonly intent: IntentKind
  readonly blows: readonly Blow[]
  readonly bugs: ReadonlySet<Bug>
  /** Puppet delivers the configurations. */
  readonly puppet?: boolean
  /** The guest that is moved dirties its memory faster than it travels. */
  readonly busy?: Busy
}

export type Told = {
  readonly scenario: Scenario
  readonly end: End
  readonly violations: readonly Violation[]
  readonly trace: readonly string[]
  readonly simulatedMs: number
  readonly eventCount: number
  /** `undo carve-volume`, in the order in which they were begun. */
  readonly acts: readonly string[]
  /** `fault at act`, of the blows that fell before the history ended. */
  readonly struck: readonly string[]
}

/** A power cut is over by then, and so is every silence. */
const SETTLES_MS = 300_000
const RESTS_MS = 60_000
/** No walk lasts longer. */
const ENDS_MS = 3600_000

export async function tell(scenario: Scenario): Promise<Told> {
  const world = site(scenario.seed, scenario.bugs, scenario.puppet)
  const judged = judging(world)
  const intent = prepared(world, scenario.intent, scenario.busy)
  const crew = new Crew(world)
  for (const earlier of earlierThan(scenario.intent)) {
    crew.begin('earlier', earlier)
    await crew.atEnd()
  }
  const others = othersIn(world, crew, scenario.intent)
  const acts: string[] = []
  const struck: string[] = []
  const left = new Set(scenario.blows)
  const fall = (blow: Blow, act: string, strike: () => void) => {
    left.delete(blow)
    struck.push(`${blow.fault} at ${act}`)
    world.say(`FAULT: ${blow.fault}, at ${act}`)
    strike()
  }
  const strike: Strike = ({ kind }, undo, by) => {
    const name = `${undo ? 'undo ' : ''}${kind}`
    const at = acts.push(name) - 1
    return (boundary) => {
      for (const blow of left)
        if (blow.at === at && FAULTS[blow.fault].boundary === boundary)
          fall(blow, name, () => FAULTS[blow.fault].strike(world, { by, act: kind, intent: intent.kind, others }))
    }
  }
  for (const blow of left)
    if (blow.at === -1)
      fall(blow, 'the start', () =>
        FAULTS[blow.fault].strike(world, { by: undefined, act: '', intent: intent.kind, others }),
      )
  const first = crew.begin('first', intent, { strike })
  await crew.atEnd()
  await passed(world, SETTLES_MS)
  const resumed = await othersGoOn(world, crew)
  await passed(world, RESTS_MS)
  world.observe({ kind: 'at rest', shouldRun: shouldRun(world, scenario) })
  return {
    ...{ scenario, acts, struck, end: resumed ?? first.end ?? 'died', trace: world.trace, simulatedMs: world.now() },
    violations: judged.violations,
    eventCount: judged.count(),
  }
}

/** Who else comes in while the first is at work. */
function othersIn(world: World, crew: Crew, kind: IntentKind): Others {
  return {
    wantTheSame: () => void crew.begin('rival', wanted(kind, world)),
    reassert: () => world.time.run(new Life(), reasserted(crew), () => {}, rethrow),
    wantAnother: () => void crew.begin('rival', { ...CREATE, volumes: [{ volume: OTHER, size: SIZE }] }),
    takeUp: (wish) => {
      for (const run of openRuns(world, HELD_OR_OPEN)) crew.takeUp('rival', run, wish)
    },
  }
}

/** Whoever is told that it can't be done yet sees to that, and comes again. */
function* reasserted(crew: Crew): Process<void> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const walking = crew.begin('rival', { kind: 'reassert-volume', volume: DISK })
    yield* until(() => walking.end !== undefined, ENDS_MS)
    if (walking.end === 'done') return
    yield* sleep(RESTS_MS)
  }
}

const rethrow = (error: unknown): never => {
  throw error
}

/** The promises after every event; of those that are broken on and on, the first time counts. */
export function judging(world: World): { violations: Violation[]; count: () => number } {
  const violations: Violation[] = []
  const known = new Set<string>()
  let before: Moment | undefined
  let count = 0
  world.observe = (happening) => {
    count += 1
    const runs = happening.kind === 'at rest' ? 'with runs' : 'without runs'
    const now: Moment = { atMs: world.now(), happening, facts: factsOf(world, runs) }
    for (const violation of judge(now, before)) {
      const text = `${violation.promise}: ${violation.because.replaceAll(/\d+/g, 'n')}`
      if (known.has(text)) continue
      known.add(text)
      violations.push(violation)
      world.say(`VIOLATION of "${violation.promise}": ${violation.because}`)
    }
    before = now
  }
  return { violations, count: () => count }
}

const CREATE = {
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
const earlierThan = (kind: IntentKind): readonly Intent[] => EARLIER[kind] ?? []

/** What stands there before, and what is wanted of it. */
function prepared(world: World, kind: IntentKind, busy: Busy | undefined): Intent {
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

function wanted(kind: IntentKind, world: World): Intent {
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

export async function passed(world: World, ms: number): Promise<void> {
  const untilMs = world.now() + ms
  world.time.in(ms, () => {})
  await world.time.pass(() => world.now() >= untilMs, untilMs)
}

const TRIES = 4
const OPEN: ReadonlySet<string> = new Set(['killed', 'stuck'])
const HELD_OR_OPEN: ReadonlySet<string> = new Set(['killed', 'stuck', 'running'])

/** What is not at its end is taken up by others, who have nothing but what the blades tell. @returns the last end */
async function othersGoOn(world: World, crew: Crew): Promise<End | undefined> {
  let end: End | undefined
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const open = openRuns(world, OPEN)
    if (open.length === 0) return end
    for (const run of open) {
      const walking = crew.takeUp(`second-${tries}`, run, tries === TRIES ? 'back' : 'on')
      await crew.atEnd()
      end = walking.end
    }
    await passed(world, RESTS_MS)
  }
  return end
}

function openRuns(world: World, states: ReadonlySet<string>): RunId[] {
  const reports = new Map([...world.machines.values()].map((machine) => [machine.name, runsOf(world, machine)]))
  return histories(reports).flatMap(({ run, state }) => (states.has(state) ? (runId(run) ?? []) : []))
}

/** A VM that runs before runs after them. */
const STAYS: ReadonlySet<IntentKind> = new Set<IntentKind>([
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

/** A guest whose blade lost its power, or that had no path for too long, is off or stands still: that is no run's doing. */
const shouldRun = (world: World, { intent }: Scenario): string[] =>
  STAYS.has(intent) && !world.hurts.guestStopped ? [VM] : []
