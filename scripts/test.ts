/**
 * All tests of the project: types, format and borders first, then the pure rooms in one process, then the rooms that
 * start processes, then the lab. Ends with a line `N passed, N failed`.
 *
 *   npm test                 everything that this machine can run; what is left out is said, with the reason
 *   npm test -- pure rooms   only these parts: check, pure, rooms, lab
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareDebian } from './debian.ts'

const PURE = ['multipath', 'scsi', 'domain-xml', 'engine']
const PARTS = ['check', 'pure', 'rooms', 'lab'] as const
type Part = (typeof PARTS)[number]
type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

const MINUTE_MS = 60_000
/** The programs for blades start python3 thousands of times, and a version manager's shim costs ten times as much. */
process.env.PATH = `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`
const total = { passed: 0, failed: 0, skipped: 0 }

function add(tally: Tally): void {
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
}

/** Runs test files under node:test; a run that hangs or can't be counted is one failure. */
function run(title: string, files: readonly string[], flags: readonly string[], limitMs: number): void {
  if (files.length === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-test-'))
  const counts = join(folder, 'counts.json')
  const began = Date.now()
  const reporters = ['--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=./scripts/tally.ts']
  const args = ['--test', ...flags, ...reporters, `--test-reporter-destination=${counts}`, ...files]
  console.log(`\n${title}: ${files.length} files`)
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', timeout: limitMs, killSignal: 'SIGKILL' })
  const tally = tallyIn(counts)
  if (tally === undefined) console.log(`${title}: ended without a count (exit ${status ?? 'by the time limit'})`)
  const counted = tally ?? { passed: 0, failed: 1, skipped: 0 }
  // An exit code that tells of a failure which no test has had: a file that can't be loaded, say.
  add(status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted)
  console.log(
    `${title}: ${counted.passed} passed, ${counted.failed} failed in ${((Date.now() - began) / 1000).toFixed(0)} s`,
  )
  rmSync(folder, { recursive: true, force: true })
}

function tallyIn(path: string): Tally | undefined {
  try {
    const found: Tally = JSON.parse(readFileSync(path, 'utf8'))
    return Number.isInteger(found.passed) && Number.isInteger(found.failed) ? found : undefined
  } catch {
    return undefined
  }
}

function check(): void {
  console.log('\ncheck: types, format and lint, borders')
  const { status } = spawnSync(process.execPath, ['scripts/check.ts'], { stdio: 'inherit' })
  add(status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 })
}

const tests = globSync('packages/**/test/**/*.test.ts')
  .filter((file) => !file.includes('node_modules'))
  .sort()
const roomOf = (file: string): string => file.split('/')[1] ?? ''

/** One lab, shared, fresh disks and a fresh fleet; the files run one after the other. */
function lab(): void {
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-lab-fleet-'))
  process.env.ANYBLADE_LAB_FLEET = join(folder, 'fleet')
  takeDown()
  run('lab', globSync('lab-tests/*.lab.ts').sort(), ['--test-concurrency=1'], 40 * MINUTE_MS)
  takeDown()
  rmSync(folder, { recursive: true, force: true })
}

function takeDown(): void {
  spawnSync(process.execPath, ['packages/lab/main.ts', 'down', '--name', 'test'], { stdio: 'ignore' })
}

const parts: Readonly<Record<Part, () => void>> = {
  check,
  pure: () =>
    run(
      'pure',
      tests.filter((file) => PURE.includes(roomOf(file))),
      ['--test-isolation=none'],
      10 * MINUTE_MS,
    ),
  rooms: () =>
    run(
      'rooms',
      tests.filter((file) => !PURE.includes(roomOf(file))),
      ['--test-concurrency=2', '--test-timeout=300000'],
      20 * MINUTE_MS,
    ),
  lab,
}

const isPart = (word: string): word is Part => PARTS.some((part) => part === word)
const words = process.argv.slice(2)
const unknown = words.filter((word) => !isPart(word))
if (unknown.length > 0) {
  console.error(`npm test -- ${unknown.join(' ')}: the parts are ${PARTS.join(', ')}`)
  process.exit(2)
}
const chosen = words.length === 0 ? PARTS : PARTS.filter((part) => words.includes(part))
const leftOut = prepareDebian('tests')
for (const line of leftOut) console.log(`left out: ${line}`)
for (const part of chosen) parts[part]()
if (total.skipped > 0) console.log(`${total.skipped} left out; each says why above`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
