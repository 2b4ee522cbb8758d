import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyblade, madeFleet } from './anyblade.ts'

test('a fleet without a VM has nothing to start: exit 0', async (t) => {
  const { exit, stdout, stderr } = await anyblade(['fleet', 'up', '--timeout', '20'], { cwd: await madeFleet(t) })
  assert.equal(exit, 0, stderr)
  assert.match(stdout, /the fleet has no VM/)
})
