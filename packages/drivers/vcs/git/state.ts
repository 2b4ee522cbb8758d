/**
 * How a work tree stands: its commit, its branch, what in it is not committed, and how it stands to its upstream.
 * Reads only; even git's index is not refreshed on disk.
 */
import { EngineError, type Limits } from '@anyblade/engine'
import { OWN_PATHS } from '../../documents/layout.ts'
import { git, lastWords, stdoutOf, succeeded } from './run.ts'

export type TreeState = {
  /** The full id of HEAD; undefined before the first commit. */
  readonly head: string | undefined
  /** undefined: HEAD is detached. */
  readonly branch: string | undefined
  /** Such as origin/main; undefined where none is configured. */
  readonly upstream: string | undefined
  /** Commits that the upstream has not, and that only it has; both 0 where it was never fetched. */
  readonly aheadCount: number
  readonly behindCount: number
  /** Paths from the directory that was asked: changed, gone, or unknown to git. */
  readonly uncommitted: readonly string[]
}

const LOCAL: Limits = { deadlineMs: 20_000, signal: new AbortController().signal }

/**
 * The state of the repository around `dir`; of changes, those of these files only.
 * @throws EngineError `fleet-missing` where git sees no repository, or refuses to look into it
 */
export async function stateOf(
  dir: string,
  limits: Limits = LOCAL,
  paths: readonly string[] = OWN_PATHS,
): Promise<TreeState> {
  const status = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=all', '-z']
  const [answer, prefix] = await Promise.all([
    git(dir, [...status, '--no-renames', '--', ...paths], limits),
    git(dir, ['rev-parse', '--show-prefix'], limits),
  ])
  if (succeeded(answer) && succeeded(prefix)) return parseState(stdoutOf(answer), stdoutOf(prefix).replace(/\n$/, ''))
  throw new EngineError('fleet-missing', {
    attempted: `read the git repository of ${dir}`,
    found: lastWords(answer),
    hint: `a fleet is a git repository that this account may read: cd ${dir} && git init && git add . && git commit`,
  })
}

/**
 * Reads `git status --porcelain=v2 --branch -z`; `prefix` is taken off the paths.
 * Source: git-status(1), "Porcelain Format Version 2"; with --no-renames no entry has a second path
 */
export function parseState(text: string, prefix: string): TreeState {
  const entries = text.split('\0')
  const header = (name: string) => entries.find((entry) => entry.startsWith(`# ${name} `))?.slice(name.length + 3)
  const [head, branch] = [header('branch.oid'), header('branch.head')]
  const [, ahead = '0', behind = '0'] = /^\+(\d+) -(\d+)$/.exec(header('branch.ab') ?? '') ?? []
  return {
    head: head === '(initial)' ? undefined : head,
    branch: branch === '(detached)' ? undefined : branch,
    upstream: header('branch.upstream'),
    aheadCount: Number(ahead),
    behindCount: Number(behind),
    uncommitted: entries.flatMap((entry) => uncommittedPath(entry, prefix)),
  }
}

/** Words before the path: `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path` */
const BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 }

function uncommittedPath(entry: string, prefix: string): string[] {
  const words = entry.charAt(1) === ' ' ? BEFORE_PATH[entry.charAt(0)] : undefined
  if (words === undefined) return []
  const path = entry.split(' ').slice(words).join(' ')
  return [path.startsWith(prefix) ? path.slice(prefix.length) : path]
}

/** The commit that HEAD is. @throws EngineError `fleet-missing` where there is none yet */
export async function headOf(dir: string): Promise<string> {
  return headIn(dir, await stateOf(dir))
}

/** What the documents are: the commit, with `+dirty` where they are not as it has them. @throws as `headOf` */
export async function basisOf(dir: string): Promise<string> {
  const state = await stateOf(dir)
  const head = headIn(dir, state)
  return state.uncommitted.length === 0 ? head : `${head}+dirty`
}

function headIn(dir: string, { head }: TreeState): string {
  if (head !== undefined) return head
  throw new EngineError('fleet-missing', {
    attempted: `read the last commit in ${dir}`,
    found: 'the repository has no commit yet',
    hint: 'git add and git commit the documents',
  })
}
