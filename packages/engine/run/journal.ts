/**
 * The journal of a run: what happened to each step, in order. An entry out of order is refused, for a journal that can
 * say anything proves nothing.
 */
import type { Evidence } from '#actions'

/**
 * `refused`: what the step requires was not proved, so it was never begun. `skipped`: another's answer made it needless.
 * Whoever goes on with a run of others adds what they can't know: `lost`: it may have been begun or done, look; `open`:
 * looked, and it is not done; `undo lost`: the way back was begun, and may not have come to its end.
 */
export const EVENTS = [
  'proved',
  'refused',
  'skipped',
  'started',
  'done',
  'failed',
  'unknown',
  'lost',
  'open',
  'undo started',
  'undone',
  'undo failed',
  'undo lost',
] as const
export type Event = (typeof EVENTS)[number]

export type Entry = { readonly step: number; readonly event: Event; readonly evidence: Evidence }

export type Journal = readonly Entry[]

/** What may follow what, for one step; `undefined`: nothing has happened to it yet. */
const FOLLOWS: Readonly<Record<Event, readonly (Event | undefined)[]>> = {
  proved: [undefined, 'open'],
  // also where the blade has barred what was about to begin
  refused: [undefined, 'open', 'started'],
  skipped: [undefined, 'open'],
  started: ['proved'],
  done: ['started', 'lost'],
  failed: ['started'],
  unknown: ['started', 'lost'],
  // `done` where it could not say how it ended
  lost: ['started', 'unknown', 'failed', 'refused', 'done'],
  open: ['lost'],
  'undo started': ['done', 'failed', 'unknown', 'lost', 'open', 'proved', 'refused', 'undo lost'],
  undone: ['undo started'],
  'undo failed': ['undo started'],
  // `undone` where what had no answer may have come after it
  'undo lost': ['undo started', 'undo failed', 'undone'],
}

/**
 * A move answers `unsettled` before it begins: where it was cut off or killed, that is what stands, and not that it failed.
 * The steps after it find out what became of it.
 */
export const eventFrom = (event: Event, { answer }: Evidence): Event =>
  event === 'failed' && answer === 'unsettled' ? 'done' : event

export const lastOf = (journal: Journal, step: number): Entry | undefined =>
  journal.findLast((entry) => entry.step === step)

/** @throws RangeError for an event that can't follow: a fault of ours, never of what was found */
export function append(journal: Journal, entry: Entry): Journal {
  const before = lastOf(journal, entry.step)?.event
  if (FOLLOWS[entry.event].includes(before)) return [...journal, entry]
  throw new RangeError(`step ${entry.step}: "${entry.event}" can't follow "${before ?? 'nothing'}"`)
}
