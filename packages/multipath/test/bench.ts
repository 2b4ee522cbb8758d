/**
 * How fast files of many aliases are read and changed, side by side with the installed `multipath -t`.
 * `node packages/multipath/bench.ts` prints the rows; `benchMultipath` gives them to who prints more.
 * May come in: node modules (this is no part of the room's door). May not: a figure that was not just measured.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { edit, explain, parse } from '../index.ts'

/** `ratio` is the figure that counts; it is good up to `most`. Undefined where nothing could be compared. */
export type BenchRow = {
  readonly name: string
  readonly detail: string
  readonly ratio: number | undefined
  readonly most: number
}

const RELEASE = '0.9.4'
const COUNTS = [1_000, 4_000, 16_000, 64_000] as const
/** The large file is run more often than the others, the tool as often: the machine may be busy with something else. */
const REPEATS = 7
const REPEATS_SIDE_BY_SIDE = 20

/** A main file with `count` aliases. */
export function fileOfAliases(count: number): Uint8Array {
  const sections = Array.from({ length: count }, (_, n) => {
    const wwid = `3600a0980${((n * 7919) % 1_000_000_007).toString(16).padStart(24, '0')}`
    return `\tmultipath {\n\t\twwid ${wwid}\n\t\talias vm-${n}\n\t}\n`
  })
  return new TextEncoder().encode(`defaults {\n\tuser_friendly_names no\n}\nmultipaths {\n${sections.join('')}}\n`)
}

/** The best of several runs, in milliseconds. */
function best(run: () => void, repeats = REPEATS): number {
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return Math.min(...times)
}

/** The best of several runs in processor time, all threads: what others do on the machine counts less. */
function bestProcessor(run: () => void, repeats = REPEATS): number {
  const times = Array.from({ length: repeats }, () => {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

/** Measures all rows. */
export async function benchMultipath(): Promise<readonly BenchRow[]> {
  const files = COUNTS.map((count) => ({ count, bytes: fileOfAliases(count) }))
  const large = files[2]?.bytes ?? new Uint8Array()
  const mine = best(
    () => void explain({ release: RELEASE, main: { path: '/etc/multipath.conf', bytes: large } }),
    REPEATS_SIDE_BY_SIDE,
  )
  const tool = toolTime(large)
  const explained = files.map(({ bytes }) =>
    bestProcessor(() => void explain({ release: RELEASE, main: { path: '/etc/multipath.conf', bytes } })),
  )
  return [
    {
      name: '16,000 aliases parsed and explained, against multipath -t',
      detail: `${mine.toFixed(0)} ms, ${tool === undefined ? 'no multipath to ask' : `${tool.toFixed(0)} ms`}`,
      ratio: tool === undefined ? undefined : mine / tool,
      most: 1,
    },
    growth(explained),
    editRow(large),
  ]
}

/** The time an alias takes in the largest file, against the smallest. */
function growth(times: readonly number[]): BenchRow {
  const [small = Number.NaN, large = Number.NaN] = [times[0], times[3]]
  const detail = COUNTS.map((count, n) => `${count}: ${times[n]?.toFixed(1)} ms`).join(', ')
  return {
    name: 'growth from 1,000 to 64,000 aliases, per alias, processor time',
    detail,
    ratio: large / (64 * small),
    most: 1.2,
  }
}

function editRow(bytes: Uint8Array): BenchRow {
  const parsing = bestProcessor(() => void parse(bytes, RELEASE))
  const document = parse(bytes, RELEASE)
  const editing = bestProcessor(() => void edit(document, { kind: 'rename-alias', from: 'vm-8000', to: 'renamed' }))
  const detail = `${editing.toFixed(2)} ms, a parse takes ${parsing.toFixed(1)} ms`
  return {
    name: 'an alias changed in the file of 16,000, against a parse, processor time',
    detail,
    ratio: editing / parsing,
    most: 0.1,
  }
}

/** What `multipath -t` takes as a process for the same file, in a mount namespace of its own. */
function toolTime(bytes: Uint8Array): number | undefined {
  if (process.getuid?.() !== 0 || spawnSync('multipath', ['-h']).error !== undefined) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'multipath-bench-'))
  const file = join(directory, 'multipath.conf')
  writeFileSync(file, bytes)
  const script = `mount --make-rprivate / && { [ -e /etc/multipath.conf ] || { mount -t tmpfs none /mnt && cp -a /etc/. /mnt/ && mount --bind /mnt /etc && : > /etc/multipath.conf; }; } && mount --bind "$1" /etc/multipath.conf || exit 9
for n in $(seq ${REPEATS_SIDE_BY_SIDE}); do a=$(date +%s%N); multipath -t > /dev/null; b=$(date +%s%N); echo $((b - a)); done`
  const { status, stdout } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', file], { encoding: 'utf8' })
  rmSync(directory, { recursive: true })
  return status === 0 ? Math.min(...stdout.trim().split('\n').map(Number)) / 1e6 : undefined
}

if (import.meta.main) {
  for (const { name, detail, ratio, most } of await benchMultipath()) {
    process.stdout.write(
      `${name}: ${ratio === undefined ? 'not compared' : ratio.toFixed(3)} (at most ${most}; ${detail})\n`,
    )
  }
}
