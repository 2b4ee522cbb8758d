/** The door of the promises. */
export type {
  BladeFacts,
  Facts,
  Guest,
  GuestDisk,
  Happening,
  History,
  Judge,
  Lun,
  Moment,
  PromiseName,
  RunFacts,
  Target,
  Violation,
} from './history.ts'
export { judge, PROMISES, violations } from './violations.ts'
