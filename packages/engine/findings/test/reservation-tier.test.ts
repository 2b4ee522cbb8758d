import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reservationTier } from '#findings'

const tiers = [
  ['multipath-tools v0.14.3 (02/05, 2026)', 'full'],
  ['multipath-tools v0.13.0 (10/07, 2025)', 'full'],
  ['multipath-tools v0.12.2 (08/21, 2025)', 'guarded'],
  ['multipath-tools v0.9.4 (12/19, 2022)', 'guarded'],
  ['multipath-tools v0.8.4 (05/04, 2020)', 'guarded'],
  ['multipath-tools v0.8.3 (10/02, 2019)', 'none'],
  ['multipath-tools v0.4.9 (05/33, 2016)', 'none'],
  ['multipath-tools v0.4.9-123.el7 (x)', 'none'],
  ['something else', 'none'],
  [undefined, 'none'],
] as const
for (const [multipath, tier] of tiers)
  test(`reservations on a blade with ${multipath}: ${tier}`, () =>
    assert.equal(reservationTier({ key: 1 }, { multipath }).tier, tier))

test('a blade whose document has no number can reserve nothing, however new its tools', () => {
  const { tier, because } = reservationTier({ key: undefined }, { multipath: 'multipath-tools v0.14.3' })
  assert.deepEqual([tier, because], ['none', 'its document has no key number'])
})
