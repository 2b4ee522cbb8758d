/** The door of the run. */

export type { Past, Run, RunEvent } from './carried.ts'
export { histories, type RunHistory, type RunState, type RunStep } from './history.ts'
export type { Entry, Event, Journal } from './journal.ts'
export {
  EMPTY_ROOM,
  isHeld,
  type LeaseCall,
  type LeaseRequest,
  type LeaseRoom,
  type Ruled,
  type RuledLease,
  type RuledRoom,
  ruleAbort,
  ruleAct,
  ruleLease,
  ruleNote,
  ruleRelease,
  ruleRenewal,
} from './lease-rules.ts'
export { run } from './loop.ts'
export { type Next, next, type RunOutcome, type Wish } from './next.ts'
export { renderedOf } from './rendered.ts'
export { type Journals, type Resumed, resumed } from './resume.ts'
