/** The door of the blade driver: how a machine is reached over SSH, read and told to act. */
export { type Blades, type BladesOptions, openBlades } from './open.ts'
export type { CommandRunner, Output, RunOptions } from './runner.ts'
