/** The door of the roll: maintenance of many blades, one at a time. */
export { type Doing, type Roll, type RollEvent, type RollWish, roll, type Stopped } from './roll.ts'
export type { Stage } from './stages.ts'
