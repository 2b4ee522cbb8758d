/**
 * Blades are emptied, one or several: no plan of its own, but a schedule of migrations, each a run with its own journal, lease and way
 * back. Round by round: what others have left half done is gone on with, a look tells where what runs there fits, and it
 * is moved, some at once, the largest first; what was refused meanwhile is asked once more by itself. While others are at work on them it is waited for them; a move that
 * came to another end than its own is tried no second time. At the end a look of its own says what is still
 * there.
 */
import { type BladeName, bladesInService, type Fleet, type RunId, type VmName } from '#documents'
import type { Hands, Recorder } from '#hands'
import { migrationsAtOnce } from '#plans'
import type { RunReport, Survey } from '#survey'
import { carriedOut } from '../carried-out.ts'
import { DEADLINE_MS } from '../deadlines.ts'
import { look } from '../look.ts'
import { told } from '../queue.ts'
import type { RoadEnd, RoadEvent } from '../road.ts'
import { Turns } from '../turns.ts'
import { type EvacuationIntent, movesAtOnce } from './destinations.ts'
import { type Emptiness, emptinessOf, emptinessQuestion } from './emptiness.ts'
import { type OpenMove, openMoves } from './open-moves.ts'
import { lastOfEach } from './outcome.ts'
import { evacuationQuestion, type Move, moveOf, type Placement, placementOf } from './placement.ts'
import { type Leg, legsOf, type Timetable, timetableOf } from './timetable.ts'

export type Evacuation = {
  /** The documents as they stand now: each move is recorded, and the next one begins from there. */
  readonly fleet: () => Promise<Fleet>
  readonly intent: EvacuationIntent
  readonly hands: Hands
  /** How many moves at once are wished for; no more than the fleet allows. */
  readonly atOnce: number | undefined
  /** Only to the placement, or on to the end as this operator, each move by a run of such an id. */
  readonly to: 'plan' | { readonly newRun: () => RunId; readonly operator: string }
  /** No further move is begun; those under way end as a migration does. */
  readonly signal: AbortSignal
  /** Waits, or no longer than until the signal. */
  readonly pause: (ms: number) => Promise<void>
  readonly lookMs?: number | undefined
}

/** How one move ended. */
export type Moved = {
  readonly vm: VmName
  readonly from: BladeName
  readonly to: BladeName
  readonly run: RunId
  readonly end: RoadEnd
  readonly because: string
}

export type EvacuationEvent =
  | { readonly kind: 'asking' }
  /** Anew in each round; `round` counts from 1. */
  | { readonly kind: 'placed'; readonly placement: Placement; readonly round: number }
  /** The links that the moves take are measured, one after the other. */
  | { readonly kind: 'measuring'; readonly from: BladeName; readonly to: BladeName }
  | { readonly kind: 'timed'; readonly timetable: Timetable }
  | { readonly kind: 'waiting'; readonly because: string }
  | {
      readonly kind: 'move'
      readonly vm: VmName
      readonly from: BladeName
      readonly to: BladeName
      readonly run: RunId
      readonly event: RoadEvent
    }
  | { readonly kind: 'moved'; readonly moved: Moved }
  /** Of each of the blades. */
  | { readonly kind: 'proof'; readonly proof: readonly Emptiness[] }

export const PAUSE_MS = 10_000
/** So long it is waited for others, an hour in all. */
const ROUNDS_AT_MOST = 360
/** Somebody else may record at that very moment. */
const BEGINS_AT_MOST = 3

/** @throws EngineError where a name is unknown, or there is nowhere to go */
export async function* evacuate(e: Evacuation): AsyncGenerator<EvacuationEvent> {
  yield* told((tell: Tell) => rounds(e, tell))
}

type Tell = (event: EvacuationEvent) => void
/** One of ours, or one that another has begun. */
type Job = Pick<Move, 'vm' | 'from' | 'to'> & { readonly begun: RunId | undefined }

