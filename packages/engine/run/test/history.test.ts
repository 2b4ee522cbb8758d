import assert from 'node:assert/strict'
import { test } from 'node:test'
import { histories } from '#run'
import type { JournalLine, RunReport } from '#survey'
import { b } from '../../test/lab-fleet.ts'

const plan = JSON.stringify({
  title: 'create volume ldap',
  steps: [
    { number: 1, place: 'san1', sentence: 'carve' },
    { number: 2, place: 'blade2', sentence: 'scan' },
  ],
})
const line = (step: number, event: string, evidence = ''): JournalLine => ({ step, event, evidence })
const report = (entries: readonly JournalLine[], change: Partial<RunReport> = {}): RunReport => ({
  run: 'r-abcdef',
  plan,
  entries,
  holder: undefined,
  asked: false,
  ageSeconds: 60,
  ...change,
})
const ANN = { operator: 'ann@north', epoch: 3, sinceSeconds: 40, leftSeconds: 80 }
const one = (...reports: RunReport[]) => {
  const names = [b('blade1'), b('blade2')] as const
  return histories(new Map(reports.map((of, i) => [names[i] ?? names[0], [of]])))[0]
}

test('a run whose lease nobody holds and that has no end was killed; what was done is told', () => {
  const run = one(report([line(1, 'started'), line(1, 'done', 'carved 1 GiB\n')]), report([line(2, 'started')]))
  assert.equal(run?.state, 'killed')
  assert.deepEqual(
    run?.steps.map((step) => step.event),
    ['done', 'started'],
  )
  assert.deepEqual(run?.steps[0]?.evidence, ['carved 1 GiB'])
  assert.deepEqual(run?.blades, ['blade1', 'blade2'])
})

test('a run whose lease is held is running, were it on one blade only, and it is told by whom', () => {
  const run = one(report([]), report([], { holder: ANN }))
  assert.deepEqual([run?.state, run?.holder], ['running', { ...ANN, blade: 'blade2' }])
})

test('a run of which nothing was begun, and that nobody holds, was not killed', () => {
  assert.equal(one(report([]))?.state, 'not begun')
})

test('one that was stuck and is gone on with is running; one that ended on one blade has ended', () => {
  assert.equal(one(report([line(0, 'ended stuck')], { holder: ANN }))?.state, 'running')
  const ended = [line(0, 'ended stuck'), line(0, 'ended done')]
  assert.equal(one(report(ended), report([line(0, 'ended stuck')]))?.state, 'done')
})

for (const state of ['done', 'undone', 'stuck'] as const)
  test(`ended ${state}`, () => {
    assert.equal(one(report([line(0, `ended ${state}`)]))?.state, state)
  })

for (const text of ['', '{', '[]', '{"title":1}', 'null', '{"title":"x","steps":[{"number":"1"}]}'])
  test(`a plan that can't be read is said to be so: ${text}`, () => {
    assert.equal(one(report([], { plan: text }))?.state, 'unreadable')
  })
