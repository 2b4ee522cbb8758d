/** The files of a folder as an earlier revision has them. */
import { EngineError, type Limits } from '@anyblade/engine'
import { lastWords, stdoutOf, succeeded, svn, svnBytes } from './run.ts'

/** The folder was not there in that revision. */
const ABSENT = /E200009|E160013|E195012/

/** @throws EngineError `record-failed` */
export async function filesAt(
  dir: string,
  commit: string,
  folder: string,
  limits: Limits,
): Promise<ReadonlyMap<string, Buffer>> {
  const revision = /^r?(\d{1,10})$/.exec(commit)?.[1]
  if (revision === undefined) throw unread(dir, commit, 'that is no revision')
  const known = await svn(dir, ['info', '--revision', revision, '--', '.'], limits)
  if (!succeeded(known)) throw unread(dir, commit, lastWords(known))
  // A path is looked for where it was in that revision: it may be gone by now.
  const at = (path: string) => `${path}@${revision}`
  const url = stdoutOf(known).match(/^URL: (.*)$/m)?.[1] ?? ''
  const listed = await svn(dir, ['list', '--recursive', '--', at(`${url}/${folder}`)], limits)
  if (!succeeded(listed) && ABSENT.test('stderr' in listed ? listed.stderr : '')) return new Map()
  if (!succeeded(listed)) throw unread(dir, commit, lastWords(listed))
  const files = new Map<string, Buffer>()
  const names = stdoutOf(listed)
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/'))
  for (const name of names) {
    const path = name.split('/').map(encodeURIComponent).join('/')
    const shown = await svnBytes(dir, ['cat', '--', at(`${url}/${folder}/${path}`)], limits)
    if (!succeeded(shown)) throw unread(dir, commit, lastWords(shown))
    files.set(name, Buffer.from(stdoutOf(shown), 'latin1'))
  }
  return files
}

const unread = (dir: string, commit: string, found: string): EngineError =>
  new EngineError('record-failed', {
    attempted: `read ${dir} as it was at ${commit.slice(0, 80)}`,
    found,
    hint: 'anyblade config history lists the revisions',
  })
