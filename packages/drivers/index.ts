/** The door of the drivers: the engine's hands in the world. */
export { type Blades, type BladesOptions, type CommandRunner, type Output, openBlades, type RunOptions } from '#blade'
