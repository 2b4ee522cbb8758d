/** The door of the room that knows multipath.conf: names each public thing, has no code. */
export { compileEre, type Ere, type EreError } from './ere/index.ts'
