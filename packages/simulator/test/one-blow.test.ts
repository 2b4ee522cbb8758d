/** Histories by the even seeds: each fault at each act of each intent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAIRS } from '../index.ts'
import { kept } from './many.ts'

test('every fault strikes every act, and no promise is broken', async (t) => {
  const { reached } = await kept(t, 0)
  assert.deepEqual(
    PAIRS.filter((pair) => !reached.has(pair)),
    [],
  )
})
