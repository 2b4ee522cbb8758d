/** The revisions that changed some paths, as the repository has them. */
import { EngineError, type Limits } from '@anyblade/engine'
import type { Commit } from '../vcs.ts'
import { lastWords, literal, stdoutOf, succeeded, svn } from './run.ts'

/** `r12 | ann | 2026-01-02 03:04:05 +0000 (Fri, 02 Jan 2026) | 3 lines`, a blank line, then so many lines of message. */
const HEAD = /^r(\d+) \| (.*) \| (\S+ \S+ \S+) \(.*\) \| (\d+) lines?$/

/** The youngest first. @throws EngineError `record-failed` */
export async function historyOf(
  dir: string,
  paths: readonly string[],
  most: number,
  limits: Limits,
): Promise<Commit[]> {
  // One path a call: with several, svn takes the first for the root of the others.
  const answers = await Promise.all(
    paths.map((path) =>
      svn(dir, ['log', '--limit', String(most), '--revision', 'HEAD:1', '--', literal(path)], limits),
    ),
  )
  const failed = answers.find((answer) => !succeeded(answer) && !/E160013|E155010|E200009/.test(answer.stderr))
  if (failed !== undefined)
    throw new EngineError('record-failed', {
      attempted: `read the history of ${dir}`,
      found: lastWords(failed),
      hint: 'see what svn log says there',
    })
  const found = new Map(answers.flatMap((answer) => parseLog(stdoutOf(answer))).map((one) => [one.commit, one]))
  return [...found.values()].sort((a, b) => Number(b.commit.slice(1)) - Number(a.commit.slice(1))).slice(0, most)
}

/** Reads `svn log`. A message may hold any line, so its length is counted and never guessed. */
export function parseLog(text: string): Commit[] {
  const lines = text.split('\n')
  const commits: Commit[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const [, revision, author = '', time = '', count = '0'] = HEAD.exec(lines[at] ?? '') ?? []
    if (revision === undefined) continue
    const message = lines.slice(at + 2, at + 2 + Number(count))
    const run = message.flatMap((line) => /^Run: (\S+)$/.exec(line)?.[1] ?? []).at(-1)
    commits.push({ commit: `r${revision}`, time, author, subject: message[0] ?? '', run })
    at += 1 + Number(count)
  }
  return commits
}
