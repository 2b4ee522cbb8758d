/** Bugs that are planted, each found by the promise that it breaks, and soon. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PromiseName } from '@anyblade/engine'
import { type Bug, scenarioOf, tell } from '../index.ts'

const AT_MOST = 2000
const PLANTED: readonly (readonly [Bug, PromiseName])[] = [
  ['leave the LUN', 'nothing goes while it is used'],
  ['remove any path', 'nothing else is touched'],
  ['skip the preempt', 'nothing is half done'],
]

for (const [bug, promise] of PLANTED)
  test(`"${bug}" breaks "${promise}", and is found`, async () => {
    for (let seed = 0; seed < AT_MOST; seed += 1) {
      const { violations } = await tell(scenarioOf(seed, new Set([bug])))
      if (violations.some((violation) => violation.promise === promise)) return
    }
    assert.fail(`not found in ${AT_MOST} histories`)
  })
