/**
 * A fleet's history in git: what a run has made true, written into documents and committed.
 * May come in: a directory that is a fleet. May not: a question to the operator; credentials are agents' business.
 * A record that fails leaves the documents as they were.
 */
import type { Limits, Outcome, RecordDocuments, Recorder, Rendered, RunId } from '@anyblade/engine'
import { FLEET, type Kept } from '../../documents/layout.ts'
import { type Contents, contentsOf } from '../contents.ts'
import { answered, done, failed } from '../outcome.ts'
import { whyNotReady, whyTouched, withRun } from '../readiness.ts'
import { commitPaths, fetchUpstream, pushHead } from './commit.ts'
import { git } from './run.ts'
import { stateOf, type TreeState } from './state.ts'

const REMOTE_MS = 20_000
const never = new AbortController().signal

export class GitRecorder implements Recorder {
  readonly #dir: string
  readonly #kept: Kept

  constructor(dir: string, kept: Kept = FLEET) {
    this.#dir = dir
    this.#kept = kept
  }

  #state(limits?: Limits): Promise<TreeState> {
    return stateOf(this.#dir, limits, this.#kept.paths)
  }

  async ready(commit: string | undefined): Promise<Outcome> {
    return answered(async () => {
      const state = await this.#state()
      const because = onNoBranch(state) ?? whyNotReady(this.#kept.what, { ...state, at: state.head }, commit)
      return because === undefined ? this.#upToDate(state) : failed(because)
    })
  }

  /** A clone that is known to be behind is refused; one whose remote can't be reached is not. */
  async #upToDate({ upstream }: TreeState): Promise<Outcome> {
    if (upstream === undefined) return done([])
    const unreached = await fetchUpstream(this.#dir, { deadlineMs: REMOTE_MS, signal: never })
    const { behindCount, aheadCount } = await this.#state()
    if (behindCount > 0)
      return failed(
        `this clone is ${behindCount} commits behind ${upstream}: git pull ${aheadCount > 0 ? '--rebase' : '--ff-only'}`,
      )
    return done(unreached === undefined ? [] : [`${upstream} was not reached: ${unreached}`])
  }

  async record(
    run: RunId | undefined,
    action: RecordDocuments,
    rendered: readonly Rendered[],
    limits: Limits,
  ): Promise<Outcome> {
    const until = performance.now() + limits.deadlineMs
    const rest = (): Limits => ({ ...limits, deadlineMs: Math.max(1, until - performance.now()) })
    return answered(async () => {
      const before = await this.#state(rest())
      const contents = contentsOf(this.#dir, this.#kept, action, rendered)
      const touched = whyTouched(before.uncommitted, (path) => contents.changes(path))
      if (touched !== undefined) return failed(touched)
      return this.#write(contents, before, withRun(action.message, run), rest)
    })
  }

  async #write(contents: Contents, before: TreeState, message: string, rest: () => Limits): Promise<Outcome> {
    const because = contents.write() ?? (await this.#commit(contents, before, message, rest()))
    if (because !== undefined) return this.#restored(contents, because)
    const after = await this.#state()
    const committed = after.head !== before.head
    const subject = message.split('\n')[0]
    const head = after.head?.slice(0, 7)
    const line = committed ? `${head} "${subject}"` : `${head} holds it already`
    const pushed = await this.#push(after, rest())
    if (pushed.state === 'sent') return done([line, ...pushed.lines])
    if (pushed.state === 'unreached')
      // What may have arrived stays committed: whoever tries again, or takes it back, pushes it with the next one.
      return this.#kept.mustArrive ? failed(`${line}, ${pushed.because}`) : done([line, pushed.because])
    if (committed) await this.#takeBack(contents, before, after)
    return failed(`${pushed.because}; git pull --rebase, then resume the run`)
  }

  /** A commit that the upstream does not take is none: whoever resumes the run, here or elsewhere, writes it anew. */
  async #takeBack(contents: Contents, before: TreeState, after: TreeState): Promise<void> {
    const limits = { deadlineMs: REMOTE_MS, signal: never }
    if (before.head === undefined || after.head === undefined || after.branch === undefined) return
    await git(this.#dir, ['update-ref', `refs/heads/${after.branch}`, before.head, after.head], limits)
    await this.#restored(contents, '')
  }

  /** @returns why there is no commit of it */
  async #commit(contents: Contents, before: TreeState, message: string, limits: Limits): Promise<string | undefined> {
    if (contents.paths.length === 0) return undefined
    const committed = await commitPaths(this.#dir, contents.paths, message, limits)
    if (committed.state === 'committed' || committed.state === 'unchanged') return undefined
    // A git that was killed has ended by now: either HEAD has moved or it has not.
    const moved = committed.state === 'unknown' && (await this.#state()).head !== before.head
    return moved ? undefined : committed.because
  }

  async #restored(contents: Contents, because: string): Promise<Outcome> {
    const remains = contents.restore()
    await git(this.#dir, ['reset', '--quiet', '--', ...contents.paths], { deadlineMs: REMOTE_MS, signal: never })
    return failed(remains === undefined ? because : `${because}; and the documents could not be put back: ${remains}`)
  }

  /** One that could not come to the upstream for now is told, not taken back: the commit is the record. */
  async #push({ branch, upstream, aheadCount }: TreeState, limits: Limits): Promise<Sent> {
    if (branch === undefined || upstream === undefined || aheadCount === 0) return { state: 'sent', lines: [] }
    const within = { ...limits, deadlineMs: Math.min(limits.deadlineMs, REMOTE_MS) }
    const pushed = await pushHead(this.#dir, branch, within)
    switch (pushed.state) {
      case 'pushed':
        return { state: 'sent', lines: [`pushed to ${upstream}`] }
      case 'unreached':
        return { state: 'unreached', because: `not pushed: ${pushed.because}; later: git push` }
      case 'rejected':
        return { state: 'rejected', because: `${upstream} rejects the record: ${pushed.because}` }
    }
  }
}

type Sent =
  | { readonly state: 'sent'; readonly lines: readonly string[] }
  | { readonly state: 'rejected' | 'unreached'; readonly because: string }

const onNoBranch = ({ branch }: TreeState): string | undefined =>
  branch === undefined ? 'HEAD is on no branch, where a record would be lost: git switch BRANCH' : undefined
