/** Whether what lies in a fleet's directory may be recorded on: judged alike, whatever keeps its history. */
import { list } from './outcome.ts'

/** What a directory tells of itself; `at`: the state that its documents are at, undefined before the first one. */
export type Directory = { readonly at: string | undefined; readonly uncommitted: readonly string[] }

const SHORT = 7

/** `commit`: what the documents must be at still; undefined: of a run that goes on, which may have moved them itself. */
export function whyNotReady(
  what: string,
  { at, uncommitted }: Directory,
  commit: string | undefined,
): string | undefined {
  if (uncommitted.length > 0) return `${what} has changes that are not committed: ${list(uncommitted)}`
  if (commit === undefined || at === commit) return undefined
  return `the documents have moved on from ${short(commit)} to ${at === undefined ? 'no commit' : short(at)}`
}

/** A hash is known by its beginning; a revision is short as it is. */
const short = (name: string): string => name.slice(0, SHORT)

/** Paths of a record that somebody has changed by hand since. */
export function whyTouched(uncommitted: readonly string[], changes: (path: string) => boolean): string | undefined {
  const touched = uncommitted.filter(changes)
  return touched.length === 0 ? undefined : `${list(touched)} was changed by hand meanwhile; commit it, then go on`
}

/** The message of a record, with the run that it came about by. */
export const withRun = (message: string, run: string | undefined): string =>
  run === undefined ? message : `${message}\n\nRun: ${run}\n`
