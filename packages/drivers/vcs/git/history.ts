/** The commits that changed some paths. */
import { EngineError, type Limits } from '@anyblade/engine'
import type { Commit } from '../vcs.ts'
import { git, lastWords, stdoutOf, succeeded } from './run.ts'

const FIELD = '%x1f'
const FORMAT = ['%H', '%cI', '%an', '%s', '%(trailers:key=Run,valueonly,separator=%x20)'].join(FIELD)

/** The youngest first. @throws EngineError `record-failed` */
export async function historyOf(
  dir: string,
  paths: readonly string[],
  most: number,
  limits: Limits,
): Promise<Commit[]> {
  const answer = await git(dir, ['log', `--max-count=${most}`, `--format=${FORMAT}`, '--', ...paths], limits)
  if (!succeeded(answer))
    throw new EngineError('record-failed', {
      attempted: `read the history of ${dir}`,
      found: lastWords(answer),
      hint: 'see what git log says there',
    })
  return stdoutOf(answer)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [commit = '', time = '', author = '', subject = '', run = ''] = line.split('\u001f')
      return { commit, time, author, subject, run: run.trim() === '' ? undefined : run.trim() }
    })
}
