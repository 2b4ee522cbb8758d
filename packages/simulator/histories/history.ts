/**
 * One history: a site, an intent, something that befalls it, and the promises judged after every event. All of it comes
 * from the seed; the engine's own road is walked, and nothing of it is rewritten here.
 */
import {
  EngineError,
  histories,
  type Intent,
  judge,
  type Moment,
  type RoadEnd,
  type RoadEvent,
  type RunId,
  resume,
  runId,
  type Violation,
  walk,
} from '@anyblade/engine'
import { handsOf, Operator, type Strike } from '#operators'
import { type Bug, factsOf, runsOf, type World } from '#world'
import { FAULTS, type FaultName } from './faults.ts'
import { ARRAY, AWAY, DISK, SIZE, site, sure, UUID, VM, withVm, withVolume, XML } from './site.ts'

/** The intents that the simulated world can carry out. */
export const INTENTS = [
  'create-volume',
  'define-vm',
  'start-vm',
  'stop-vm',
  'migrate-vm',
] as const satisfies Intent['kind'][]
export type IntentKind = (typeof INTENTS)[number]

/** `at`: which act is struck, counted from 0; undo steps are acts as well. */
export type Blow = { readonly fault: FaultName; readonly at: number }

export type Scenario = {
  readonly seed: number
  readonly intent: IntentKind
  readonly blows: readonly Blow[]
  readonly bugs: ReadonlySet<Bug>
}

export type Told = {
  readonly scenario: Scenario
  readonly end: RoadEnd | 'died'
  readonly violations: readonly Violation[]
  readonly trace: readonly string[]
  readonly simulatedMs: number
  readonly eventCount: number
  /** `undo carve-volume`, in the order in which they were begun. */
  readonly acts: readonly string[]
  /** `fault at act`, of the blows that fell before the history ended. */
  readonly struck: readonly string[]
}

const LIMIT_MS = 3600_000
/** A power cut is over by then, and so is every silence. */
const SETTLES_MS = 300_000
const RESTS_MS = 60_000

export async function tell(scenario: Scenario): Promise<Told> {
  const world = site(scenario.seed, scenario.bugs)
  const judged = judging(world)
  const intent = prepared(world, scenario.intent)
  const operator = new Operator('first')
  const acts: string[] = []
  const struck: string[] = []
  const left = new Set(scenario.blows)
  const strike: Strike = ({ kind }, undo, by) => {
    const name = `${undo ? 'undo ' : ''}${kind}`
    const at = acts.push(name) - 1
    return (boundary) => {
      for (const blow of left) {
        const fault = FAULTS[blow.fault]
        if (blow.at !== at || fault.boundary !== boundary) continue
        left.delete(blow)
        struck.push(`${blow.fault} at ${name}`)
        world.say(`FAULT: ${blow.fault}, at ${name}`)
        fault.strike(world, by, kind)
      }
    }
  }
  const { fleet } = world.documents
  const run = sure(runId('r-first'), 'run')
  const to = { run, operator: operator.name }
  const road = walk({ fleet, intent, hands: handsOf(world, operator, strike), to, signal: operator.cancel.signal })
  const end = await carried(world, operator, intent, road)
  await passed(world, SETTLES_MS)
  const resumed = await othersGoOn(world, intent)
  await passed(world, RESTS_MS)
  world.observe({ kind: 'at rest', shouldRun: shouldRun(world, scenario) })
  return {
    ...{ scenario, acts, struck, end: resumed ?? end, trace: world.trace, simulatedMs: world.now() },
    violations: judged.violations,
    eventCount: judged.count(),
  }
}

