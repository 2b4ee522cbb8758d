import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Turns } from '../turns.ts'

test('one at a time, in the order in which they came, and one that fails holds up nobody', async () => {
  const turns = new Turns()
  const seen: string[] = []
  const work = (name: string, how: 'well' | 'badly') => async () => {
    seen.push(`${name} begins`)
    await setImmediate()
    seen.push(`${name} ends`)
    if (how === 'badly') throw new Error(name)
    return name
  }
  const end = await turns.take()
  const all = Promise.allSettled([
    turns.during(work('first', 'badly')),
    turns.during(work('second', 'well')),
    turns.during(work('third', 'well')),
  ])
  await setImmediate()
  assert.deepEqual(seen, [])
  end()
  end()
  assert.deepEqual(
    (await all).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual(
    seen,
    ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  )
})
