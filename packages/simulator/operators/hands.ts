/**
 * The hands of one operator, in memory: the same interfaces as the drivers', the same outcomes. A lost answer is
 * `unknown`, one that never left is `failed`; an act goes on to its end on its blade though nobody waits for it.
 */
import {
  type Action,
  type ArrayActor,
  type ArrayReader,
  type At,
  type Blade,
  type BladeAct,
  type BladeActor,
  type BladeReader,
  evidenceOf,
  type Hands,
  type Limits,
  type Outcome,
  type Reading,
  type Recorder,
  read,
} from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import { carriedOut, type Machine, onArray, Refused, reportOf, runsOf, type World } from '#world'
import type { Operator } from './operator.ts'

/** When an operator's call stands where: before it left, while it is carried out, when it is answered. */
export type Boundary = 'before' | 'during' | 'after'
/** Told of every act at each boundary; that is where somebody dies or something breaks. */
export type Strike = (boundary: Boundary, act: { readonly kind: string }, undo: boolean, by: Operator) => void

const CONNECT_MS = 10_000
const GONE_MS = 15_000
const LOCK_MS = 10_000
const RESERVE_MS = 25_000

type Lost = 'not sent' | 'no answer'

export function handsOf(world: World, operator: Operator, strike: Strike): Hands {
  const asked = new Asked(world, operator)
  return {
    bladeReader: bladeReader(world, asked),
    bladeActor: bladeActor(world, asked, operator, strike),
    arrayReader: arrayReader(world, asked),
    arrayActor: arrayActor(world, asked, operator, strike),
    recorder: recorder(world, asked, operator, strike),
  }
}

/** A call over a network, with its deadline. */
class Asked {
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
        this.#operator.calls.delete(drop)
        const asleepMs = Math.max(0, this.#operator.sleepsUntilMs - time.nowMs)
        const give = () => {
          const afterMs = time.nowMs - beganMs - asleepMs
          if (asleepMs === 0) this.#world.observe({ kind: 'answered', what, afterMs, withinMs: limits.deadlineMs })
          time.answer(() => resolve(value))
        }
        time.run(this.#operator.life, sleep(asleepMs), give, reject)
      }
      const drop = () => answer(lost('no answer'))
      this.#operator.calls.add(drop)
      const within = new Life(place?.life)
      const isThere = place === undefined || (place.isUp && place.isReachable)
      const travel = isThere ? dice.between(1, 20) : CONNECT_MS
      const carried = this.#carried(travel, isThere, work, lost)
      time.run(isThere ? within : new Life(), carried, answer, reject)
      this.#giveUp(within, limits, drop)
    })
  }

  *#carried<T>(travelMs: number, isThere: boolean, work: () => Process<T>, lost: (how: Lost) => T): Process<T> {
    yield* sleep(travelMs)
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

const raise = (error: unknown): void => {
  throw error
}

function bladeReader(world: World, asked: Asked): BladeReader {
  const lost = (how: Lost): Reading<never> =>
    how === 'not sent'
      ? { state: 'refused', because: 'connection refused' }
      : { state: 'timed out', because: 'no answer within the deadline' }
  return {
    survey: (blade, question, limits) => {
      const machine = world.machine(blade.name)
      const look = function* (): Process<Reading<ReturnType<typeof reportOf>>> {
        yield* sleep(world.dice.between(20, 80))
        return read(reportOf(world, machine, question))
      }
      return asked.of(`look at ${blade.name}`, machine, limits, look, lost)
    },
    runs: (blade, limits) => {
      const machine = world.machine(blade.name)
      const look = function* (): Process<Reading<ReturnType<typeof runsOf>>> {
        yield* sleep(world.dice.between(5, 20))
        return read(runsOf(world, machine))
      }
      return asked.of(`read the journals of ${blade.name}`, machine, limits, look, lost)
    },
  }
}

const lostAct = (how: Lost): Outcome =>
  how === 'not sent'
    ? { state: 'failed', because: 'nothing was begun: connection refused', evidence: { lines: [] } }
    : { state: 'unknown', because: 'the answer was lost' }

const done = (lines: readonly string[]): Outcome => ({ state: 'done', evidence: evidenceOf(lines) })

function bladeActor(world: World, asked: Asked, operator: Operator, strike: Strike): BladeActor {
  const simple = (blade: Blade, limits: Limits, what: string, write: (machine: Machine) => void): Promise<Outcome> => {
    const machine = world.machine(blade.name)
    const work = function* (): Process<Outcome> {
      yield* sleep(world.dice.between(5, 20))
      write(machine)
      return done([])
    }
    return asked.of(`${what} on ${blade.name}`, machine, limits, work, lostAct)
  }
  return {
    begin: (blade, run, plan, limits) =>
      simple(blade, limits, 'begin a run', ({ journals }) => {
        const attended = () => operator.life.goesOn
        const known = journals.runs.get(run)
        if (known === undefined) journals.runs.set(run, { plan, beganMs: world.now(), lines: [], attended })
        else known.attended = attended
      }),
    note: (blade, at, event, text, limits) =>
      simple(blade, limits, `note ${event}`, ({ journals }) => journals.write(at.run, at.step, event, text)),
    act: async (blade, at, act, limits) => {
      if (limits.signal.aborted)
        return { state: 'failed', because: 'nothing was begun: cancelled by the operator', evidence: { lines: [] } }
      const machine = world.machine(blade.name)
      strike('before', act, at.undo, operator)
      const began = () => strike('during', act, at.undo, operator)
      const work = () => carried(world, machine, at, act, limits, began)
      const outcome = await asked.of(`${act.kind} on ${blade.name}`, machine, limits, work, lostAct)
      strike('after', act, at.undo, operator)
      return outcome
    },
  }
}