async function rounds(e: Evacuation, tell: Tell): Promise<void> {
  const tried = new Set<VmName>()
  const stale = new Map<VmName, number>()
  const turns = new Turns()
  for (let round = 1; ; round += 1) {
    const fleet = await e.fleet()
    const open = e.to === 'plan' ? [] : await openNow(e, fleet)
    const left = open.filter(({ by, vm }) => by === undefined && !tried.has(vm))
    // One that was taken back runs where it ran, and is moved like any other.
    for (const { vm, end } of await carryOut(e, fleet, left.map(begunBefore), turns, tell))
      if (end !== 'done' && end !== 'undone') tried.add(vm)
    const { placement, survey } = await placed(e, tell)
    tell({ kind: 'placed', placement, round })
    if (e.to === 'plan') return timed(e, placement, survey, tell)
    const busy = new Set(open.flatMap(({ vm, by }) => (by === undefined ? [] : [vm])))
    const jobs = placement.moves.filter(({ vm }) => !tried.has(vm) && !busy.has(vm)).map(anew)
    const together = await carryOut(e, fleet, jobs, turns, tell)
    const alone = await carryOut({ ...e, atOnce: 1 }, fleet, refusedBeside(jobs, together), turns, tell)
    const moved = lastOfEach([...together, ...alone])
    const later = moved.filter(({ vm, end }) => end === 'held' || (end === 'not begun' && isFewYet(stale, vm)))
    for (const one of moved) if (!later.includes(one)) tried.add(one.vm)
    if (e.signal.aborted) return
    const others = (await openNow(e, fleet)).filter(({ by, vm }) => by !== undefined || !tried.has(vm))
    const waits = [...others.map(notAtEnd), ...later.map(({ vm, because }) => `${vm}: ${because}`)]
    if (waits.length === 0 || round === ROUNDS_AT_MOST) break
    tell({ kind: 'waiting', because: waits.join('; ') })
    await e.pause(PAUSE_MS)
    if (e.signal.aborted) return
  }
  tell({ kind: 'proof', proof: await proved(e, tell) })
}

/** What was refused beside other moves may go by itself: they took its link and its blades' memory meanwhile. */
function refusedBeside(jobs: readonly Job[], together: readonly Moved[]): readonly Job[] {
  if (together.length < 2) return []
  const refused = new Set(together.flatMap(({ vm, end }) => (end === 'refused' ? [vm] : [])))
  return jobs.filter(({ vm }) => refused.has(vm))
}

/** Whether it may be tried once more though the documents had moved on when it was to begin. */
function isFewYet(stale: Map<VmName, number>, vm: VmName): boolean {
  const count = (stale.get(vm) ?? 0) + 1
  stale.set(vm, count)
  return count < BEGINS_AT_MOST
}

const anew = ({ vm, from, to }: Move): Job => ({ vm, from, to, begun: undefined })
const begunBefore = ({ run, vm, from, to }: OpenMove): Job => ({ vm, from, to, begun: run })
const notAtEnd = ({ run, vm, by }: OpenMove): string =>
  by === undefined ? `${vm}: the run ${run} broke off` : `${vm} is moved by ${by} in the run ${run}`

async function openNow({ intent, hands, signal }: Evacuation, fleet: Fleet): Promise<OpenMove[]> {
  const limits = { deadlineMs: DEADLINE_MS.look, signal }
  const asked = bladesInService(fleet).flatMap((name) => fleet.blades.get(name) ?? [])
  const answers = asked.map(async (blade): Promise<readonly [BladeName, readonly RunReport[]]> => {
    const reading = await hands.bladeReader.runs(blade, 'recent', limits)
    return [blade.name, reading.state === 'read' ? reading.value : []]
  })
  return openMoves(intent.blades, new Map(await Promise.all(answers)))
}

type Placed = { readonly placement: Placement; readonly survey: Survey }

async function placed(e: Evacuation, tell: Tell): Promise<Placed> {
  const fleet = await e.fleet()
  tell({ kind: 'asking' })
  const survey = await look(fleet, evacuationQuestion(fleet, e.intent), e.hands, e.signal, e.lookMs)
  return { placement: placementOf(fleet, survey, e.intent), survey }
}

