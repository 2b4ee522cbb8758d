/**
 * Those who work in a history, one or several at once: each walks a road of its own, and the same time passes for all.
 * Each begins from the documents as they stand when he begins.
 */
import {
  EngineError,
  type Intent,
  type RoadEnd,
  type RoadEvent,
  type RunId,
  resume,
  runId,
  walk,
} from '@anyblade/engine'
import { handsOf, Operator, type Strike } from '#operators'
import type { World } from '#world'
import { sure } from './site.ts'

export type End = RoadEnd | 'died'

/** A walk of somebody's; no end yet: it goes on. */
export type Walking = { readonly operator: Operator; end: End | undefined }

const LIMIT_MS = 3600_000
const UNHURT: Strike = () => () => {}

type Company = { readonly strike?: Strike; readonly heard?: (event: RoadEvent) => void }

export class Crew {
  readonly #world: World
  readonly #walks = new Set<Walking>()
  /** What each run was to do; who takes one up has it from the blades. */
  readonly #intents = new Map<string, Intent>()
  #count = 0
  readonly #broken = Promise.withResolvers<never>()

  constructor(world: World) {
    this.#world = world
    this.#broken.promise.catch(() => {}) // heard by whoever waits
  }

  /** `strike`: what befalls his acts; `heard`: who listens to what his walk tells. */
  begin(name: string, intent: Intent, { strike = UNHURT, heard }: Company = {}): Walking {
    const operator = new Operator(name)
    const run = this.#newRun(name)
    this.#intents.set(run, intent)
    const { world, fleet } = { world: this.#world, fleet: this.#world.documents.fleet }
    const to = { run, operator: name }
    this.#world.say(`${name}: ${intent.kind}`)
    const hands = handsOf(world, operator, strike)
    return this.#follow(operator, walk({ fleet, intent, hands, to, signal: operator.cancel.signal }), heard)
  }

  #newRun(name: string): RunId {
    this.#count += 1
    return sure(runId(`r-${name}${this.#count === 1 ? '' : this.#count}`), 'run')
  }

  /** What somebody else has begun, with nothing but what the blades tell. */
  takeUp(name: string, run: RunId, wish: 'on' | 'back'): Walking {
    const operator = new Operator(name)
    this.#world.say(`${name}: resumes ${run}`)
    const { fleet } = this.#world.documents
    const hands = handsOf(this.#world, operator, UNHURT)
    return this.#follow(operator, resume({ fleet, run, hands, operator: name, wish, signal: operator.cancel.signal }))
  }

  #follow(operator: Operator, road: AsyncGenerator<RoadEvent>, heard?: Company['heard']): Walking {
    const walking: Walking = { operator, end: undefined }
    this.#walks.add(walking)
    this.#walked(operator, road, heard).then((end) => {
      walking.end = end
      operator.life.end() // the command is over, and its session with it
    }, this.#broken.reject)
    return walking
  }

  async #walked({ name }: Operator, road: AsyncGenerator<RoadEvent>, heard?: Company['heard']): Promise<RoadEnd> {
    let end: RoadEnd = 'not begun'
    try {
      for await (const event of road) {
        if (event.kind === 'end') end = event.end
        this.#tell(name, event)
        heard?.(event)
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#world.say(`${name}: ${error.message}`)
    }
    return end
  }

  #tell(name: string, event: RoadEvent): void {
    if (event.kind === 'judged')
      for (const finding of event.findings)
        if (finding.verdict !== 'proved')
          this.#world.say(`${name}: ${finding.claim.kind} ${finding.verdict}: ${finding.because}`)
    if (event.kind !== 'ended') return
    const intent = this.#intents.get(event.run)
    const creates =
      intent?.kind === 'create-volume'
        ? intent.volumes.map(({ volume }) => String(volume))
        : intent?.kind === 'adopt-volume'
          ? [intent.volume]
          : []
    const adopts = intent?.kind === 'adopt-volume' ? [intent.wwid] : []
    this.#world.say(`${name}: ${intent?.kind ?? event.run} ended ${event.outcome} ${event.because}`)
    this.#world.observe({ kind: 'ended', run: event.run, outcome: event.outcome, creates, adopts })
  }

  /** Until all are at their end or dead. One who waits and waits is given up, and what he waits for is told. */
  async atEnd(): Promise<void> {
    const isOver = () => [...this.#walks].every(({ end, operator }) => end !== undefined || !operator.life.goesOn)
    const passing = this.#world.time.pass(isOver, this.#world.now() + LIMIT_MS)
    await Promise.race([this.#broken.promise, passing])
    for (const walking of this.#walks) {
      if (walking.end === undefined && walking.operator.life.goesOn) this.#givenUp(walking.operator)
      walking.end ??= 'died'
      walking.operator.life.end()
    }
    this.#walks.clear()
  }

  #givenUp({ calls }: Operator): void {
    for (const { what, beganMs, withinMs } of calls)
      this.#world.observe({ kind: 'answered', what, afterMs: this.#world.now() - beganMs, withinMs })
  }
}
