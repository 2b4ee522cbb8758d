/**
 * The journal of a run: what happened to each step, in order. An entry out of order is refused, for a journal that can
 * say anything proves nothing.
 */
import type { Evidence } from '#actions'

/** `refused`: what the step requires was not proved, so it was never begun. `skipped`: another's answer made it needless. */
export type Event =
  | 'proved'
  | 'refused'
  | 'skipped'
  | 'started'
  | 'done'
  | 'failed'
  | 'unknown'
  | 'undo started'
  | 'undone'
  | 'undo failed'

export type Entry = { readonly step: number; readonly event: Event; readonly evidence: Evidence }

export type Journal = readonly Entry[]

/** What may follow what, for one step; `undefined`: nothing has happened to it yet. */
const FOLLOWS: Readonly<Record<Event, readonly (Event | undefined)[]>> = {
  proved: [undefined],
  refused: [undefined],
  skipped: [undefined],
  started: ['proved'],
  done: ['started'],
  failed: ['started'],
  unknown: ['started'],
  'undo started': ['done', 'failed', 'unknown'],
  undone: ['undo started'],
  'undo failed': ['undo started'],
}

export const lastOf = (journal: Journal, step: number): Entry | undefined =>
  journal.findLast((entry) => entry.step === step)

/** @throws RangeError for an event that can't follow: a fault of ours, never of what was found */
export function append(journal: Journal, entry: Entry): Journal {
  const before = lastOf(journal, entry.step)?.event
  if (FOLLOWS[entry.event].includes(before)) return [...journal, entry]
  throw new RangeError(`step ${entry.step}: "${entry.event}" can't follow "${before ?? 'nothing'}"`)
}
