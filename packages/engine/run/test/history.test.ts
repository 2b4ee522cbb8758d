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
  attended: false,
  ageSeconds: 60,
  ...change,
})
const one = (...reports: RunReport[]) => {
  const names = [b('blade1'), b('blade2')] as const
  return histories(new Map(reports.map((of, i) => [names[i] ?? names[0], [of]])))[0]
}

test('a run whose session is gone and that has no end was killed; what was done is told', () => {
  const run = one(report([line(1, 'started'), line(1, 'done', 'carved 1 GiB\n')]), report([line(2, 'started')]))
  assert.equal(run?.state, 'killed')
  assert.deepEqual(
    run?.steps.map((step) => step.event),
    ['done', 'started'],
  )
  assert.deepEqual(run?.steps[0]?.evidence, ['carved 1 GiB'])
  assert.deepEqual(run?.blades, ['blade1', 'blade2'])
})

test('a run whose session is still there is running, were it on one blade only', () => {
  assert.equal(one(report([]), report([], { attended: true }))?.state, 'running')
})

for (const [event, state] of [
  ['ended done', 'done'],
  ['ended undone', 'undone'],
  ['ended stuck', 'stuck'],
] as const)
  test(`${event}: ${state}, whoever is still there`, () => {
    assert.equal(one(report([line(0, event)], { attended: true }))?.state, state)
  })

for (const text of ['', '{', '[]', '{"title":1}', 'null', '{"title":"x","steps":[{"number":"1"}]}'])
  test(`a plan that can't be read is said to be so: ${text}`, () => {
    assert.equal(one(report([], { plan: text }))?.state, 'unreadable')
  })
