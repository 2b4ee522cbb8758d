/**
 * Acting on a blade, as the wrapper lets one: by a lease and its epoch, each act with its lines in the journal. An act
 * goes on to its end on its blade though nobody waits for it.
 */
import {
  type Action,
  type At,
  type Barred,
  type Blade,
  type BladeAct,
  type BladeActor,
  evidenceOf,
  type Hold,
  type LeaseAsk,
  type Leased,
  type Limits,
  linesOf,
  type Outcome,
  type Ruled,
  ruleAbort,
  ruleAct,
  ruleLease,
  ruleNote,
  ruleRelease,
  ruleRenewal,
} from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import { carriedOut, type Machine, Refused, type World } from '#world'
import { type Asked, failedAct, lostAct, raise } from './asked.ts'
import type { Strike } from './hands.ts'
import type { Operator } from './operator.ts'

const ACT_ENDS_MS = 10_000
const RESERVE_MS = 25_000
const RENEWALS = 3
const LONG_MS = 12 * 3600_000

const done = (lines: readonly string[]): Outcome => ({ state: 'done', evidence: evidenceOf(lines) })

export function bladeActor(world: World, asked: Asked, operator: Operator, strike: Strike): BladeActor {
  const session = operator.name
  const call = ({ run, epoch }: Hold) => ({ run, epoch, session })
  const simple = <T>(
    blade: Blade,
    limits: Limits,
    what: string,
    work: (machine: Machine) => T,
    lost: (how: 'not sent' | 'no answer') => T,
  ) => {
    const machine = world.machine(blade.name)
    const working = function* (): Process<T> {
      yield* sleep(world.dice.between(5, 20))
      return work(machine)
    }
    return asked.of(`${what} on ${blade.name}`, machine, limits, working, lost)
  }
  return {
    lease: (blade, ask, limits) => {
      const machine = world.machine(blade.name)
      const work = () => leasing(world, machine, operator, ask, limits)
      return asked.of(
        `lease ${blade.name}`,
        machine,
        limits,
        work,
        (): Leased => ({ state: 'unreachable', because: 'no answer' }),
      )
    },
    note: (blade, at, event, text, limits) =>
      simple<Outcome | Barred>(
        blade,
        limits,
        `note ${event}`,
        ({ journals }) => {
          const ruled = journals.rule(world.now(), (room) => ruleNote(room, call(at)))
          if (ruled.exit === 0) journals.write(at.run, at.step, event, text)
          return ended(ruled)
        },
        lostAct,
      ),
    release: (blade, hold, end, limits) =>
      simple<Outcome | Barred>(
        blade,
        limits,
        'release',
        ({ journals, leavingBy }) => {
          const ruled = journals.rule(world.now(), (room) =>
            ruleRelease(room, call(hold), end ? 'with line' : 'silent'),
          )
          if (ruled.exit === 0 && end !== undefined) journals.write(hold.run, 0, end.event, end.text)
          if (ruled.exit === 0) operator.leases.delete(`${blade.name} ${hold.run}`)
          if (ruled.exit === 0 && end?.event === 'ended done' && leavingBy === hold.run) journals.forgetAll(world.now())
          return ended(ruled)
        },
        lostAct,
      ),
    abort: (blade, run, _, limits) =>
      simple<Outcome>(
        blade,
        limits,
        'abort',
        ({ journals }) =>
          journals.rule(world.now(), (room) => ruleAbort(room, run)).exit === 0
            ? done([])
            : failedAct('no such run here'),
        lostAct,
      ),
    act: async (blade, at, act, limits) => {
      if (limits.signal.aborted) return failedAct('nothing was begun: cancelled by the operator')
      const machine = world.machine(blade.name)
      const undo = at.way === 'undo'
      const befall = strike(act, undo, operator)
      befall('before')
      const began = () => befall('during')
      const work = () => carried(world, machine, at, session, act, limits, began)
      const outcome = await asked.of<Outcome | Barred>(`${act.kind} on ${blade.name}`, machine, limits, work, lostAct)
      befall('after')
      return outcome
    },
  }
}

/** As the driver reads the wrapper's exit status. */
function ended(ruled: Ruled): Outcome | Barred {
  switch (ruled.exit) {
    case 0:
      return done([])
    case 76:
      return { state: 'barred', by: 'abort', because: 'the run was asked to end' }
    case 77:
      return { state: 'barred', by: 'epoch', because: 'the lease is another one’s now' }
    default:
      return failedAct(`the wrapper ended with ${ruled.exit}`)
  }
}

