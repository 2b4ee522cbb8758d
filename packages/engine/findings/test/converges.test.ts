import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TransferWishes, transferOf } from '#actions'
import { claimsOf, planOf } from '#plans'
import { type GuestMemory, type Reading, read } from '#survey'
import { b, domain, fleetOf, report, surveyOf, UUID, VM } from '../../test/lab-fleet.ts'
import { prove } from '../prove.ts'
import { questionOf } from '../question.ts'

const MIB = 1024 * 1024
const intent = (transfer?: TransferWishes) =>
  ({ kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false, ...(transfer && { transfer }) }) as const

function surveyed(dirty: Reading<number>, link: Reading<number>) {
  const guest: GuestMemory = {
    uuid: UUID,
    givenBytes: 1000 * MIB,
    residentBytes: undefined,
    dirtyBytesPerSecond: dirty,
  }
  return surveyOf(fleetOf(), {
    blade1: report('blade1', {
      domains: read([domain('running')]),
      guests: read([guest]),
      speeds: read([{ link: 'blade1:blade2', bytesPerSecond: link }]),
    }),
    blade2: report('blade2'),
  })
}

function judged(dirty: Reading<number>, link: Reading<number>, transfer?: TransferWishes) {
  const claim = claimsOf(fleetOf(), intent(transfer), surveyed(dirty, link)).find(({ kind }) => kind === 'converges')
  assert.ok(claim)
  return prove(claim, fleetOf(), surveyed(dirty, link))
}

test('the guest and both ends of the link are asked, and only before the move', () => {
  const seen = surveyed(read(0), read(MIB))
  const { blades } = questionOf(claimsOf(fleetOf(), intent(), seen), fleetOf())
  assert.deepEqual(blades.get(b('blade1'))?.guests, [UUID])
  assert.deepEqual(blades.get(b('blade1'))?.speeds, [{ link: 'blade1:blade2', way: 'tcp://blade2' }])
  assert.deepEqual(blades.get(b('blade2'))?.speeds, [{ link: 'blade1:blade2', way: undefined }])
  const { steps } = planOf(fleetOf(), seen, intent())
  assert.deepEqual(
    steps.filter(({ requires }) => requires.some(({ kind }) => kind === 'converges')),
    [],
  )
})

test('it converges: how long it takes, and what that stands on', () => {
  const found = judged(read(10 * MIB), read(100 * MIB))
  assert.equal(found.verdict, 'proved')
  assert.match(found.because, /^it will take about 11 s, and stand still for about 0\.5 s$/)
  assert.equal(found.evidence.length, 2)
})

test('it will not converge: refused, with the flags that would end it and their price', () => {
  const found = judged(read(200 * MIB), read(100 * MIB))
  assert.equal(found.verdict, 'refuted')
  assert.match(found.because, /will not converge .* 200 MiB get dirty in a second, 100 MiB travel/)
  assert.deepEqual(found.evidence.slice(2), [
    'would end  --auto-converge: it is slowed by up to 60 %',
    'would end  --downtime 10: it stands still for up to 10 s',
    'would end  --post-copy: from the switch on whatever breaks loses what it has in memory',
  ])
  assert.equal(found.next, `anyblade vm migrate ${VM} --to blade2 --auto-converge --plan`)
})

test('with the allowed rung it is proved, and its price is said', () => {
  assert.match(judged(read(200 * MIB), read(100 * MIB), { slows: true }).because, /slowed by up to 60 %/)
  assert.equal(judged(read(200 * MIB), read(100 * MIB), { pauseMs: 10_000 }).verdict, 'proved')
})

test('by post-copy it is proved, and how long its memory will be on its way is said', () => {
  const found = judged(read(200 * MIB), read(100 * MIB), { postCopy: true })
  assert.equal(found.verdict, 'proved')
  assert.match(found.because, /for about 10 s it will run there while its memory is on its way/)
  assert.match(judged(read(10 * MIB), read(100 * MIB), { postCopy: true }).because, /^it will take about 11 s/)
})

test('what was not measured is not foretold, and forbids nothing; a limit stands in for a link', () => {
  const silent: Reading<number> = { state: 'refused', because: 'nobody listens' }
  const untold = judged(read(MIB), silent)
  assert.equal(untold.verdict, 'proved')
  assert.match(untold.because, /not foretold: the link was not measured: refused: nobody listens/)
  assert.match(judged(silent, read(MIB)).because, /not foretold/)
  assert.equal(judged(read(200 * MIB), silent, { bandwidthMibPerSecond: 100 }).verdict, 'refuted')
})

test('compressed: what would converge anyhow is foretold, what would not forbids nothing, for what it saves is unknown', () => {
  assert.match(judged(read(10 * MIB), read(100 * MIB), { compresses: true }).because, /^it will take about 11 s/)
  const untold = judged(read(200 * MIB), read(100 * MIB), { compresses: true })
  assert.equal(untold.verdict, 'proved')
  assert.match(untold.because, /not foretold: uncompressed it would not converge/)
  const late = judged(read(200 * MIB), read(100 * MIB), { compresses: true, postCopy: true })
  assert.match(late.because, /post-copy will/)
})

test('the rungs go up to the pause that is accepted, each twice the one before', () => {
  assert.deepEqual(transferOf().pausesMs, [300, 600, 1000])
  assert.deepEqual(transferOf({ pauseMs: 5000 }).pausesMs, [300, 600, 1200, 2400, 4800, 5000])
  assert.deepEqual(transferOf({ pauseMs: 100 }).pausesMs, [100])
})
