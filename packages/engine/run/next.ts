/**
 * What a run does next: a pure function of its plan and its journal, so that crash recovery is a table of cases.
 * Before the pivot a failure undoes what was begun, newest first; after it there is only forward, until a step answers
 * that the pivot has come to nothing.
 */
import { inverse } from '#actions'
import type { Plan, Step } from '#plans'
import { type Event, type Journal, lastOf } from './journal.ts'

export type Next =
  /** Look at the world for what these steps require; more than one where they are carried out together. */
  | { readonly kind: 'observe'; readonly steps: readonly Step[] }
  /** Begun by somebody who is gone: look whether it was done. */
  | { readonly kind: 'look'; readonly step: Step }
  /** It is not needed: another step has answered so. */
  | { readonly kind: 'skip'; readonly step: Step }
  | { readonly kind: 'act'; readonly steps: readonly Step[] }
  | { readonly kind: 'undo'; readonly steps: readonly Step[] }
  | { readonly kind: 'stop'; readonly outcome: 'done' | 'undone' | 'stuck' }

/**
 * `done`: all of it. `undone`: a step failed, and all is as it was before. `stuck`: neither; what is left to do is
 * forward, or the answer of a step that can't be taken back is not known: whoever resumes it goes on. `not begun`,
 * `held` by another run, `unreachable`: nothing was changed anywhere by this one.
 */
export type RunOutcome = 'done' | 'undone' | 'stuck' | 'not begun' | 'held' | 'unreachable'

/** What an operator wants of a run: on to its end, or all of it taken back. */
export type Wish = 'on' | 'back'

const NOT_KNOWN_DONE: ReadonlySet<Event> = new Set(['refused', 'failed', 'unknown'])
export const isBroken = (event: Event | undefined): boolean => event !== undefined && NOT_KNOWN_DONE.has(event)

export function next(plan: Plan, journal: Journal, wish: Wish = 'on'): Next {
  const events = plan.steps.map((step) => ({ step, event: lastOf(journal, step.number)?.event }))
  const lostPivot = events.find(({ step, event }) => step.phase === 'pivot' && event === 'lost')
  if (lostPivot !== undefined) return { kind: 'look', step: lostPivot.step }
  if (isTurnedBack(plan, journal)) return backwards(events, journal)
  const undoing = wish === 'back' || events.some(({ event }) => event?.startsWith('undo'))
  const broken = events.find(({ step, event }) => isBroken(event) && step.mayFail !== true)
  if (broken === undefined && !undoing)
    return onward(
      events.filter(({ step }) => step.phase !== 'back'),
      journal,
    )
  if (pastPivot(plan, journal)) return { kind: 'stop', outcome: 'stuck' }
  // What is true is not taken back because it could not be written down: the record is tried again.
  if (!undoing && broken !== undefined && (isUnrecorded(broken) || isAwaited(broken)))
    return { kind: 'stop', outcome: 'stuck' }
  if (!undoing && isKept(plan, journal)) return { kind: 'stop', outcome: 'stuck' }
  return back(events, journal)
}

/** A step has answered that what the pivot began has come to nothing. */
export const isTurnedBack = (plan: Plan, journal: Journal): boolean =>
  plan.steps.some(
    ({ number, turnsBack }) => turnsBack?.includes(lastOf(journal, number)?.evidence.answer ?? '') === true,
  )

/** First what stands in for the pivot's way back, in its order; then the rest is undone. */
function backwards(events: readonly StepEvent[], journal: Journal): Next {
  const first = events.filter(({ step }) => step.phase === 'back')
  if (first.some(({ event }) => isBroken(event))) return { kind: 'stop', outcome: 'stuck' }
  const what = onward(first, journal)
  return what.kind === 'stop' && what.outcome === 'done' ? back(events, journal) : what
}

/**
 * Without a pivot, too, what is done and has no way back stays done where that is all that was wanted of the step: the run
 * is open, and who goes on with it does the rest.
 */
export const isKept = (plan: Plan, journal: Journal): boolean =>
  plan.steps.every(({ phase }) => phase !== 'pivot') &&
  plan.steps.some(
    ({ phase, number, action }) =>
      phase === 'forward' && lastOf(journal, number)?.event === 'done' && inverse(action) === undefined,
  )

type StepEvent = { readonly step: Step; readonly event: Event | undefined }

const isUnrecorded = ({ step, event }: StepEvent): boolean =>
  step.action.kind === 'record-documents' && event !== 'refused'

/** Somebody is to do by hand what it requires, and has not yet. */
const isAwaited = ({ step, event }: StepEvent): boolean => step.awaits === true && event === 'refused'

function onward(events: readonly StepEvent[], journal: Journal): Next {
  const open = events.find(({ step, event }) => event !== 'done' && event !== 'skipped' && !isPassed(step, event))
  if (open === undefined) return { kind: 'stop', outcome: 'done' }
  const { step } = open
  const beside = events.filter((other) => isBeside(other.step, step))
  // Of those that go together all are looked at before any is begun anew.
  const lost = beside.find(({ event }) => event === 'lost')
  if (lost !== undefined) return { kind: 'look', step: lost.step }
  const alike = (needs: (event: Event | undefined) => boolean) =>
    beside.filter(({ event }) => needs(event)).map((one) => one.step)
  if (isToObserve(open.event))
    return isNeedless(step, journal) ? { kind: 'skip', step } : { kind: 'observe', steps: alike(isToObserve) }
  // Under way, or begun by somebody who is gone and not yet recovered from: whether it was done, only a look can tell.
  if (open.event === 'started') return { kind: 'stop', outcome: 'stuck' }
  return { kind: 'act', steps: alike((event) => event === open.event) }
}

const isToObserve = (event: Event | undefined): boolean => event === undefined || event === 'open'

/** The same step, or one that is carried out at once with it. */
const isBeside = (one: Step, other: Step): boolean =>
  one.number === other.number || (one.together !== undefined && one.together === other.together)

/** It failed, and may: other steps stand in for it. */
const isPassed = (step: Step, event: Event | undefined): boolean => step.mayFail === true && isBroken(event)

const isNeedless = ({ unless }: Step, journal: Journal): boolean =>
  unless !== undefined && lastOf(journal, unless.answerOf)?.evidence.answer === unless.is

const PASSED: ReadonlySet<Event | undefined> = new Set<Event | undefined>(['done', 'unknown', 'started', 'lost'])

/** No way back once the pivot was done, or may have been, and has not come to nothing. */
export const pastPivot = (plan: Plan, journal: Journal): boolean =>
  !isTurnedBack(plan, journal) &&
  plan.steps.some((step) => step.phase === 'pivot' && PASSED.has(lastOf(journal, step.number)?.event))

function back(events: readonly StepEvent[], journal: Journal): Next {
  if (events.some(({ event }) => event === 'undo failed')) return { kind: 'stop', outcome: 'stuck' }
  const begun = events.filter(({ step, event }) => isBegun(journal, step, event)).map(({ step }) => step)
  const newest = begun.at(-1)
  if (newest === undefined) return { kind: 'stop', outcome: 'undone' }
  return { kind: 'undo', steps: begun.filter((step) => isBeside(step, newest)) }
}

const NEVER_BEGUN: ReadonlySet<Event> = new Set(['proved', 'refused', 'skipped'])

/** A step that failed half-way may have left something; its inverse finds nothing where there is nothing. */
const isBegun = (journal: Journal, step: Step, event: Event | undefined): boolean =>
  event !== undefined &&
  event !== 'undone' &&
  inverse(step.action) !== undefined &&
  journal.some((entry) => entry.step === step.number && !NEVER_BEGUN.has(entry.event))
