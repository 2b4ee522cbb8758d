/** All promises over a history; the same ones for the simulator, the lab and `anyblade audit`. */
import type { History, Judge, Moment, PromiseName, Violation } from './history.ts'
import { neverWrongLun } from './never-wrong-lun.ts'
import { noOlderMemory } from './no-older-memory.ts'
import { nothingElseTouched } from './nothing-else-touched.ts'
import { nothingGoesWhileUsed } from './nothing-goes-while-used.ts'
import { nothingHalfDone } from './nothing-half-done.ts'
import { nothingHangs } from './nothing-hangs.ts'
import { oneAlias } from './one-alias.ts'
import { oneWriter } from './one-writer.ts'

/** In the order in which the project gives them. */
export const PROMISES: readonly (readonly [PromiseName, Judge])[] = [
  ['one writer', oneWriter],
  ['no memory older than its disk', noOlderMemory],
  ['never the wrong LUN', neverWrongLun],
  ['nothing goes while it is used', nothingGoesWhileUsed],
  ['one alias, one WWID', oneAlias],
  ['nothing is half done', nothingHalfDone],
  ['nothing else is touched', nothingElseTouched],
  ['nothing hangs', nothingHangs],
]

/** What the promises say against one moment. */
export const judge = (now: Moment, before: Moment | undefined): Violation[] =>
  PROMISES.flatMap(([promise, of]) => of(now, before).map((because) => ({ promise, atMs: now.atMs, because })))

/** What they say against a whole history. */
export const violations = (history: History): Violation[] =>
  history.flatMap((moment, at) => judge(moment, history[at - 1]))
