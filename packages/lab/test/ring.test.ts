import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ringOf, ringSlots, verification, type Written } from '../verify/ring.ts'

const record = (n: number, over: Partial<Written> = {}): Written => ({
  slot: n % ringSlots,
  n,
  boot: 'boot-a',
  writer: 'writer-a',
  monoUs: n * 100_000,
  ...over,
})
const records = (from: number, to: number, over: (n: number) => Partial<Written> = () => ({})): Written[] =>
  Array.from({ length: to - from + 1 }, (_, index) => record(from + index, over(from + index)))
const judged = (written: readonly Written[]) => verification({ written, seen: [] })

test('an untouched run has no hole, one boot and the tick as its longest gap', () => {
  const found = judged(records(0, 99))
  assert.deepEqual(found.holes, [])
  assert.deepEqual([found.records, found.first, found.last], [100, 0, 99])
  assert.deepEqual(found.boots, ['boot-a'])
  assert.deepEqual([found.longestGapMs, found.rollbacks, found.foreignWrites], [100, 0, 0])
})

test('an empty disk has nothing, and says no first record', () => {
  const found = judged([])
  assert.equal(found.records, 0)
  assert.equal('first' in found, false)
})

test('a missing number is a hole, named by its neighbours', () => {
  assert.deepEqual(judged([...records(0, 10), ...records(13, 20)]).holes, [{ after: 10, before: 13 }])
})

test('the ring has turned: records are in order of their numbers, not of their slots', () => {
  const turned = records(5000, 5000 + ringSlots - 1).toSorted((a, b) => a.slot - b.slot)
  const found = judged(turned)
  assert.deepEqual([found.first, found.last, found.holes], [5000, 5000 + ringSlots - 1, []])
  assert.equal(found.rollbacks, 0)
})

test('the longest gap is told with the record before it, and a reboot is no gap', () => {
  const late = records(0, 20, (n) => (n > 7 ? { monoUs: n * 100_000 + 3_000_000 } : {}))
  assert.deepEqual([judged(late).longestGapMs, judged(late).longestGapAfter], [3100, 7])
  const reboot = records(0, 20, (n) => (n > 7 ? { boot: 'boot-b', writer: 'writer-b', monoUs: n * 100_000 + 9e6 } : {}))
  assert.equal(judged(reboot).longestGapMs, 100)
  assert.deepEqual(judged(reboot).boots, ['boot-a', 'boot-b'])
  assert.equal(judged(reboot).foreignWrites, 0)
})

test('from a record on, what was before it does not count', () => {
  const late = records(0, 20, (n) => (n > 7 ? { monoUs: n * 100_000 + 3_000_000 } : {}))
  const found = verification({ written: late, seen: [] }, 8)
  assert.deepEqual([found.first, found.longestGapMs], [8, 100])
})

test('a later number with an earlier time is memory that went back', () => {
  const rolledBack = records(0, 20, (n) => (n > 10 ? { monoUs: (n - 5) * 100_000 } : {}))
  assert.equal(judged(rolledBack).rollbacks, 1)
})

test('a writer that comes back after another one is a second writer', () => {
  const mixed = records(0, 20, (n) => (n >= 10 && n <= 12 ? { boot: 'boot-b', writer: 'writer-b', monoUs: n } : {}))
  assert.equal(judged(mixed).foreignWrites, 1)
})

test('what the guest saw is read from its lines, oldest first; foreign blocks are left out', () => {
  const event = (e: number, kind: string) =>
    `E ${e} event e=${e} kind=${kind} first=7 last=9 count=3 boot=b writer=w mono_us=5 found_n=9 found_boot=x found_writer=v found_mono_us=4`
  const lines = [
    event(2, 'foreign'),
    event(1, 'rollback'),
    event(3, 'vanished'),
    'R 3 record n=4099 boot=b writer=w mono_us=77',
    'R 4 something else',
  ]
  const ring = ringOf(lines.join('\n'))
  assert.deepEqual(ring.written, [{ slot: 3, n: 4099, boot: 'b', writer: 'w', monoUs: 77 }])
  assert.deepEqual(
    ring.seen.map((one) => [one.kind, one.first, one.last, one.count, one.foundN, one.foundWriter]),
    [
      ['rollback', 7, 9, 3, 9, 'v'],
      ['foreign', 7, 9, 3, 9, 'v'],
      ['vanished', 7, 9, 3, 9, 'v'],
    ],
  )
  const found = verification(ring)
  assert.deepEqual([found.rollbacks, found.foreignWrites, found.vanished], [1, 1, 1])
})
