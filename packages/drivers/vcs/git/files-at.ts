/** The files of a folder as an earlier commit has them. */
import { EngineError, type Limits } from '@anyblade/engine'
import { git, gitBytes, lastWords, stdoutOf, succeeded } from './run.ts'

/** What may be typed for a commit: a hash, a tag, a branch, `HEAD~2`; never an option. */
const COMMIT = /^[A-Za-z0-9_][A-Za-z0-9_./~^-]{0,199}$/

/** @throws EngineError `record-failed` */
export async function filesAt(
  dir: string,
  commit: string,
  folder: string,
  limits: Limits,
): Promise<ReadonlyMap<string, Buffer>> {
  const resolved = COMMIT.test(commit)
    ? await git(dir, ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], limits)
    : undefined
  const hash = resolved === undefined ? '' : stdoutOf(resolved).trim()
  if (hash === '') throw unread(dir, commit, 'there is no such commit')
  const listed = await git(dir, ['ls-tree', '-r', '-z', '--name-only', hash, '--', `${folder}/`], limits)
  if (!succeeded(listed)) throw unread(dir, commit, lastWords(listed))
  const files = new Map<string, Buffer>()
  for (const path of stdoutOf(listed)
    .split('\0')
    .filter((name) => name !== '')) {
    const shown = await gitBytes(dir, ['cat-file', 'blob', `${hash}:./${path}`], limits)
    if (!succeeded(shown)) throw unread(dir, commit, lastWords(shown))
    files.set(path.slice(folder.length + 1), Buffer.from(stdoutOf(shown), 'latin1'))
  }
  return files
}

const unread = (dir: string, commit: string, found: string): EngineError =>
  new EngineError('record-failed', {
    attempted: `read ${dir} as it was at ${commit.slice(0, 80)}`,
    found,
    hint: 'anyblade config history lists the commits',
  })
