/**
 * A fleet's history in subversion: what a run has made true, written into documents and committed. There is no record
 * without the server, so one that can't be reached is refused before a run begins. A record that fails leaves the
 * documents as they were: `svn update`, and it can be tried again.
 */
import type { Limits, Outcome, RecordDocuments, Recorder, Rendered, RunId } from '@anyblade/engine'
import { FLEET, type Kept } from '../../documents/layout.ts'
import { contentsOf } from '../contents.ts'
import { answered, done, failed, list } from '../outcome.ts'
import { whyNotReady, whyTouched, withRun } from '../readiness.ts'
import { commitPaths } from './commit.ts'
import { behind, stateOf } from './state.ts'

const SERVER: Limits = { deadlineMs: 30_000, signal: new AbortController().signal }

export class SvnRecorder implements Recorder {
  readonly #dir: string
  readonly #kept: Kept

  constructor(dir: string, kept: Kept = FLEET) {
    this.#dir = dir
    this.#kept = kept
  }

  async ready(commit: string | undefined): Promise<Outcome> {
    return answered(async () => {
      const state = await stateOf(this.#dir, undefined, this.#kept.paths)
      const because = state.isLocked ? LOCKED : whyNotReady(this.#kept.what, { ...state, at: state.revision }, commit)
      if (because !== undefined) return failed(because)
      const missing = await behind(this.#dir, SERVER)
      if (typeof missing === 'string')
        return failed(`the repository can't be asked, and nothing be recorded: ${missing}`)
      return missing.paths.length === 0
        ? done([])
        : failed(`this working copy is behind at ${list(missing.paths)}: svn update`)
    })
  }

  async record(
    run: RunId | undefined,
    action: RecordDocuments,
    rendered: readonly Rendered[],
    limits: Limits,
  ): Promise<Outcome> {
    return answered(async () => {
      const before = await stateOf(this.#dir, limits, this.#kept.paths)
      if (before.isLocked) return failed(LOCKED)
      const contents = contentsOf(this.#dir, this.#kept, action, rendered)
      const touched = whyTouched(before.uncommitted, (path) => contents.changes(path))
      if (touched !== undefined) return failed(touched)
      const unwritten = contents.write()
      const message = withRun(action.message, run)
      const committed =
        unwritten === undefined
          ? await commitPaths(this.#dir, contents.paths, message, limits)
          : ({ state: 'failed', because: unwritten } as const)
      if (committed.state !== 'committed' && committed.state !== 'unchanged') {
        const remains = contents.restore()
        const advice = `${committed.because}; svn update, then resume the run`
        return failed(remains === undefined ? advice : `${advice}; and the documents could not be put back: ${remains}`)
      }
      const { revision } = await stateOf(this.#dir)
      const subject = action.message.split('\n')[0]
      return done([committed.state === 'committed' ? `${revision} "${subject}"` : `${revision} holds it already`])
    })
  }
}

const LOCKED = 'the working copy is locked, by an svn that is at work or was killed: svn cleanup'
