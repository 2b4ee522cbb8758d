/** The door of the run. */
export { histories, type RunHistory, type RunState, type RunStep } from './history.ts'
export type { Entry, Event, Journal } from './journal.ts'
export { type Run, type RunEvent, run } from './loop.ts'
export { type Next, next, type RunOutcome } from './next.ts'
