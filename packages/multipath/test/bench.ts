/**
 * How fast files of many aliases are read and changed, side by side with the installed `multipath -t`.
 * `node packages/multipath/test/bench.ts` prints the rows; `benchMultipath` gives them to who prints more.
 * May come in: node modules (this is no part of the room's door). May not: a figure that was not just measured.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { edit, explain, parse } from '../index.ts'

/**
 * `ratio` is the figure that counts; it is good up to `most`, where something was promised. Undefined where nothing
 * could be compared.
 */
export type BenchRow = {
  readonly name: string
  readonly detail: string
  readonly ratio: number | undefined
  readonly most: number | undefined
}

const RELEASE = '0.9.4'
const SMALL = 1_000
const SIDE_BY_SIDE = 16_000
const LARGE = 64_000
const ROUNDS = 11

/** A main file with `count` aliases. */
export function fileOfAliases(count: number): Uint8Array {
  const sections = Array.from({ length: count }, (_, n) => {
    const wwid = `3600a0980${((n * 7919) % 1_000_000_007).toString(16).padStart(24, '0')}`
    return `\tmultipath {\n\t\twwid ${wwid}\n\t\talias vm-${n}\n\t}\n`
  })
  return new TextEncoder().encode(`defaults {\n\tuser_friendly_names no\n}\nmultipaths {\n${sections.join('')}}\n`)
}

/** Measures all rows. */
export async function benchMultipath(): Promise<readonly BenchRow[]> {
  const bytes = fileOfAliases(SIDE_BY_SIDE)
  return [...againstTheTool(bytes), growthRow(), editRow(bytes)]
}

/** Ours and the tool in turn, so that what else the machine does meets both. */
function againstTheTool(bytes: Uint8Array): readonly BenchRow[] {
  const directory = mkdtempSync(join(tmpdir(), 'multipath-bench-'))
  const file = join(directory, 'multipath.conf')
  writeFileSync(file, bytes)
  const rounds = inTurn([
    () => milliseconds(() => void explain(questionOf(bytes))),
    () => milliseconds(() => void effects(bytes)),
    () => processTime(file),
    () => toolTime(file),
  ])
  rmSync(directory, { recursive: true })
  const [explained = Number.NaN, printed = Number.NaN, process = Number.NaN, tool = Number.NaN] = rounds
  const beside = (ours: number) =>
    `${ours.toFixed(0)} ms, ${Number.isNaN(tool) ? 'no multipath to ask' : `${tool.toFixed(0)} ms`}`
  return [
    {
      name: '16,000 aliases parsed and explained, against multipath -t as a process',
      detail: beside(explained),
      ratio: ratio(explained, tool),
      most: 1,
    },
    {
      name: 'the same with everything in effect printed',
      detail: beside(printed),
      ratio: ratio(printed, tool),
      most: undefined,
    },
    {
      name: 'the same as a process that starts, anyblade multipath explain -o json, against multipath -t',
      detail: beside(process),
      ratio: ratio(process, tool),
      most: undefined,
    },
  ]
}

/** As many aliases in one large file as in many small ones: the time an alias takes, the collecting of garbage with it. */
function growthRow(): BenchRow {
  const [small, large] = [fileOfAliases(SMALL), fileOfAliases(LARGE)]
  const files = LARGE / SMALL
  const explained = (bytes: Uint8Array) => void explain(questionOf(bytes))
  const [many = Number.NaN, one = Number.NaN] = inTurn([
    () => processorTime(() => Array.from({ length: files }, () => explained(small))),
    () => processorTime(() => explained(large)),
  ])
  return {
    name: 'growth from 1,000 to 64,000 aliases, per alias, processor time',
    detail: `${files} files of 1,000: ${many.toFixed(0)} ms, one of 64,000: ${one.toFixed(0)} ms`,
    ratio: one / many,
    most: 1.2,
  }
}

function editRow(bytes: Uint8Array): BenchRow {
  const document = parse(bytes, RELEASE)
  const [parsing = Number.NaN, editing = Number.NaN] = inTurn([
    () => processorTime(() => void parse(bytes, RELEASE)),
    () => processorTime(() => void edit(document, { kind: 'rename-alias', from: 'vm-8000', to: 'renamed' })),
  ])
  return {
    name: 'an alias changed in the file of 16,000, against a parse, processor time',
    detail: `${editing.toFixed(2)} ms, a parse takes ${parsing.toFixed(1)} ms`,
    ratio: editing / parsing,
    most: 0.1,
  }
}

function questionOf(bytes: Uint8Array) {
  return { release: RELEASE, main: { path: '/etc/multipath.conf', bytes } }
}

/** Everything in effect in the tool's words, as `multipath -t` prints it. */
function effects(bytes: Uint8Array): string {
  return explain(questionOf(bytes))
    .effective.map(({ printed }) => printed)
    .join('\n')
}

/** The medians of measures taken in turn, after one round that does not count. */
function inTurn(measures: readonly (() => number)[]): readonly number[] {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => measures.map((measure) => measure())).slice(1)
  return measures.map((_, at) => median(rounds.map((round) => round[at] ?? Number.NaN)))
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

function ratio(ours: number, theirs: number): number | undefined {
  return Number.isNaN(theirs) ? undefined : ours / theirs
}

function milliseconds(run: () => unknown): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

/** Milliseconds of the processor, all threads: what others do on the machine counts less. */
function processorTime(run: () => unknown): number {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const anyblade = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

function processTime(file: string): number {
  const words = [anyblade, 'multipath', 'explain', file, '--as', RELEASE, '-o', 'json']
  return milliseconds(() => spawnSync(process.execPath, words, { stdio: 'ignore' }))
}

/** What `multipath -t` takes as a process, in a mount namespace of its own; NaN where it can't be asked. */
function toolTime(file: string): number {
  const script = `mount --make-rprivate / && { [ -e /etc/multipath.conf ] || { mount -t tmpfs none /mnt && cp -a /etc/. /mnt/ && mount --bind /mnt /etc && : > /etc/multipath.conf; }; } && mount --bind "$1" /etc/multipath.conf || exit 9
a=$(date +%s%N); multipath -t > /dev/null || exit 9; b=$(date +%s%N); echo $((b - a))`
  const { status, stdout } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', file], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) / 1e6 : Number.NaN
}

if (import.meta.main) {
  for (const { name, detail, ratio: measured, most } of await benchMultipath()) {
    const promised = most === undefined ? '' : `at most ${most}; `
    process.stdout.write(`${name}: ${measured?.toFixed(3) ?? 'not compared'} (${promised}${detail})\n`)
  }
}
