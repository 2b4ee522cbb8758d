/** The door of the contracts: for tests of other rooms alone, and not part of what ships. */
export { type ArraySubject, arrayContract, manualContract } from './arrays.ts'
export { able, type Behaviour } from './behaviour.ts'
export { type BladeHands, type BladeSubject, bladeContract } from './blades.ts'
export { type PowerSubject, powerContract, type RecordSubject, recordContract } from './record.ts'