/** The promises after every event; of those that are broken on and on, the first time counts. */
function judging(world: World): { violations: Violation[]; count: () => number } {
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

function prepared(world: World, kind: IntentKind): Intent {
  switch (kind) {
    case 'create-volume':
      return { kind, volume: DISK, size: SIZE, array: ARRAY, writer: undefined, home: undefined }
    case 'define-vm':
      withVolume(world)
      return { kind, vm: VM, uuid: UUID, xml: XML, home: AWAY, volumes: [DISK] }
    case 'start-vm':
      withVolume(world)
      withVm(world, 'shut off')
      return { kind, vm: VM, degraded: false }
    case 'stop-vm':
      withVolume(world)
      withVm(world, 'running')
      return { kind, vm: VM, how: world.dice.of(['shutdown', 'destroy'] as const) }
    case 'migrate-vm':
      withVolume(world)
      withVm(world, 'running')
      return { kind, vm: VM, to: AWAY, degraded: false }
  }
}

/** An operator's walk to its end, whatever that is. */
async function carried(
  world: World,
  operator: Operator,
  intent: Intent,
  road: AsyncGenerator<RoadEvent>,
): Promise<RoadEnd | 'died'> {
  let end: RoadEnd | 'died' | undefined
  const walking = followed(world, operator, intent, road).then((how) => {
    end = how
  })
  const isOver = () => end !== undefined || !operator.life.goesOn
  await Promise.race([walking, world.time.pass(isOver, world.now() + LIMIT_MS)])
  operator.life.end() // the command is over, and its session with it
  return end ?? 'died'
}

async function followed(world: World, { name }: Operator, intent: Intent, road: AsyncGenerator<RoadEvent>) {
  let end: RoadEnd = 'not begun'
  for await (const event of road) {
    if (event.kind === 'end') end = event.end
    if (event.kind === 'judged')
      for (const finding of event.findings)
        if (finding.verdict !== 'proved')
          world.say(`finding ${finding.claim.kind}: ${finding.verdict}: ${finding.because}`)
    if (event.kind !== 'ended') continue
    const creates = intent.kind === 'create-volume' ? [String(intent.volume)] : []
    world.say(`${name}: ${intent.kind} ended ${event.outcome} ${event.because}`)
    world.observe({ kind: 'ended', run: event.run, outcome: event.outcome, creates })
  }
  return end
}

async function passed(world: World, ms: number): Promise<void> {
  const untilMs = world.now() + ms
  world.time.in(ms, () => {})
  await world.time.pass(() => world.now() >= untilMs, untilMs)
}

const TRIES = 4
const OPEN: ReadonlySet<string> = new Set(['killed', 'stuck'])

/** What is not at its end is taken up by others, who have nothing but what the blades tell. @returns the last end */
async function othersGoOn(world: World, intent: Intent): Promise<RoadEnd | 'died' | undefined> {
  let end: RoadEnd | 'died' | undefined
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const open = openRuns(world)
    if (open.length === 0) return end
    for (const run of open) {
      const operator = new Operator(`second-${tries}`)
      const { fleet } = world.documents
      const wish = tries === TRIES ? 'back' : 'on'
      const hands = handsOf(world, operator, () => () => {})
      world.say(`${operator.name}: resumes ${run}`)
      const going = resume({ fleet, run, hands, operator: operator.name, wish, signal: operator.cancel.signal })
      end = await carried(world, operator, intent, going).catch((error: unknown) => {
        if (!(error instanceof EngineError)) throw error
        world.say(`${operator.name}: ${error.message}`)
        return 'stuck' as const
      })
    }
    await passed(world, RESTS_MS)
  }
  return end
}

function openRuns(world: World): RunId[] {
  const reports = new Map([...world.machines.values()].map((machine) => [machine.name, runsOf(world, machine)]))
  return histories(reports).flatMap(({ run, state }) => (OPEN.has(state) ? (runId(run) ?? []) : []))
}

/** A guest whose blade lost its power, or that had no path for too long, is off or stands still: that is no run's doing. */
const shouldRun = (world: World, { intent }: Scenario): string[] =>
  intent === 'migrate-vm' && !world.hurts.guestStopped ? [VM] : []
