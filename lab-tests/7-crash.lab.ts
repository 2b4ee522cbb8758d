/**
 * Three points of the crash sweep (crash.soak.ts has the others): an operator killed with -9, another one with an empty
 * store and a clone of the fleet. The VM mail is there and runs.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createKilled, moveKilled, Operators } from './crash.ts'
import { type Site, site } from './site.ts'

const MAC = '52:54:00:88:00:52'
let here: Site
let operators: Operators
before(async () => {
  here = await site()
  operators = new Operators(here)
})
after(async () => {
  operators.handBack()
  await here.lab.restore()
})

test('volume create killed between two steps, brought to its end by another operator: one volume, whole everywhere', async () => {
  assert.ok(await createKilled(here, operators, 'later', 6, 'resume'))
})

test('volume create killed in the middle of a step, taken back by another operator: nothing is left', async () => {
  assert.ok(await createKilled(here, operators, 'never', 9, 'undo'))
})

test('vm migrate killed as it moves: one guest, from its newest memory, documented where it runs', async () => {
  assert.ok(await moveKilled(here, operators, 'mail', MAC, 5))
})
