/**
 * Runs test files under node:test, in a process that can be killed, and counts what they say; and the lab around them.
 * Shared by `npm test` and `npm run soak`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tally } from './tally.ts'

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const MINUTE_MS = 60_000
const SLOWEST = 6
/** The programs for blades start python3 thousands of times, and a version manager's shim costs ten times as much. */
process.env.PATH = `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`
const total = { passed: 0, failed: 0, skipped: 0 }

export function add(count: Count): void {
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
}

/** `atOnce`: so many files; `timeoutMs`: of one test; `none`: all of them in one process. */
export type How = { readonly atOnce: number; readonly timeoutMs?: number; readonly isolation?: 'none' | 'process' }

/** Runs test files under node:test, begun in this order; a run that hangs or can't be counted is one failure. */
export async function run(title: string, files: readonly string[], how: How, limitMs: number): Promise<void> {
  if (files.length === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-test-'))
  const counts = join(folder, 'counts.json')
  const began = Date.now()
  const args = ['scripts/in-order.ts', counts, JSON.stringify(how), ...files]
  console.log(`\n${title}: ${files.length} files`)
  const status = await exitOf(args, limitMs)
  const tally = tallyIn(counts)
  for (const line of tally?.seen ?? []) console.log(line)
  if (tally === undefined) console.log(`${title}: ended without a count (exit ${status ?? 'by the time limit'})`)
  const counted = tally ?? { passed: 0, failed: 1, skipped: 0, fileMs: {}, seen: [] }
  // An exit code that tells of a failure which no test has had: a file that can't be loaded, say.
  add(status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted)
  console.log(
    `${title}: ${counted.passed} passed, ${counted.failed} failed in ${((Date.now() - began) / 1000).toFixed(0)} s`,
  )
  const slowest = Object.entries(counted.fileMs)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST)
    .map(([file, ms]) => `${file} ${(ms / 1000).toFixed(0)} s`)
  console.log(`${title}: longest: ${slowest.join(', ')}`)
  rmSync(folder, { recursive: true, force: true })
}

/** Runs Node in sight; null where it was killed, as by the time limit. */
export function exitOf(args: readonly string[], limitMs: number): Promise<number | null> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', timeout: limitMs, killSignal: 'SIGKILL' })
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
}

function tallyIn(path: string): Tally | undefined {
  try {
    const found: Tally = JSON.parse(readFileSync(path, 'utf8'))
    return Number.isInteger(found.passed) && Number.isInteger(found.failed) ? found : undefined
  } catch {
    return undefined
  }
}

/** One lab, shared, fresh disks and a fresh fleet; the files run one after the other. */
export async function runInLab(title: string, files: readonly string[], limitMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-lab-fleet-'))
  process.env.ANYBLADE_LAB_FLEET = join(folder, 'fleet')
  takeDown()
  await run(title, files, { atOnce: 1 }, limitMs)
  takeDown()
  rmSync(folder, { recursive: true, force: true })
}

/** The shared one, and those of files that a time limit has cut off. */
function takeDown(): void {
  for (const name of ['test', 'test-leaves', 'test-three'])
    spawnSync(process.execPath, ['packages/lab/main.ts', 'down', '--name', name], { stdio: 'ignore' })
}

/** Ends the process with the line that counts it all. */
export function conclude(): never {
  if (total.skipped > 0) console.log(`${total.skipped} left out; each says why above`)
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
}
