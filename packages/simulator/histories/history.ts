/**
 * One history: a site, an intent, something that befalls it, and the promises judged after every event. All of it comes
 * from the seed; the engine's own road is walked, and nothing of it is rewritten here.
 */
import { type Intent, judge, type Moment, type RoadEnd, type RunId, type Violation, walk } from '@anyblade/engine'
import { handsOf, Operator, type Strike } from '#operators'
import { type Bug, factsOf, type World } from '#world'
import { FAULTS, type FaultName } from './faults.ts'
import { ARRAY, AWAY, DISK, SIZE, site, UUID, VM, withVm, withVolume, XML } from './site.ts'

export type IntentKind = Intent['kind']

export type Scenario = {
  readonly seed: number
  readonly intent: IntentKind
  readonly fault: FaultName
  /** At which act, counted from 0; undo steps are acts as well. */
  readonly at: number
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
  /** Which act the fault struck; undefined: the history ended before. */
  readonly struck: string | undefined
}

const LIMIT_MS = 3600_000
const SETTLES_MS = 240_000

export async function tell(scenario: Scenario): Promise<Told> {
  const world = site(scenario.seed, scenario.bugs)
  const judged = judging(world)
  const intent = prepared(world, scenario.intent)
  const operator = new Operator('first')
  const acts: string[] = []
  let struck: string | undefined
  const strike: Strike = (boundary, action, undo, by) => {
    const name = `${undo ? 'undo ' : ''}${action.kind}`
    if (boundary === 'before') acts.push(name)
    if (scenario.fault === 'none' || struck !== undefined || acts.length - 1 !== scenario.at) return
    const fault = FAULTS[scenario.fault]
    if (fault.boundary !== boundary) return
    struck = name
    world.say(`FAULT: ${scenario.fault}, at ${name}`)
    fault.strike(world, by)
  }
  let end: RoadEnd | undefined
  const walking = goes(world, intent, operator, strike).then((how) => {
    end = how
  })
  const isOver = () => end !== undefined || !operator.life.goesOn
  await Promise.race([walking, world.time.pass(isOver, LIMIT_MS)])
  const settledBy = world.now() + SETTLES_MS
  await world.time.pass(() => world.now() >= settledBy, settledBy)
  rest(world, scenario, end)
  return {
    ...{ scenario, acts, struck, end: end ?? 'died', trace: world.trace, simulatedMs: world.now() },
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

async function goes(world: World, intent: Intent, operator: Operator, strike: Strike): Promise<RoadEnd> {
  const hands = handsOf(world, operator, strike)
  const run = `r-${operator.name}` as RunId
  let end: RoadEnd = 'not begun'
  const { fleet } = world.documents
  for await (const event of walk({ fleet, intent, hands, to: { run }, signal: operator.cancel.signal })) {
    if (event.kind === 'end') end = event.end
    if (event.kind === 'judged')
      for (const finding of event.findings)
        if (finding.verdict !== 'proved')
          world.say(`finding ${finding.claim.kind}: ${finding.verdict}: ${finding.because}`)
    if (event.kind === 'ended') {
      const creates = intent.kind === 'create-volume' ? [String(intent.volume)] : []
      world.say(`${operator.name}: ${intent.kind} ended ${event.outcome} ${event.because}`)
      world.observe({ kind: 'ended', run: event.run, outcome: event.outcome, creates })
    }
  }
  return end
}

function rest(world: World, { intent, fault }: Scenario, end: RoadEnd | undefined): void {
  const shouldRun = intent === 'migrate-vm' ? [String(VM)] : []
  if (end === 'done' || end === 'undone')
    world.observe({ kind: 'at rest', shouldRun: fault === 'none' ? shouldRun : [] })
}
