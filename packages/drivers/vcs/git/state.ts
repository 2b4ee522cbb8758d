/**
 * How a work tree stands: its commit, its branch, what in it is not committed, and how it stands to its upstream.
 * Reads only; even the index is not refreshed on disk.
 */
import { EngineError, type Limits } from '@anyblade/engine'
import { git, lastWords } from './run.ts'

export type TreeState = {
  /** The full id of HEAD; undefined before the first commit. */
  readonly head: string | undefined
  /** undefined: HEAD is detached. */
  readonly branch: string | undefined
  /** Such as origin/main; undefined where none is configured. */
  readonly upstream: string | undefined
  /** Commits not there yet, and commits from there not here yet; undefined where the upstream was never fetched. */
  readonly aheadCount: number | undefined
  readonly behindCount: number | undefined
  /** Paths from the directory that was asked, changed or unknown to git. */
  readonly uncommitted: readonly string[]
}

/** Where a plain read of the disk hangs, so does the file system. */
const READ_MS = 30_000
const never = new AbortController().signal

/**
 * The state of the repository around `dir`, of `paths` below it only.
 * @throws EngineError `fleet-missing` where git sees no repository, or refuses to look into it
 */
export async function stateOf(dir: string, paths: readonly string[]): Promise<TreeState> {
  const limits: Limits = { deadlineMs: READ_MS, signal: never }
  const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=all', '-z']
  const [answer, prefix] = await Promise.all([
    git(dir, [...args, '--no-renames', '--', ...paths], limits),
    git(dir, ['rev-parse', '--show-prefix'], limits),
  ])
  if (answer.state === 'answered' && answer.exit === 0 && prefix.state === 'answered')
    return parseState(answer.stdout, prefix.stdout.replace(/\n$/, ''))
  throw new EngineError('fleet-missing', {
    attempted: `read the git repository of ${dir}`,
    found: lastWords(answer),
    hint: 'a fleet is a git repository: anyblade fleet init DIR makes one',
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
  const ahead = /^\+(\d+) -(\d+)$/.exec(header('branch.ab') ?? '')
  return {
    head: head === '(initial)' ? undefined : head,
    branch: branch === '(detached)' ? undefined : branch,
    upstream: header('branch.upstream'),
    aheadCount: ahead ? Number(ahead[1]) : undefined,
    behindCount: ahead ? Number(ahead[2]) : undefined,
    uncommitted: entries.flatMap((entry) => uncommittedPath(entry, prefix)),
  }
}

/** `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path` */
const BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 }

function uncommittedPath(entry: string, prefix: string): string[] {
  const words = BEFORE_PATH[entry.charAt(0)]
  if (words === undefined || entry.charAt(1) !== ' ') return []
  const path = entry.split(' ').slice(words).join(' ')
  return [path.startsWith(prefix) ? path.slice(prefix.length) : path]
}

/** The commit that HEAD is. @throws EngineError `fleet-missing` where there is none */
export async function headOf(dir: string): Promise<string> {
  const { head } = await stateOf(dir, ['fleet.yaml'])
  if (head !== undefined) return head
  throw new EngineError('fleet-missing', {
    attempted: `read the last commit in ${dir}`,
    found: 'the repository has no commit yet',
    hint: 'git add and git commit the documents',
  })
}
