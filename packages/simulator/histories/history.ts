/**
 * One history: a site, an intent, something that befalls it, and the promises judged after every event. All of it comes
 * from the seed; the engine's own road is walked, and nothing of it is rewritten here.
 */
import { histories, judge, type Moment, type RunId, runId, type Violation } from '@anyblade/engine'
import type { Strike } from '#operators'
import { Life, type Process, sleep, until } from '#time'
import { type Bug, factsOf, runsOf, type World } from '#world'
import { Crew, type End } from './crew.ts'
import { FAULTS, type FaultName, type Others } from './faults.ts'
import { type Busy, CREATE, earlierThan, type IntentKind, prepared, STAYS, wanted } from './intents.ts'
import { DISK, OTHER, SIZE, site, VM } from './site.ts'

/** `at`: which act is struck, counted from 0; undo steps are acts as well. -1: it has happened before anybody begins. */
export type Blow = { readonly fault: FaultName; readonly at: number }

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

/** A guest whose blade lost its power, or that had no path for too long, is off or stands still: that is no run's doing. */
const shouldRun = (world: World, { intent }: Scenario): string[] =>
  STAYS.has(intent) && !world.hurts.guestStopped ? [VM] : []
