/**
 * What a plan is: ordered actions, each with what it requires and its phase. A value: printed, journaled, carried out
 * by whoever reads it. It may only be carried out on the commit that it was made from.
 */
import { type Action, bladesOf } from '#actions'
import type { BladeName } from '#documents'
import type { Claim } from '#findings'
import type { Intent } from './intent.ts'

/**
 * `undoable`: a failure from here undoes it and all before it, newest first. `pivot`: the point of no return; when it
 * is known to have failed, nothing has happened yet. `forward`: after the pivot there is no way but on, unless a step
 * that `turnsBack` answers so. `back`: only then, in this order, and before what was undoable is undone.
 */
export type Phase = 'undoable' | 'pivot' | 'forward' | 'back'

export type Step = {
  /** From 1 on. */
  readonly number: number
  readonly action: Action
  /** Judged anew, from a new look, right before the action. */
  readonly requires: readonly Claim[]
  readonly phase: Phase
  /** Not needed where that step has answered this. */
  readonly unless?: { readonly answerOf: number; readonly is: string }
  /** Where it answers one of these, what the pivot has begun has come to nothing, and all is taken back. */
  readonly turnsBack?: readonly string[]
  /** A rung that others stand in for: where it fails, is not proved or gives no answer, the run goes on. */
  readonly mayFail?: true
  /** What it requires somebody does by hand: until that is proved the run stays open, and nothing is taken back for it. */
  readonly awaits?: true
  /**
   * Steps of one such number follow one another, need nothing of one another, and are carried out at once: the same on
   * each of several blades. It is the number of the first of them.
   */
  readonly together?: number
}

export type Plan = {
  readonly version: 1
  readonly title: string
  readonly intent: Intent
  /** The fleet's commit. */
  readonly basis: string
  readonly steps: readonly Step[]
  /** The blades whose journals hold the run, sorted. */
  readonly blades: readonly BladeName[]
  /** Whose journal also holds what happens elsewhere; the first of them where it is left out. */
  readonly keeper?: BladeName
  /** Those of them that may be too broken to begin: what is planned there may fail. */
  readonly doubtful?: readonly BladeName[]
  /** What who reads the plan must know and no step says: what is lost, and what it does not reach. */
  readonly remarks?: readonly string[]
}

export type Draft = Omit<Step, 'number' | 'together'>

/** A draft that may fail. */
export const attempt = (action: Action, phase: Phase, requires: readonly Claim[] = []): Draft => ({
  ...draft(action, phase, requires),
  mayFail: true,
})

/** A draft that waits for what is done by hand. */
export const awaiting = (action: Action, phase: Phase, requires: readonly Claim[]): Draft => ({
  ...draft(action, phase, requires),
  awaits: true,
})

export const draft = (action: Action, phase: Phase, requires: readonly Claim[] = []): Draft => ({
  action,
  phase,
  requires,
})

/**
 * Numbers the steps; a list among them is carried out at once. `blades`: those concerned though no step acts on them.
 */
export function plan(
  head: Pick<Plan, 'title' | 'intent' | 'basis' | 'keeper' | 'doubtful' | 'remarks'>,
  drafts: readonly (Draft | readonly Draft[])[],
  blades: readonly BladeName[],
): Plan {
  const steps = numbered(drafts)
  const concerned = new Set([...blades, ...steps.flatMap((step) => bladesOf(step.action))])
  return {
    version: 1,
    ...head,
    steps,
    blades: [...concerned].sort(),
  }
}

function numbered(drafts: readonly (Draft | readonly Draft[])[]): Step[] {
  const steps: Step[] = []
  for (const one of drafts) {
    const first = steps.length + 1
    if (!isList(one)) steps.push({ number: first, ...one })
    else if (one.length === 1) steps.push(...one.map((step) => ({ number: first, ...step })))
    else steps.push(...one.map((step, i) => ({ number: first + i, ...step, together: first })))
  }
  return steps
}

const isList = (one: Draft | readonly Draft[]): one is readonly Draft[] => Array.isArray(one)
