/** The door of the simulator. */
export type { Bug } from '#world'
export { FAULTS, type FaultName } from './histories/faults.ts'
export { type Blow, type IntentKind, type Scenario, type Told, tell } from './histories/history.ts'
export { ACTS, HISTORIES_FOR_PAIRS, PAIRS, scenarioOf } from './histories/scenario.ts'