function* leasing(world: World, machine: Machine, operator: Operator, ask: LeaseAsk, limits: Limits): Process<Leased> {
  const { journals } = machine
  const session = operator.name
  const untilMs = world.now() + limits.deadlineMs - 5000
  journals.sessions.set(session, () => operator.life.goesOn && operator.sleepsUntilMs <= world.now())
  for (;;) {
    yield* sleep(world.dice.between(5, 20))
    const ruled = journals.rule(world.now(), (room) => ruleLease(room, { ...ask, session }))
    if (ruled.exit === 0) {
      if (!journals.runs.has(ask.run)) journals.runs.set(ask.run, { plan: ask.plan, beganMs: world.now(), lines: [] })
      renew(world, machine, operator, ask, ruled.epoch)
      return { state: 'leased', epoch: ruled.epoch }
    }
    if (ruled.exit !== 73) return { state: 'refused', because: `the wrapper ended with ${ruled.exit}` }
    const { run, operator: by, since, until: over } = ruled.by
    const [sinceSeconds, leftSeconds] = [world.now() / 1000 - since, Math.max(0, over - world.now() / 1000)]
    const held = { run, operator: by, sinceSeconds, leftSeconds }
    if (ask.wait === undefined || world.now() > untilMs) return { state: 'held', by: held }
    ask.wait(held)
    yield* sleep(2000)
  }
}

/** The session's own process keeps the lease up, as long as its operator is awake. */
function renew(world: World, machine: Machine, operator: Operator, ask: LeaseAsk, epoch: number): void {
  const lease = `${machine.name} ${ask.run}`
  operator.leases.set(lease, epoch)
  const call = { run: ask.run, epoch, session: operator.name }
  const renewing = function* (): Process<void> {
    for (let left = LONG_MS; left > 0; left -= ask.seconds * 1000) {
      yield* sleep((ask.seconds * 1000) / RENEWALS)
      if (operator.leases.get(lease) !== epoch) return
      if (operator.sleepsUntilMs > world.now() || !machine.isUp || !machine.isReachable) continue
      const ruled = machine.journals.rule(world.now(), (room) => ruleRenewal(room, call))
      const barred = ended(ruled)
      if (barred.state === 'barred') {
        world.time.answer(() => ask.ended(barred))
        return
      }
    }
  }
  world.time.run(operator.life, renewing(), () => {}, raise)
}

/** What the wrapper does: the rules, a line that it began, the act in a session of its own, a line how it ended. */
function* carried(
  world: World,
  machine: Machine,
  at: At,
  session: string,
  act: BladeAct,
  limits: Limits,
  began: () => void,
): Process<Outcome | Barred> {
  const { journals } = machine
  const what = `${at.run} step ${at.step} ${act.kind}`
  yield* until(() => !journals.isActing(at.run), ACT_ENDS_MS)
  const { run, epoch } = at
  const ruled = journals.rule(world.now(), (room) => ruleAct(room, { run, epoch, session }, at.way))
  if (ruled.exit !== 0 && !(ruled.exit === 77 && world.bugs.has('ignore the epoch'))) return ended(ruled)
  if (ruled.exit === 77) world.observe({ kind: 'touched', what: `${machine.name}: ${what} with an old epoch` })
  journals.begin(at.run)
  journals.write(at.run, at.step, at.way === 'undo' ? 'undo started' : 'started', '')
  world.say(`${machine.name}: ${session}: ${at.way} ${what}`)
  began()
  let outcome: Outcome | undefined
  const life = new Life(machine.life)
  const end = (how: Outcome) => {
    if (outcome !== undefined) return
    outcome = how
    journals.end(at.run)
    journals.write(at.run, at.step, eventOf(how, at), linesOfOutcome(how).join('\n'))
    world.say(`${machine.name}: ${what}: ${how.state} ${linesOfOutcome(how).join('; ')}`)
    if (how.state === 'done') world.observe({ kind: 'acted', action: actionOf(act) })
  }
  const withinMs = Math.max(10_000, limits.deadlineMs - RESERVE_MS)
  const folder = `/run/anyblade/hand-over-${at.run}`
  const order = {
    run: at.run,
    folder,
    undo: at.way === 'undo',
    withinMs: Math.max(10_000, withinMs - 20_000),
    cancel: () => limits.signal.aborted,
  }
  const failed = (error: unknown) => {
    if (!(error instanceof Refused)) throw error
    end(failedAct(error.message))
  }
  // Apart from who asked: it ends and is journaled though its operator is gone.
  world.time.run(life, carriedOut(world, machine, act, order), ({ lines }) => end(done(lines)), failed)
  if (!(yield* until(() => outcome !== undefined, withinMs))) {
    life.end()
    end(failedAct(`cut off after ${withinMs / 1000} s`))
  }
  return outcome ?? { state: 'unknown', because: 'what carried it is gone' }
}

export const linesOfOutcome = (outcome: Outcome): readonly string[] =>
  outcome.state === 'done' ? linesOf(outcome.evidence) : [outcome.because]

function eventOf({ state }: Outcome, { way }: At): string {
  if (way === 'undo') return state === 'done' ? 'undone' : 'undo failed'
  return state
}

/** An installed configuration is no action of a plan; nothing is judged by it. */
const actionOf = (act: BladeAct): Action =>
  act.kind === 'install-config' || act.kind === 'try-config' || act.kind === 'run-agent'
    ? { kind: 'record-documents', changes: [], rendered: [], message: '' }
    : act
