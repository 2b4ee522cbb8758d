/** Half of the seeds, for one test file: two files share the machine's processors. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { figures, processorMsSince, type Sweep, scenarioOf, sweep } from '../index.ts'

/** `SIMULATE` sets how many histories there are in all. */
const HISTORIES = Number(process.env.SIMULATE ?? 10_000)
/** Simulated seconds in a second of processor time: far below what is seen, so that only waste falls under it. */
const LEAST_SPEED = 1000

function* scenarios(first: 0 | 1) {
  for (let seed = first; seed < HISTORIES; seed += 2) yield scenarioOf(seed)
}

export async function kept(t: TestContext, first: 0 | 1): Promise<Sweep> {
  const began = process.cpuUsage()
  const result = await sweep(scenarios(first))
  const processorMs = processorMsSince(began)
  for (const line of figures(result, processorMs)) t.diagnostic(`seen: ${line}`)
  const again = result.broken.map(({ seed }) => `npm run simulate -- --seed ${seed}`)
  assert.deepEqual(result.broken.slice(0, 3), [], again.slice(0, 20).join('\n'))
  assert.ok(result.simulatedMs / processorMs >= LEAST_SPEED)
  return result
}
