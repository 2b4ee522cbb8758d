/** The door of the simulator. */
export type { Bug } from '#world'
export { FAULTS, type FaultName } from './histories/faults.ts'
export { type Blow, type Scenario, type Told, tell } from './histories/history.ts'
export { howTo } from './histories/how-to.ts'
export type { Busy, IntentKind } from './histories/intents.ts'
export { ACTS, PAIRS, scenarioOf } from './histories/scenario.ts'
export { figures, processorMsSince, type Sweep, sweep } from './histories/sweep.ts'
