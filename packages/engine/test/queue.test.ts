import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Queue } from '../queue.ts'

test('values come out in order, those pushed before, while and after one waits', async () => {
  const queue = new Queue<number>()
  queue.push(1)
  const got: number[] = []
  const reading = (async () => {
    for await (const value of queue) got.push(value)
  })()
  await Promise.resolve()
  queue.push(2)
  setTimeout(() => {
    queue.push(3)
    queue.push(4)
    queue.close()
  }, 1)
  await reading
  assert.deepEqual(got, [1, 2, 3, 4])
})
