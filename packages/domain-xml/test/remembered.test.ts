import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remembered } from '../xml/remembered.ts'

test('a text is read once, as long as no more than so many are known', () => {
  const seen: string[] = []
  const read = remembered((text) => ({ length: seen.push(text) }), 2)
  const first = read('a')
  assert.equal(read('a'), first)
  assert.notEqual(read('b'), first)
  read('c')
  assert.notEqual(read('a'), first)
  assert.deepEqual(seen, ['a', 'b', 'c', 'a'])
})

test('a text that is refused is refused again', () => {
  const read = remembered((text) => {
    throw new RangeError(text)
  }, 2)
  for (let time = 0; time < 2; time += 1) assert.throws(() => read('a'), RangeError)
})
