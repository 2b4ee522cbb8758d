import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { transferOf } from '#actions'
import { forecast, type Measured } from '../forecast.ts'

const MIB = 1024 * 1024
const measured = (memory: number, dirty: number, link: number): Measured => ({
  memoryBytes: memory * MIB,
  dirtyBytesPerSecond: dirty * MIB,
  linkBytesPerSecond: link * MIB,
})

test('a guest that stands still is moved in one pass', () => {
  assert.deepEqual(forecast(measured(1000, 0, 100), transferOf()), {
    ...{ end: 'converges', seconds: 10, pauseMs: 400, slowedPercent: 0 },
  })
})

test('passes that get shorter: all of them, and the last one while it stands still', () => {
  const told = forecast(measured(1000, 50, 100), transferOf())
  // 10 + 5 + 2.5 + 1.25 + 0.625 s, and the 0.3125 s that come near 0.3 are one pass more
  assert.ok(told.end === 'converges' && told.seconds > 19 && told.seconds < 20, JSON.stringify(told))
  assert.ok(told.pauseMs > 400 && told.pauseMs < 700)
})

test('a guest that dirties faster than the link: never, and it is said what would end it', () => {
  assert.deepEqual(forecast(measured(1000, 200, 100), transferOf()), {
    ...{ end: 'never', pauseMs: 10_000, slowedPercent: 60 },
  })
})

test('each of the ways that are told ends it', () => {
  const one = measured(1000, 200, 100)
  const slowed = forecast(one, transferOf({ slows: true }))
  assert.ok(slowed.end === 'converges' && slowed.slowedPercent === 60, JSON.stringify(slowed))
  assert.ok(slowed.seconds > 60, 'each step of the slowing takes two passes')
  const paused = forecast(one, transferOf({ pauseMs: 10_000 }))
  assert.ok(
    paused.end === 'converges' && paused.slowedPercent === 0 && paused.pauseMs >= 10_000,
    JSON.stringify(paused),
  )
})

test('a limit counts where it is below the link, and a time limit where the move is longer', () => {
  assert.equal(forecast(measured(1000, 50, 100), transferOf({ bandwidthMibPerSecond: 40 })).end, 'never')
  assert.equal(forecast(measured(1000, 50, 100), transferOf({ bandwidthMibPerSecond: 400 })).end, 'converges')
  assert.equal(forecast(measured(1000, 0, 100), transferOf({ withinSeconds: 9 })).end, 'never')
})

test('a guest that dirties more never takes a shorter time, nor one over a slower link', () => {
  const number = fc.integer({ min: 1, max: 5000 })
  const secondsOf = (one: Measured) => {
    const told = forecast(one, transferOf())
    return told.end === 'converges' ? told.seconds : Number.POSITIVE_INFINITY
  }
  fc.assert(
    // up to the time that passes take which a longer pause spares
    fc.property(number, number, number, number, (memory, dirty, link, more) => {
      const seconds = secondsOf(measured(memory, dirty, link + more))
      assert.ok(seconds <= secondsOf(measured(memory, dirty + more, link + more)) + 5)
      assert.ok(seconds <= secondsOf(measured(memory, dirty, link)) + 5)
    }),
  )
})
