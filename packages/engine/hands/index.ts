/** The door of the hands: interfaces only. */
export type {
  ArrayActor,
  ArrayReader,
  At,
  BladeActor,
  BladeReader,
  Hands,
  Limits,
  MigrationProgress,
  Outcome,
  Recorder,
  Rendered,
  Watch,
} from './hands.ts'
