/**
 * What a run does next: a pure function of its plan and its journal, so that crash recovery is a table of cases.
 * Before the pivot a failure undoes what was begun, newest first; after it there is only forward.
 */
import { inverse } from '#actions'
import type { Plan, Step } from '#plans'
import { type Journal, lastOf } from './journal.ts'

export type Next =
  /** Look at the world for what this step requires. */
  | { readonly kind: 'observe'; readonly step: Step }
  /** It is not needed: another step has answered so. */
  | { readonly kind: 'skip'; readonly step: Step }
  | { readonly kind: 'act'; readonly step: Step }
  | { readonly kind: 'undo'; readonly step: Step }
  | { readonly kind: 'stop'; readonly outcome: RunOutcome }

/**
 * `done`: all of it. `undone`: a step failed, and all is as it was before. `stuck`: neither; what is left to do is
 * forward, or the answer of a step that can't be taken back is not known. `not begun`: nothing was changed anywhere.
 */
export type RunOutcome = 'done' | 'undone' | 'stuck' | 'not begun'

const BROKEN = new Set(['refused', 'failed', 'unknown'])

export function next(plan: Plan, journal: Journal): Next {
  const events = plan.steps.map((step) => ({ step, event: lastOf(journal, step.number)?.event }))
  const undoing = events.some(({ event }) => event?.startsWith('undo'))
  const broken = events.find(({ event }) => event !== undefined && BROKEN.has(event))
  if (broken === undefined && !undoing) return onward(events, journal)
  return pastPivot(plan, journal) ? { kind: 'stop', outcome: 'stuck' } : back(events)
}

type StepEvent = { readonly step: Step; readonly event: string | undefined }

function onward(events: readonly StepEvent[], journal: Journal): Next {
  const open = events.find(({ event }) => event !== 'done' && event !== 'skipped')
  if (open === undefined) return { kind: 'stop', outcome: 'done' }
  if (open.event === undefined) return { kind: isNeedless(open.step, journal) ? 'skip' : 'observe', step: open.step }
  // Started by somebody who is gone: whether it was done, only a look can tell.
  if (open.event === 'started') return { kind: 'stop', outcome: 'stuck' }
  return { kind: 'act', step: open.step }
}

const isNeedless = ({ unless }: Step, journal: Journal): boolean =>
  unless !== undefined && lastOf(journal, unless.answerOf)?.evidence.answer === unless.is

/** No way back once the pivot was done, or may have been. */
const pastPivot = (plan: Plan, journal: Journal): boolean =>
  plan.steps.some((step) => {
    if (step.phase !== 'pivot') return false
    const event = lastOf(journal, step.number)?.event
    return event === 'done' || event === 'unknown' || event === 'started'
  })

function back(events: readonly StepEvent[]): Next {
  if (events.some(({ event }) => event === 'undo failed')) return { kind: 'stop', outcome: 'stuck' }
  const begun = events.findLast(({ step, event }) => isBegun(step, event))
  return begun === undefined ? { kind: 'stop', outcome: 'undone' } : { kind: 'undo', step: begun.step }
}

/** A step that failed half-way may have left something; its inverse finds nothing where there is nothing. */
const isBegun = (step: Step, event: string | undefined): boolean =>
  event !== undefined &&
  !['proved', 'refused', 'skipped', 'undone'].includes(event) &&
  inverse(step.action) !== undefined
