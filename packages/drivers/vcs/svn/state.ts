/** How a working copy of subversion stands: its revision, and what in it is not committed. Reads only. */
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { EngineError, type Limits } from '@anyblade/engine'
import { OWN_PATHS } from '../../documents/layout.ts'
import { lastWords, stdoutOf, succeeded, svn } from './run.ts'

export type CopyState = {
  /** `r12`: the last revision that changed anything of the fleet, as this working copy has it. */
  readonly revision: string
  /** Of the fleet's own files: changed, gone, in conflict, or unknown to svn. */
  readonly uncommitted: readonly string[]
  /** Another svn is at work in it, or was killed there. */
  readonly isLocked: boolean
}

const LOCAL: Limits = { deadlineMs: 20_000, signal: new AbortController().signal }

/** @throws EngineError `fleet-missing` where svn sees no working copy, or one of another format */
export async function stateOf(
  dir: string,
  limits: Limits = LOCAL,
  paths: readonly string[] = OWN_PATHS,
): Promise<CopyState> {
  const [status, info] = await Promise.all([
    svn(dir, ['status', '--ignore-externals', '.'], limits),
    svn(dir, ['info', '--show-item', 'last-changed-revision', '.'], limits),
  ])
  const revision = stdoutOf(info).trim()
  if (succeeded(status) && succeeded(info) && /^\d+$/.test(revision)) {
    const { uncommitted, isLocked } = parseStatus(stdoutOf(status), paths)
    return { revision: `r${revision}`, isLocked, uncommitted: uncommitted.flatMap((path) => filesIn(dir, path)) }
  }
  throw new EngineError('fleet-missing', {
    attempted: `read the working copy of subversion in ${dir}`,
    found: lastWords(succeeded(status) ? info : status),
    hint: `a fleet lies in a working copy that this account may read: svn info ${dir}`,
  })
}

/** Of a directory that svn does not know it tells no more than its name; one that holds nothing has nothing to commit. */
function filesIn(dir: string, path: string): string[] {
  const full = join(dir, path)
  if (path === '.' || statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  return readdirSync(full, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
}

/** Before the path stand seven columns and a blank; the third column is the lock of the working copy. */
const PATH_AT = 8

/** Reads `svn status`. Source: svn help status */
export function parseStatus(
  text: string,
  paths: readonly string[] = OWN_PATHS,
): Pick<CopyState, 'uncommitted' | 'isLocked'> {
  const lines = text.split('\n').filter((line) => line.length > PATH_AT)
  const isOurs = (path: string) => path === '.' || paths.some((own) => path === own || path.startsWith(`${own}/`))
  return {
    uncommitted: lines
      .filter((line) => /^[^ XI]|^ [^ ]/.test(line))
      .map((line) => line.slice(PATH_AT))
      .filter(isOurs),
    isLocked: lines.some((line) => line.charAt(2) === 'L'),
  }
}

/** What the repository has that this working copy has not; or why it could not be asked. */
export async function behind(dir: string, limits: Limits): Promise<{ readonly paths: string[] } | string> {
  const answer = await svn(dir, ['status', '--show-updates', '--quiet', '--ignore-externals', '.'], limits)
  if (!succeeded(answer)) return lastWords(answer)
  // The sign of an update stands in the ninth column, then a revision, then the path.
  const lines = stdoutOf(answer).split('\n')
  return { paths: lines.flatMap((line) => /^.{8}\*\s+\d*\s+(.*)$/.exec(line)?.[1] ?? []) }
}

/** What the documents are: the revision, with `+dirty` where they are not as it has them. @throws as `stateOf` */
export async function basisOf(dir: string): Promise<string> {
  const { revision, uncommitted } = await stateOf(dir)
  return uncommitted.length === 0 ? revision : `${revision}+dirty`
}
