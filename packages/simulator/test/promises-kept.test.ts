/** The how-to's steps without a fault: each intent comes to its end, and no promise is broken on the way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTS, type IntentKind, type Scenario, tell } from '../index.ts'

const intents = Object.keys(ACTS).filter((name): name is IntentKind => name in ACTS)

for (const intent of intents)
  test(`${intent} comes to its end, and every promise is kept`, async () => {
    const told = await tell({ seed: 1, intent, blows: [], bugs: new Set() })
    assert.equal(told.end, 'done')
    assert.deepEqual(told.acts, ACTS[intent])
    assert.deepEqual(told.violations, [])
  })

test('the same seed tells the same history', async () => {
  const scenario: Scenario = {
    seed: 7,
    intent: 'migrate-vm',
    blows: [{ fault: 'the network is mute', at: 2 }],
    bugs: new Set(),
  }
  assert.deepEqual((await tell(scenario)).trace, (await tell(scenario)).trace)
})
