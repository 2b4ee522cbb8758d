/**
 * All tests of the project: types, format and borders with the pure rooms and the building of the lab’s image beside them, then the rooms that
 * start processes, then the lab. Ends with a line `N passed, N failed`.
 *
 *   npm test                 everything that this machine can run; what is left out is said, with the reason
 *   npm test -- pure rooms   only these parts: check, pure, rooms, lab
 */
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { prepareImage } from '@anyblade/lab'
import { prepareDebian } from './debian.ts'
import { add, conclude, exitOf, MINUTE_MS, run, runInLab } from './runner.ts'

const PURE = ['multipath', 'scsi', 'domain-xml', 'engine']
const PARTS = ['check', 'pure', 'rooms', 'lab'] as const
type Part = (typeof PARTS)[number]

async function check(): Promise<void> {
  console.log('\ncheck: types, format and lint, borders')
  const status = await exitOf(['scripts/check.ts'], 10 * MINUTE_MS)
  console.log(`check: ${status === 0 ? 'passed' : 'failed'}`)
  add(status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 })
}

const tests = globSync('packages/**/test/**/*.test.ts')
  .filter((file) => !file.includes('node_modules'))
  .sort()

/** Begun before all others: those that take a minute, the ones that compute beside the ones that wait. */
const LONGEST = [
  'packages/simulator/test/one-blow.test.ts',
  'packages/on-blade/test/moves.test.ts',
  'packages/on-blade/test/converging.test.ts',
  'packages/simulator/test/two-blows.test.ts',
  'packages/drivers/arrays/test/contract.test.ts',
]

/** @throws RangeError where one of the longest is not there any more */
function longestFirst(files: readonly string[]): string[] {
  const gone = LONGEST.find((file) => !files.includes(file))
  if (gone !== undefined) throw new RangeError(`scripts/test.ts begins with ${gone}, which is not there`)
  return [...LONGEST, ...files.filter((file) => !LONGEST.includes(file))]
}

const roomOf = (file: string): string => file.split('/')[1] ?? ''

const parts: Readonly<Record<Part, () => Promise<void>>> = {
  check,
  pure: () =>
    run(
      'pure',
      tests.filter((file) => PURE.includes(roomOf(file))),
      { atOnce: 1, isolation: 'none' },
      20 * MINUTE_MS,
    ),
  rooms: () => {
    // Each file of tests is a process that reads the same code. Not for the pure ones, which count how often code runs.
    process.env.NODE_COMPILE_CACHE = resolve('node_modules/.cache/compiled')
    return run(
      'rooms',
      longestFirst(tests.filter((file) => !PURE.includes(roomOf(file)))),
      { atOnce: 4, timeoutMs: 300_000 },
      20 * MINUTE_MS,
    )
  },
  lab: () => runInLab('lab', globSync('lab-tests/*.lab.ts').sort(), 40 * MINUTE_MS),
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
// None of these has use for two processors all the time, and nothing of theirs is timed.
const early = chosen.filter((part) => part === 'check' || part === 'pure').map((part) => parts[part]())
// Where it can't be built, the lab's own tests fail, and say why.
const image = chosen.includes('lab') ? prepareImage().catch(() => undefined) : undefined
await Promise.all([...early, image])
for (const part of chosen) if (part === 'rooms' || part === 'lab') await parts[part]()
conclude()
