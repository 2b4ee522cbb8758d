import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ringOf, type Verification, verification, type Written } from '../verify/ring.ts'
import { reader } from '../verify/verify.ts'

// The guest's program itself, on a file instead of a LUN, and the reader that the array runs.
const folder = mkdtempSync(join(tmpdir(), 'lab-counter-'))
const counter = join(folder, 'counter')
const source = join(import.meta.dirname, '../guest/counter.c')
const running: ChildProcess[] = []
const [blockBytes, ringAt, diskBytes] = [4096, 1024 * 1024, 32 * 1024 * 1024]

after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

function whyNot(): string | undefined {
  const compiler = spawnSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', counter, source], { encoding: 'utf8' })
  if (compiler.error !== undefined) return 'no gcc here'
  assert.equal(compiler.status, 0, compiler.stderr)
  disk('probe')
  return rings('probe').status === 0 ? undefined : `no O_DIRECT in ${folder}`
}

function disk(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  truncateSync(path, diskBytes)
  return path
}

const rings = (name: string) => spawnSync('python3', ['-c', reader, join(folder, name)], { encoding: 'utf8' })
const found = (name: string): Verification => verification(ringOf(rings(name).stdout))

function start(path: string): ChildProcess {
  const child = spawn(counter, [path], { stdio: 'ignore' })
  running.push(child)
  return child
}

const wait = (ms: number) => sleep(ms)
const last = (name: string): Written => {
  const newest = ringOf(rings(name).stdout).written.toSorted((a, b) => b.n - a.n)[0]
  assert.ok(newest)
  return newest
}

function put(path: string, record: Written): void {
  const block = Buffer.alloc(blockBytes)
  block.write(`record n=${record.n} boot=${record.boot} writer=${record.writer} mono_us=${record.monoUs}\n`)
  const file = openSync(path, 'r+')
  writeSync(file, block, 0, blockBytes, ringAt + (record.n % 4096) * blockBytes)
  closeSync(file)
}

const skip = whyNot() ?? false

test('one writer, stopped and started again: no hole, nothing seen', { skip }, async () => {
  const path = disk('plain')
  const first = start(path)
  await wait(700)
  first.kill('SIGKILL')
  await wait(50)
  const second = start(path)
  await wait(700)
  second.kill('SIGKILL')
  const { records, holes, events, rollbacks, foreignWrites } = found('plain')
  assert.ok(records >= 8, `${records} records`)
  assert.deepEqual([holes, events, rollbacks, foreignWrites], [[], [], 0, 0])
})

test('two at once: each sees the other', { skip }, async () => {
  const path = disk('twice')
  const pair = [start(path), start(path)]
  await wait(1200)
  for (const child of pair) child.kill('SIGKILL')
  const { foreignWrites, events } = found('twice')
  assert.ok(foreignWrites > 0)
  assert.ok(events.some((event) => event.kind === 'foreign'))
})

test('a copy of the same memory that wrote meanwhile: the older one sees a rollback, as one event', {
  skip,
}, async () => {
  const path = disk('older')
  const child = start(path)
  await wait(500)
  child.kill('SIGSTOP')
  const before = last('older')
  for (let ahead = 1; ahead <= 5; ahead += 1)
    put(path, { ...before, n: before.n + ahead, monoUs: before.monoUs + ahead * 100_000 })
  child.kill('SIGCONT')
  await wait(1500)
  child.kill('SIGKILL')
  const { events, rollbacks } = found('older')
  assert.ok(rollbacks >= 1)
  assert.deepEqual(
    events.map(({ kind, foundWriter }) => [kind, foundWriter]),
    [['rollback', before.writer]],
  )
  assert.ok((events[0]?.count ?? 0) >= 4)
})

test('another disk than before: what was written is not there', { skip }, async () => {
  const path = disk('other')
  const child = start(path)
  await wait(500)
  child.kill('SIGSTOP')
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4 * 1024 * 1024), 0, 4 * 1024 * 1024, ringAt)
  closeSync(file)
  child.kill('SIGCONT')
  await wait(500)
  child.kill('SIGKILL')
  assert.equal(found('other').vanished, 1)
})
