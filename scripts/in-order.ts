/**
 * Runs test files under node:test and begins them in the order in which they are named, so that no long one is begun
 * last; `node --test` sorts them by name. May come in: files, and how they are run. May not: which files there are.
 *
 *   node scripts/in-order.ts COUNTS HOW FILE…   HOW: JSON of `How`; COUNTS: where the tally is written
 */
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { run } from 'node:test'
import { dot } from 'node:test/reporters'
import type { How } from './runner.ts'
import tally from './tally.ts'

const [counts = '', how = '', ...files] = process.argv.slice(2)
const { atOnce, timeoutMs, isolation = 'process' }: How = JSON.parse(how)
const events = run({
  files: files.map((file) => resolve(file)),
  isolation,
  concurrency: atOnce,
  ...(timeoutMs !== undefined && { timeout: timeoutMs }),
})
events.on('test:fail', () => {
  process.exitCode = 1
})
events.compose(dot).pipe(process.stdout)
events.compose(tally).pipe(createWriteStream(counts))