/** What the wrapper does: lock, a line that it began, the act in a session of its own, a line how it ended. */
function* carried(
  world: World,
  machine: Machine,
  at: At,
  act: BladeAct,
  limits: Limits,
  began: () => void,
): Process<Outcome> {
  const { journals } = machine
  const what = `${at.run} step ${at.step} ${act.kind}`
  if (!(yield* until(() => journals.acting === undefined, LOCK_MS)))
    return failedAct(`another act has not ended on this blade: ${journals.acting}`)
  journals.lock(what)
  journals.write(at.run, at.step, at.undo ? 'undo started' : 'started', '')
  world.say(`${machine.name}: ${at.undo ? 'undo ' : ''}${what}`)
  began()
  let outcome: Outcome | undefined
  const end = (ended: Outcome) => {
    if (outcome !== undefined) return
    outcome = ended
    journals.unlock()
    journals.write(at.run, at.step, eventOf(ended, at.undo), linesOf(ended).join('\n'))
    world.say(`${machine.name}: ${what}: ${ended.state} ${linesOf(ended).join('; ')}`)
    if (ended.state === 'done') world.observe({ kind: 'acted', action: actionOf(act) })
  }
  const folder = `/run/anyblade/hand-over-${at.run}`
  const withinMs = Math.max(10_000, limits.deadlineMs - RESERVE_MS)
  const order = { folder, withinMs: Math.max(10_000, withinMs - 20_000), cancel: () => limits.signal.aborted }
  // Apart from who asked: it ends and is journaled though its operator is gone.
  const life = new Life(machine.life)
  world.time.run(
    life,
    carriedOut(world, machine, act, order),
    ({ lines }) => end(done(lines)),
    (error) => {
      if (!(error instanceof Refused)) throw error
      end(failedAct(error.message))
    },
  )
  if (!(yield* until(() => outcome !== undefined, withinMs))) {
    life.end()
    end(failedAct(`cut off after ${withinMs / 1000} s`))
  }
  return outcome ?? { state: 'unknown', because: 'what carried it is gone' }
}

const failedAct = (because: string): Outcome => ({ state: 'failed', because, evidence: { lines: [] } })
const linesOf = (outcome: Outcome): readonly string[] =>
  outcome.state === 'done'
    ? [...outcome.evidence.lines, ...(outcome.evidence.answer ? [`answer ${outcome.evidence.answer}`] : [])]
    : [outcome.because]

function eventOf({ state }: Outcome, undo: boolean): string {
  if (undo) return state === 'done' ? 'undone' : 'undo failed'
  return state
}

/** An installed configuration is no action of a plan; nothing is judged by it. */
const actionOf = (act: BladeAct): Action =>
  act.kind === 'install-config' ? { kind: 'record-documents', changes: [], rendered: [], message: '' } : act

function arrayReader(world: World, asked: Asked): ArrayReader {
  return {
    report: (_, limits) => {
      const look = function* (): Process<ReturnType<typeof reading>> {
        yield* sleep(world.dice.between(20, 100))
        return reading()
      }
      const reading = () =>
        world.san.isUp
          ? read({
              ports: world.san.ports.map(({ wwpn }) => ({ wwpn, online: true })),
              freeBytes: world.san.freeBytes,
              volumes: world.san.report(),
            })
          : ({ state: 'timed out', because: 'no answer' } as const)
      return asked.of('look at the array', undefined, limits, look, () => ({
        state: 'timed out',
        because: 'no answer',
      }))
    },
  }
}

function arrayActor(world: World, asked: Asked, operator: Operator, strike: Strike): ArrayActor {
  return {
    act: async (_, action, limits) => {
      const undo = action.kind === 'delete-volume' || action.kind === 'unmap-volume'
      strike('before', action, undo, operator)
      const work = function* (): Process<Outcome> {
        yield* sleep(world.dice.between(50, 400))
        strike('during', action, undo, operator)
        const outcome = attempted(world, () => onArray(world, action))
        world.say(`array: ${action.kind} ${action.volume}: ${outcome.state} ${linesOf(outcome).join('; ')}`)
        if (outcome.state === 'done') world.observe({ kind: 'acted', action })
        if (!world.hurts.arrayLosesReply) return outcome
        world.hurts.arrayLosesReply = false
        return { state: 'unknown', because: 'the answer was lost' }
      }
      const outcome = await asked.of(`${action.kind} on the array`, undefined, limits, work, lostAct)
      strike('after', action, undo, operator)
      return outcome
    },
  }
}

function attempted(world: World, act: () => ReturnType<typeof onArray>): Outcome {
  try {
    return { state: 'done', evidence: act() }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return world.san.isUp ? failedAct(error.message) : { state: 'unknown', because: error.message }
  }
}

function recorder(world: World, asked: Asked, operator: Operator, strike: Strike): Recorder {
  const limits: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }
  const spent = (outcome: () => Outcome) =>
    function* (): Process<Outcome> {
      yield* sleep(world.dice.between(20, 80))
      return outcome()
    }
  return {
    ready: (commit) =>
      asked.of(
        'look at the documents',
        undefined,
        limits,
        spent(() => world.documents.ready(commit)),
        lostAct,
      ),
    record: async (action, _, within) => {
      strike('before', action, false, operator)
      const work = spent(() => {
        strike('during', action, false, operator)
        world.say(`documents: ${action.message}`)
        return world.documents.record(action)
      })
      const outcome = await asked.of('record', undefined, within, work, lostAct)
      strike('after', action, false, operator)
      return outcome
    },
  }
}
