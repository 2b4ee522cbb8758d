/** The door of the session: one connection, its calls, its events and its end. */
export type { KeepaliveOptions } from './keepalive.ts'
export { type Ending, type Limits, Session, type SessionOptions } from './session.ts'
