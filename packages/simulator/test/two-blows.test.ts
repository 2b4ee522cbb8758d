/** Histories by the odd seeds: two faults in a row, so that undoing and resuming are hurt as well. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kept } from './many.ts'

test('two faults in a row break no promise, also while a run is taken back', async (t) => {
  const { reached } = await kept(t, 1)
  assert.ok([...reached.keys()].some((pair) => pair.startsWith('the operator dies') && pair.includes(' at undo ')))
})
