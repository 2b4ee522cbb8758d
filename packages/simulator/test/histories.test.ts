/** Histories by the seed: each fault at each act of each intent, and two of them in a row; no promise is broken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HISTORIES_FOR_PAIRS, PAIRS, scenarioOf, tell } from '../index.ts'

/** `SIMULATE` sets how many; at least so many that every pair of an act and a fault is reached. */
const COUNT = Math.max(HISTORIES_FOR_PAIRS, Number(process.env.SIMULATE ?? 0))

test(`in ${COUNT} histories no promise is broken, and every fault strikes every act`, async (t) => {
  const reached = new Set<string>()
  let simulatedMs = 0
  for (let seed = 0; seed < COUNT; seed += 1) {
    const { violations, struck, simulatedMs: ms } = await tell(scenarioOf(seed))
    assert.deepEqual(violations, [], `again: npm run simulate -- --seed ${seed}`)
    for (const blow of struck) reached.add(blow)
    simulatedMs += ms
  }
  t.diagnostic(`${reached.size} pairs of an act and a fault, ${Math.round(simulatedMs / 3600_000)} simulated hours`)
  assert.deepEqual(
    PAIRS.filter((pair) => !reached.has(pair)),
    [],
  )
})