async function timed(e: Evacuation, { moves }: Placement, survey: Survey, tell: Tell): Promise<void> {
  const fleet = await e.fleet()
  const answers: { readonly leg: Leg; readonly survey: Survey }[] = []
  for (const leg of legsOf(fleet, survey, e.intent, moves)) {
    if (e.signal.aborted) return
    for (const { from, to } of leg.moves.slice(0, 1)) tell({ kind: 'measuring', from, to })
    answers.push({ leg, survey: await look(fleet, leg.question, e.hands, e.signal, e.lookMs) })
  }
  const slots = { atOnce: movesAtOnce(fleet, e.intent, e.atOnce), allowed: migrationsAtOnce(fleet) }
  tell({ kind: 'timed', timetable: timetableOf(fleet, e.intent, answers, slots) })
}

async function proved(e: Evacuation, tell: Tell): Promise<readonly Emptiness[]> {
  const fleet = await e.fleet()
  tell({ kind: 'asking' })
  const { blades } = e.intent
  const survey = await look(fleet, emptinessQuestion(blades), e.hands, e.signal, e.lookMs)
  return blades.map((blade) => emptinessOf(fleet, survey, blade))
}

/**
 * All of them, so many at once, in their order as far as the slots of their blades allow; one that fails stops no other.
 */
async function carryOut(e: Evacuation, fleet: Fleet, jobs: readonly Job[], turns: Turns, tell: Tell): Promise<Moved[]> {
  const [atOnce, allowed] = [movesAtOnce(fleet, e.intent, e.atOnce), migrationsAtOnce(fleet)]
  const left = [...jobs]
  const ended: Moved[] = []
  const underWay = new Map<Job, Promise<unknown>>()
  const count = (is: (job: Job) => boolean) => [...underWay.keys()].filter(is).length
  const hasSlot = ({ from, to }: Job) =>
    count((other) => other.from === from) < allowed && count((other) => other.to === to) < allowed
  const failures: unknown[] = []
  const carried = async (job: Job) => {
    const moved = await carry(e, turns, job, tell)
    ended.push(moved)
    tell({ kind: 'moved', moved })
  }
  for (;;) {
    const next = e.signal.aborted || failures.length > 0 || underWay.size >= atOnce ? -1 : left.findIndex(hasSlot)
    const [job] = next < 0 ? [] : left.splice(next, 1)
    if (job !== undefined) {
      const going = carried(job).catch((error) => failures.push(error))
      underWay.set(
        job,
        going.finally(() => underWay.delete(job)),
      )
    } else if (underWay.size > 0) await Promise.race(underWay.values())
    else break
  }
  for (const failure of failures) throw failure
  return ended
}

async function carry(e: Evacuation, turns: Turns, { vm, from, to, begun }: Job, tell: Tell): Promise<Moved> {
  if (e.to === 'plan') throw new RangeError('a plan moves nothing')
  const { newRun, operator } = e.to
  const { intent, signal, lookMs } = e
  const hands = { ...e.hands, recorder: oneAtATime(e.hands.recorder, turns) }
  const run = begun ?? newRun()
  const move = { vm, from, to, run }
  // Nobody records between the reading of the documents and the leases: the plan is made from what is recorded.
  const endTurn = await turns.take()
  try {
    if (signal.aborted) return { ...move, end: 'not begun', because: 'called off before' }
    const job = { fleet: e.fleet, hands, signal, lookMs, operator, run, intent: moveOf(vm, to, intent) }
    const { end, because } = await carriedOut({ ...job, isBegun: begun !== undefined }, (event) => {
      tell({ kind: 'move', ...move, event })
      // One that goes on may wait for its leases, and its plan was made long ago.
      if (begun !== undefined || event.kind === 'begun' || event.kind === 'ended') endTurn()
    })
    return { ...move, end, because }
  } finally {
    endTurn()
  }
}

/** Several moves of one operator write into one set of documents. */
const oneAtATime = (recorder: Recorder, turns: Turns): Recorder => ({
  ready: (commit) => recorder.ready(commit),
  record: (...of) => turns.during(() => recorder.record(...of)),
})
