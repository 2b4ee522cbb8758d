/**
 * Commits, and their way to the upstream. What else the operator has changed or staged stays as it is.
 */
import { hostname, userInfo } from 'node:os'
import { EngineError, type Limits } from '@anyblade/engine'
import { type GitAnswer, git, lastWords } from './run.ts'

/** `unchanged`: the paths are already in HEAD as they are on disk. `unknown`: killed while it committed. */
export type Committed =
  | { readonly state: 'committed' | 'unchanged' }
  | { readonly state: 'failed' | 'unknown'; readonly because: string }

/** Commits these paths only, as they are on disk; a path that is gone is committed as removed. */
export async function commitPaths(
  dir: string,
  paths: readonly string[],
  message: string,
  limits: Limits,
): Promise<Committed> {
  // --force: an ignore rule of the operator's own, such as *.xml, must not keep a document out.
  const added = await git(dir, ['add', '--all', '--force', '--', ...paths], limits)
  if (!succeeded(added)) return { state: 'failed', because: lastWords(added) }
  const staged = await git(dir, ['diff', '--cached', '--quiet', '--', ...paths], limits)
  if (succeeded(staged)) return { state: 'unchanged' }
  const identity = await identityArguments(dir, limits)
  const committed = await git(
    dir,
    [...identity, 'commit', '--quiet', '--cleanup=verbatim', `--message=${message}`, '--only', '--', ...paths],
    limits,
  )
  if (succeeded(committed)) return { state: 'committed' }
  const state = committed.state === 'answered' ? 'failed' : 'unknown'
  return { state, because: lastWords(committed) }
}

const succeeded = (answer: GitAnswer): boolean => answer.state === 'answered' && answer.exit === 0

/** The operator's own name and address; where none is configured, who is logged in where. */
async function identityArguments(dir: string, limits: Limits): Promise<string[]> {
  const login = loginName()
  const fallback = { name: login, email: `${login}@${hostname()}` }
  const asked = (['name', 'email'] as const).map(async (key) => {
    const variable = key.toUpperCase()
    if (process.env[`GIT_AUTHOR_${variable}`] && process.env[`GIT_COMMITTER_${variable}`]) return []
    if (key === 'email' && process.env.EMAIL) return []
    const configured = await git(dir, ['config', '--get', `user.${key}`], limits)
    return succeeded(configured) ? [] : ['-c', `user.${key}=${fallback[key]}`]
  })
  return (await Promise.all(asked)).flat()
}

function loginName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid${process.getuid?.() ?? ''}` // an account that the machine has no name for
  }
}

/** Makes a repository of a directory that is in none. @throws EngineError `record-failed` */
export async function initRepository(dir: string, limits: Limits): Promise<void> {
  const inside = await git(dir, ['rev-parse', '--show-toplevel'], limits)
  if (succeeded(inside)) return
  const made = await git(dir, ['init', '--quiet'], limits)
  if (succeeded(made)) return
  throw new EngineError('record-failed', {
    attempted: `make a git repository in ${dir}`,
    found: lastWords(made),
    hint: 'see what git init says there',
  })
}

/** What is known of the upstream is made new; `false` with its last words where it could not be asked. */
export type Fetched = { readonly reached: true } | { readonly reached: false; readonly because: string }

export async function fetchUpstream(dir: string, limits: Limits): Promise<Fetched> {
  const answer = await git(dir, ['fetch', '--quiet', '--no-recurse-submodules'], limits)
  return succeeded(answer) ? { reached: true } : { reached: false, because: lastWords(answer) }
}

/** `rejected`: the upstream has said no, and has nothing of it. `unreached`: nobody can say. */
export type Pushed =
  | { readonly state: 'pushed' }
  | { readonly state: 'rejected' | 'unreached'; readonly because: string }

/** Pushes HEAD to the branch's upstream; never anything but a fast-forward. */
export async function pushHead(dir: string, branch: string, limits: Limits): Promise<Pushed> {
  const [remote, merge] = await Promise.all(
    ['remote', 'merge'].map((key) => git(dir, ['config', '--get', `branch.${branch}.${key}`], limits)),
  )
  const [to, ref] = [remote, merge].map((answer) => (answer?.state === 'answered' ? answer.stdout.trim() : ''))
  if (!to || !ref) return { state: 'unreached', because: `no upstream is configured for ${branch}` }
  const answer = await git(dir, ['push', '--porcelain', '--', to, `HEAD:${ref}`], limits)
  if (succeeded(answer)) return { state: 'pushed' }
  const rejection = answer.state === 'answered' ? /^!\t\S*\t(.*)$/m.exec(answer.stdout)?.[1] : undefined
  return rejection === undefined
    ? { state: 'unreached', because: lastWords(answer) }
    : { state: 'rejected', because: rejection }
}

/**
 * Takes the last commit back, its files too; what else is changed in the work tree stays.
 * @returns why it could not
 */
export async function takeBack(dir: string, to: string, limits: Limits): Promise<string | undefined> {
  const answer = await git(dir, ['reset', '--quiet', '--keep', to], limits)
  return succeeded(answer) ? undefined : lastWords(answer)
}
