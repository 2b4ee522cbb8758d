/** The door of evacuation: where what runs on blades could go, and the moves that bring it there. */
export { allBut, destinationsOf, type EvacuationIntent, movesAtOnce } from './destinations.ts'
export type { Emptiness } from './emptiness.ts'
export { type Evacuation, type EvacuationEvent, evacuate, type Moved } from './evacuate.ts'
export { type OpenMove, openMoves } from './open-moves.ts'
export { type EvacuationEnd, type EvacuationTold, evacuationEnd, lastOfEach, placementEnd } from './outcome.ts'
export {
  evacuationQuestion,
  type Left,
  type Move,
  type Placement,
  placementOf,
} from './placement.ts'
export type { Spare } from './spare.ts'
export type { Timetable } from './timetable.ts'
