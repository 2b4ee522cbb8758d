/**
 * Generated files read by the installed multipath and by the explanation, side by side; each difference is shown with the
 * seed that brings it back. `npm run fuzz -- COUNT SEED`. Needs root, unshare and multipath; changes nothing on the host:
 * the tool sees its files in a mount namespace of its own.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, type Entry } from '../explain/dump.ts'
import { dialectOf, explain, latin1, parseRelease } from '../index.ts'
import { type Case, caseOf } from './generate.ts'
import { isRecorded, recordedFiles } from './recorded.ts'

/** What one side says of a file. `dump` is undefined unless it loads. */
type Said = {
  readonly exit: string
  readonly messages: readonly string[]
  readonly dump: readonly string[] | undefined
}
export type Difference = { readonly seed: number; readonly what: string }

/** The installed release, where the real tool can be asked. */
export function installedRelease(): string | undefined {
  if (process.getuid?.() !== 0 || spawnSync('unshare', ['-m', 'true']).status !== 0) return undefined
  const { stderr, error } = spawnSync('multipath', ['-h'], { encoding: 'utf8' })
  return error === undefined ? parseRelease(stderr)?.release : undefined
}

/** Runs the tool over `directory/N/` for each N in one mount namespace. */
const RUN = `
mount --make-rprivate / || exit 9
mkdir -p "$1/etc/multipath/conf.d" && : > "$1/etc/multipath.conf"
[ -e /etc/multipath.conf ] || { mount -t tmpfs none /mnt && cp -a /etc/. /mnt/ && mount --bind /mnt /etc && : > /etc/multipath.conf; }
mkdir -p /etc/multipath/conf.d
mount --bind "$1/etc/multipath.conf" /etc/multipath.conf && mount --bind "$1/etc/multipath/conf.d" /etc/multipath/conf.d || exit 9
n=0
while [ -d "$1/$n" ]; do
  cat "$1/$n/main" > "$1/etc/multipath.conf"
  rm -f "$1/etc/multipath/conf.d/"* "$1/etc/multipath/conf.d/".[!.]*
  [ -d "$1/$n/conf.d" ] && cp -a "$1/$n/conf.d/." "$1/etc/multipath/conf.d/"
  timeout 10 multipath -t > "$1/$n/out" 2> "$1/$n/err"
  echo $? > "$1/$n/exit"
  n=$((n + 1))
done
`

/** Asks the installed tool about all cases at once. */
function real(cases: readonly Case[]): Said[] {
  const directory = mkdtempSync(join(tmpdir(), 'multipath-fuzz-'))
  try {
    for (const [n, { main, confd }] of cases.entries()) {
      mkdirSync(join(directory, String(n), 'conf.d'), { recursive: true })
      writeFileSync(join(directory, String(n), 'main'), main)
      for (const { name, bytes } of confd) writeFileSync(join(directory, String(n), 'conf.d', name), bytes)
    }
    const run = spawnSync('unshare', ['-m', 'sh', '-c', RUN, 'sh', directory], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`the namespace could not be made: ${run.stderr}`)
    return cases.map((_, n) => said(join(directory, String(n))))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function said(directory: string): Said {
  const [exit, out, err] = ['exit', 'out', 'err'].map((name) => latin1(readFileSync(join(directory, name))))
  const code = exit?.trim() ?? ''
  return {
    exit: code,
    messages: (err ?? '')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(STAMP, '')),
    dump: code === '0' ? entriesOf(out ?? '') : undefined,
  }
}

/** The tool writes the time before each message. */
const STAMP = /^\d+\.\d+ \| /

/** The tool's text as lines that name their section, counting braces as the explanation does. */
function entriesOf(text: string): string[] {
  const found: string[] = []
  const open: string[][] = []
  let root = ''
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (/^\w+ \{$/.test(line)) {
      if (open.length === 0) root = line.slice(0, -2)
      open.push([])
    } else if (line === '}') {
      const closed = open.pop() ?? []
      if (open.length === 1) found.push(`${root}/ | ${closed.join(' ; ')}`)
    } else if (line === '') continue
    else if (open.length === 1) found.push(`${root} | ${line}`)
    else open.at(-1)?.push(line)
  }
  return found
}

function mine(file: Case, release: string): Said {
  const explanation = explain({ release, main: { path: '/etc/multipath.conf', bytes: file.main }, confd: file.confd })
  const exit = { loaded: '0', refused: '1', died: 'died', hangs: '124' }[explanation.ending]
  const entries =
    explanation.configuration === undefined
      ? undefined
      : dump(explanation.configuration, dialectOf(release)).map(entryText)
  return { exit, messages: explanation.messages, dump: entries }
}

function entryText(entry: Entry): string {
  const section = entry.grouped ? entry.section.replace(/\/.*/, '/') : entry.section
  return `${section} | ${entry.lines.map((line) => `${line.keyword} ${line.text}`.trim()).join(' ; ')}`
}

/** Compares cases `seed` to `seed + count - 1`. */
export function fuzz(seed: number, count: number, release: string): Difference[] {
  const samples = isRecorded ? recordedFiles().map(({ bytes }) => bytes) : []
  const seeds = Array.from({ length: count }, (_, n) => seed + n)
  const cases = seeds.map((each) => caseOf(each, release, samples))
  const theirs = real(cases)
  return cases.flatMap((file, n) => {
    const [tool, own] = [theirs[n], mine(file, release)]
    const what = tool === undefined ? 'no answer' : difference(tool, own)
    return what === undefined ? [] : [{ seed: seed + n, what }]
  })
}

const asText = new TextDecoder('utf-8', { ignoreBOM: true })

function difference(tool: Said, own: Said): string | undefined {
  const exit = Number(tool.exit) > 128 ? 'died' : tool.exit
  if (exit !== own.exit) return `exit: ${tool.exit} there, ${own.exit} here`
  if (exit === 'died' || exit === '124') return undefined
  const spoken = tool.messages.map((line) => decoded(line))
  const message = firstApart(spoken, own.messages)
  return message ?? firstApart(tool.dump ?? [], own.dump ?? [])
}

function decoded(line: string): string {
  const text = asText.decode(Uint8Array.from(line, (character) => character.charCodeAt(0)))
  return text.includes('\ufffd') ? line : text
}

function firstApart(theirs: readonly string[], ours: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(theirs.length, ours.length) }, (_, n) => n).find(
    (n) => theirs[n] !== ours[n],
  )
  return at === undefined ? undefined : `there ${JSON.stringify(theirs[at])}, here ${JSON.stringify(ours[at])}`
}

if (import.meta.main) {
  const release = installedRelease()
  const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number)
  if (release === undefined) process.stdout.write('left out: no multipath that can be asked here\n')
  else {
    let apart = 0
    for (let from = seed; from < seed + count; from += 250) {
      const found = fuzz(from, Math.min(250, seed + count - from), release)
      apart += found.length
      for (const { seed: each, what } of found) process.stdout.write(`seed ${each}: ${what.slice(0, 400)}\n`)
    }
    process.stdout.write(`${count} files under ${release}, ${apart} read differently\n`)
    process.exitCode = apart === 0 ? 0 : 1
  }
}
