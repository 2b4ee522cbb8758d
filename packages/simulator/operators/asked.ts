/** A call over a network, with its deadline: answered, lost on the way back, or never sent. */
import type { Limits, Outcome } from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import type { Machine, World } from '#world'
import type { Operator } from './operator.ts'

const CONNECT_MS = 10_000
const GONE_MS = 15_000

export type Lost = 'not sent' | 'no answer'

export class Asked {
  readonly #world: World
  readonly #operator: Operator

  constructor(world: World, operator: Operator) {
    this.#world = world
    this.#operator = operator
  }

  /** `place`: the blade that is asked, undefined where it is no blade. */
  of<T>(
    what: string,
    place: Machine | undefined,
    limits: Limits,
    work: () => Process<T>,
    lost: (how: Lost) => T,
  ): Promise<T> {
    const { time, dice } = this.#world
    const beganMs = time.nowMs
    return new Promise<T>((resolve, reject) => {
      if (!this.#operator.life.goesOn) return
      let isAnswered = false
      const answer = (value: T) => {
        if (isAnswered || !this.#operator.life.goesOn) return
        isAnswered = true
        this.#operator.calls.delete(call)
        const asleepMs = Math.max(0, this.#operator.sleepsUntilMs - time.nowMs)
        const give = () => {
          const afterMs = time.nowMs - beganMs - asleepMs
          if (asleepMs === 0) this.#world.observe({ kind: 'answered', what, afterMs, withinMs: limits.deadlineMs })
          time.answer(() => resolve(value))
        }
        time.run(this.#operator.life, sleep(asleepMs), give, reject)
      }
      const drop = () => answer(lost('no answer'))
      const call = { what, beganMs, withinMs: limits.deadlineMs, lose: drop }
      this.#operator.calls.add(call)
      const within = new Life(place?.life)
      const isThere = place === undefined || (place.isUp && place.isReachable)
      const travel = isThere ? dice.between(1, 20) : CONNECT_MS
      const carried = this.#carried(travel, isThere, work, lost)
      time.run(isThere ? within : new Life(), carried, answer, reject)
      this.#giveUp(within, limits, drop)
    })
  }

  *#carried<T>(travelMs: number, isThere: boolean, work: () => Process<T>, lost: (how: Lost) => T): Process<T> {
    // What one who fell asleep was about to send leaves when he wakes.
    yield* sleep(travelMs + Math.max(0, this.#operator.sleepsUntilMs - this.#world.now()))
    if (!isThere) return lost('not sent')
    const value = yield* work()
    yield* sleep(travelMs)
    return value
  }

  #giveUp(within: Life, { deadlineMs }: Limits, give: () => void): void {
    if (this.#world.bugs.has('wait for ever')) return
    const { time } = this.#world
    time.run(
      this.#operator.life,
      until(() => !within.goesOn, deadlineMs),
      (hasGone) => (hasGone ? time.in(GONE_MS, give) : give()),
      raise,
    )
  }
}

export const raise = (error: unknown): void => {
  throw error
}

export const lostAct = (how: Lost): Outcome =>
  how === 'not sent'
    ? failedAct('nothing was begun: connection refused')
    : { state: 'unknown', because: 'the answer was lost' }

export const failedAct = (because: string): Outcome => ({ state: 'failed', because, evidence: { lines: [] } })
