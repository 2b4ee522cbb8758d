/**
 * Commits of subversion. The server has the last word in each: what it does not take is not committed, and then the
 * working copy is as it was. After one that it took the working copy is brought to it whole, so that its revision says
 * what the documents are.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Limits } from '@anyblade/engine'
import type { Commit, Committed } from '../vcs.ts'
import { historyOf } from './history.ts'
import { lastWords, literal, stdoutOf, succeeded, svn } from './run.ts'

const AFTERWARDS: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }

/** Commits these paths only, as they are on disk; a path that is gone is committed as removed. */
export async function commitPaths(
  dir: string,
  paths: readonly string[],
  message: string,
  limits: Limits,
): Promise<Committed> {
  const staged = await stage(dir, paths, limits)
  if (staged !== undefined) {
    await unstage(dir, paths)
    return { state: 'failed', because: staged }
  }
  const targets = await changed(dir, paths, limits)
  if (targets.length === 0) return { state: 'unchanged' }
  const before = await youngest(dir)
  const asked = ['commit', '--quiet', '--depth', 'empty', '--message', message, '--', ...targets.map(literal)]
  const answer = await svn(dir, asked, limits)
  if (!succeeded(answer) && answer.state !== 'answered') await svn(dir, ['cleanup'], AFTERWARDS) // we have killed it
  const isThere = succeeded(answer) || (answer.state !== 'answered' && (await hasCome(dir, before, message)))
  if (!isThere) {
    await unstage(dir, paths)
    return { state: 'failed', because: lastWords(answer) }
  }
  await svn(dir, ['update', '--quiet', '--accept', 'postpone', '.'], AFTERWARDS)
  return { state: 'committed' }
}

/** @returns why it could not be done */
async function stage(dir: string, paths: readonly string[], limits: Limits): Promise<string | undefined> {
  const [there, gone] = [
    paths.filter((path) => existsSync(join(dir, path))),
    paths.filter((path) => !existsSync(join(dir, path))),
  ]
  const known = await versioned(dir, gone, limits)
  const calls = [
    ...(there.length === 0
      ? []
      : [['add', '--quiet', '--force', '--no-ignore', '--parents', '--', ...there.map(literal)]]),
    ...(known.length === 0 ? [] : [['delete', '--quiet', '--force', '--', ...known.map(literal)]]),
  ]
  for (const args of calls) {
    const answer = await svn(dir, args, limits)
    if (!succeeded(answer)) return lastWords(answer)
  }
  return undefined
}

async function versioned(dir: string, paths: readonly string[], limits: Limits): Promise<string[]> {
  const asked = paths.map(async (path) => {
    const answer = await svn(dir, ['info', '--show-item', 'kind', '--', literal(path)], limits)
    return succeeded(answer) ? [path] : []
  })
  return (await Promise.all(asked)).flat()
}

/** Nothing of it is to be committed any more; the files stay as they are on disk, for who puts them back. */
async function unstage(dir: string, paths: readonly string[]): Promise<void> {
  await svn(dir, ['cleanup'], AFTERWARDS)
  const staged = new Set([...paths, ...(await changed(dir, paths, AFTERWARDS))])
  for (const path of [...staged].sort((a, b) => b.length - a.length)) {
    const status = stdoutOf(await svn(dir, ['status', '--depth', 'empty', '--', literal(path)], AFTERWARDS))
    if (/^[AD]/.test(status)) await svn(dir, ['revert', '--quiet', '--depth', 'empty', '--', literal(path)], AFTERWARDS)
  }
}

/** Those of the paths that differ from what is committed, and the new directories above them. */
async function changed(dir: string, paths: readonly string[], limits: Limits): Promise<string[]> {
  const wanted = new Set(paths.flatMap(withParents))
  const status = stdoutOf(await svn(dir, ['status', '--quiet', '--ignore-externals', '.'], limits))
  const lines = status.split('\n').filter((line) => /^[AMDR]/.test(line))
  return lines.map((line) => line.slice(8)).filter((path) => wanted.has(path))
}

function withParents(path: string): string[] {
  const above = dirname(path)
  return above === '.' ? [path] : [path, ...withParents(above)]
}

async function youngest(dir: string): Promise<number> {
  const answer = await svn(dir, ['info', '--revision', 'HEAD', '--show-item', 'last-changed-revision', '.'], AFTERWARDS)
  return Number(stdoutOf(answer).trim())
}

/** Its answer was lost: it has come where a later revision bears its message. */
async function hasCome(dir: string, before: number, message: string): Promise<boolean> {
  const found = await historyOf(dir, ['.'], 20, AFTERWARDS).catch((): Commit[] => [])
  return found.some(({ commit, subject }) => Number(commit.slice(1)) > before && subject === message.split('\n')[0])
}
