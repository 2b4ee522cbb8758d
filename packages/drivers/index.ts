/** The door of the drivers: the engine's hands in the world. */
export { type Blades, type BladesOptions, type CommandRunner, type Output, openBlades, type RunOptions } from '#blade'
export { type Connected, connect } from './connect.ts'
export { yamlText } from './documents/change.ts'
export { createFleet, type NewFleet } from './documents/create.ts'
export { type Fault, FleetInvalid } from './documents/fault.ts'
export { findFleet } from './documents/find.ts'
export { loadFleet } from './documents/load.ts'
export { type ConfigCommit, configHistory, recordedConfig } from './vcs/recorded.ts'
