/** A guest that dirties its memory faster than that travels: each rung is a history, and every promise is kept in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Busy, FAULTS, type FaultName, type Scenario, type Told, tell } from '../index.ts'

const FAULT_NAMES = Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS)

const told = (busy: Busy, blows: Scenario['blows'] = []): Promise<Told> =>
  tell({ seed: 3, intent: 'migrate-vm', blows, bugs: new Set(), busy })

async function ends(busy: Busy, end: string, ...told_: readonly RegExp[]): Promise<Told> {
  const history = await told(busy)
  assert.deepEqual(history.violations, [])
  assert.equal(history.end, end, history.trace.slice(-20).join('\n'))
  for (const line of told_)
    assert.ok(
      history.trace.some((one) => line.test(one)),
      String(line),
    )
  return history
}

test('foretold: refused, and nothing is begun', async () => {
  assert.deepEqual((await ends('foretold', 'refused')).acts, [])
})

test('a long pause is allowed: moved by that rung', async () => {
  await ends('pauses', 'done', /has landed/)
})

test('it may be slowed: moved, once it is slow enough', async () => {
  await ends('slows', 'done', /has landed/)
})

test('not foretold, and nothing allowed: given up, and it goes on at its source', async () => {
  const history = await ends('gives up', 'undone', /no rung left/)
  assert.ok(!history.trace.some((line) => /has landed/.test(line)))
})

test('post-copy is its last rung: it goes on at its destination, and its memory comes after it', async () => {
  const history = await ends('post-copy', 'done', /no rung left: by post-copy/, /goes on by post-copy/)
  assert.ok(!history.trace.some((line) => /has landed/.test(line)))
})

/** Bugs of post-copy, each with what it breaks and what has to befall a history for that. */
const PLANTED = [
  [['go back after the switch', 'skip the preempt'], 'one writer', 'connections break'],
  [['skip the preempt'], 'nothing is half done', undefined],
] as const

for (const [bugs, breaks, fault] of PLANTED)
  test(`"${bugs.join('" and "')}" breaks "${breaks}" by post-copy, and is found`, async () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const blows = fault === undefined ? [] : [{ fault, at: 2 }]
      const { violations } = await tell({ seed, intent: 'migrate-vm', blows, bugs: new Set(bugs), busy: 'post-copy' })
      if (violations.some(({ promise }) => promise === breaks)) return
    }
    assert.fail('not found')
  })

for (const fault of FAULT_NAMES)
  test(`${fault}, while it climbs: every promise is kept`, async () => {
    for (const busy of ['slows', 'gives up', 'pauses', 'post-copy'] as const)
      assert.deepEqual((await told(busy, [{ fault, at: 2 }])).violations, [], busy)
  })
