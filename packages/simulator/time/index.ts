/** The door of time: what happens when, and by which dice. */
export { Dice } from './dice.ts'
export { Life } from './life.ts'
export { type Process, sleep, Timeline, until, type Wait } from './timeline.ts'
