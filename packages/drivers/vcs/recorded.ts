/** What the fleet's repository has recorded of blades' configurations, and when. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BladeName, EngineError, type Limits, type MultipathFiles } from '@anyblade/engine'
import { git, lastWords, stdoutOf, succeeded } from './run.ts'

const rootOf = (blade: BladeName): string => `rendered/${blade}/etc`

/** As it stands in the working copy, which the fleet was read from; undefined where nothing was ever recorded. */
export function recordedConfig(dir: string, blade: BladeName): MultipathFiles | undefined {
  const root = join(dir, rootOf(blade))
  if (!existsSync(root)) return undefined
  const dropIns = join(root, 'multipath/conf.d')
  const names = existsSync(dropIns) ? readdirSync(dropIns).sort() : []
  return {
    main: existsSync(join(root, 'multipath.conf')) ? readFileSync(join(root, 'multipath.conf')) : undefined,
    dropIns: names.map((name) => ({ name, bytes: readFileSync(join(dropIns, name)) })),
  }
}

/** `run`: by which run it came about; undefined where somebody committed it by hand. */
export type ConfigCommit = {
  readonly commit: string
  readonly time: string
  readonly author: string
  readonly subject: string
  readonly run: string | undefined
}

const FIELD = '%x1f'
const FORMAT = ['%H', '%cI', '%an', '%s', '%(trailers:key=Run,valueonly,separator=%x20)'].join(FIELD)

/** The commits that changed the configuration of these blades, the youngest first. @throws EngineError */
export async function configHistory(
  dir: string,
  blades: readonly BladeName[],
  most: number,
  limits: Limits,
): Promise<ConfigCommit[]> {
  const paths = blades.map(rootOf)
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
