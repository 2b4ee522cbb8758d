/** Commits, and their way to the upstream. What else the operator has changed or staged stays as it is. */
import { hostname, userInfo } from 'node:os'
import { EngineError, type Limits } from '@anyblade/engine'
import type { Committed } from '../vcs.ts'
import { git, lastWords, stdoutOf, succeeded } from './run.ts'

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
  const commit = ['commit', '--quiet', '--cleanup=verbatim', `--message=${message}`, '--only', '--', ...paths]
  const committed = await git(dir, [...identity, ...commit], limits)
  if (succeeded(committed)) return { state: 'committed' }
  const state = committed.state === 'answered' ? 'failed' : 'unknown'
  return { state, because: lastWords(committed) }
}

/** The operator's own name and address; where none is configured, who is logged in where. */
async function identityArguments(dir: string, limits: Limits): Promise<string[]> {
  const known = await Promise.all(['AUTHOR', 'COMMITTER'].map((who) => git(dir, ['var', `GIT_${who}_IDENT`], limits)))
  if (known.every(succeeded)) return []
  const login = loginName()
  return ['-c', `user.name=${login}`, '-c', `user.email=${login}@${hostname()}`]
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
  // Any other "no", such as a repository that another account owns, is no invitation to make one inside of it.
  const none = inside.state === 'answered' && /not a git repository/.test(inside.stderr)
  const made = none ? await git(dir, ['-c', 'init.defaultBranch=main', 'init', '--quiet'], limits) : inside
  if (succeeded(made)) return
  throw new EngineError('record-failed', {
    attempted: `make a git repository in ${dir}`,
    found: lastWords(made),
    hint: 'see what git init says there',
  })
}

/** Learns what the upstream has. @returns why it could not */
export async function fetchUpstream(dir: string, limits: Limits): Promise<string | undefined> {
  const answer = await git(dir, ['fetch', '--quiet', '--no-recurse-submodules'], limits)
  return succeeded(answer) ? undefined : lastWords(answer)
}

/** `rejected`: the upstream has answered, and does not take it; only there it is known that it has not got it. */
export type Pushed =
  | { readonly state: 'pushed' }
  | { readonly state: 'rejected' | 'unreached'; readonly because: string }

/**
 * Pushes HEAD to the branch's upstream; never anything but a fast-forward of that one branch, whatever push.default or
 * a remote's push refspecs would add.
 */
export async function pushHead(dir: string, branch: string, limits: Limits): Promise<Pushed> {
  const [remote, ref] = await Promise.all(
    ['remote', 'merge'].map(async (key) =>
      stdoutOf(await git(dir, ['config', '--get', `branch.${branch}.${key}`], limits)).trim(),
    ),
  )
  if (!remote || !ref) return { state: 'unreached', because: `no upstream is configured for ${branch}` }
  const answer = await git(dir, ['push', '--porcelain', '--', remote, `HEAD:${ref}`], limits)
  if (succeeded(answer)) return { state: 'pushed' }
  const rejection = /^!\t\S*\t(.*)$/m.exec(stdoutOf(answer))?.[1]
  if (rejection !== undefined) return { state: 'rejected', because: rejection }
  return { state: 'unreached', because: lastWords(answer) }
}
