import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyblade, madeFleet } from './anyblade.ts'

test('nobody answers: exit 5, no promise that needs an answer is kept, and each silent blade is named', async (t) => {
  const cwd = await madeFleet(t)
  const { exit, stdout } = await anyblade(['audit', '--output', 'json', '--timeout', '20'], { cwd })
  assert.equal(exit, 5, stdout)
  const { schema, promises, silent } = JSON.parse(stdout)
  assert.deepEqual([schema, promises.length, silent], [1, 8, ['blade1', 'blade2']])
  const kept = promises.filter((one: { verdict: string }) => one.verdict === 'kept')
  assert.deepEqual(
    kept.map((one: { promise: string }) => one.promise),
    ['nothing hangs'],
  )
  const [first] = promises
  assert.match(first.notTold.join(), /blade1 gave no answer.*blade2 gave no answer/)
})

test('for people: a verdict, what was seen and what was not told, a promise', async (t) => {
  const { exit, stdout } = await anyblade(['audit', '--timeout', '20'], { cwd: await madeFleet(t) })
  assert.equal(exit, 5)
  assert.match(stdout, /^can’t be told {2}one writer\n +seen +0 running guests.*\n +not told {2}blade1 gave no answer/m)
})
