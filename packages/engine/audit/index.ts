/** The door of the audit. */
export { type Answered, type Audited, audit } from './audit.ts'
export type { JournalReadings } from './seen.ts'
