/**
 * What an interface of hands promises, as behaviours that can be tried on whatever implements it: the simulator's hands,
 * the drivers against a machine of a test's own, and the drivers in the lab.
 * May come in: hands, and how to disturb what is behind them. May not: which hands they are.
 */
import assert from 'node:assert/strict'
import type { Limits, Outcome } from '../../index.ts'

/** `needs`: a disturbance that not every subject can offer; without it this can't be tried there. */
export type Behaviour<Subject> = {
  readonly name: string
  readonly needs?: keyof Subject
  readonly holds: (subject: Subject) => Promise<void>
}

/** Those that can be tried on this subject. */
export const able = <Subject>(contract: readonly Behaviour<Subject>[], subject: Subject): Behaviour<Subject>[] =>
  contract.filter(({ needs }) => needs === undefined || subject[needs] !== undefined)

export const within = (deadlineMs: number, signal: AbortSignal = new AbortController().signal): Limits => ({
  deadlineMs,
  signal,
})
export const LIMITS = within(60_000)
export const CALLED_OFF = within(60_000, AbortSignal.abort())

export function isDone(outcome: { readonly state: string }, what: string): void {
  assert.equal(outcome.state, 'done', `${what}: ${JSON.stringify(outcome)}`)
}

/** Failed, with a word for people why. */
export function isFailed(outcome: Outcome | { readonly state: 'barred' }, why: RegExp, what: string): void {
  assert.equal(outcome.state, 'failed', `${what}: ${JSON.stringify(outcome)}`)
  if (outcome.state === 'failed') assert.match(outcome.because, why, what)
}
