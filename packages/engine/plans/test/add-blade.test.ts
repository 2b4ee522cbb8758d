import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bladeDocument } from '#plans'
import { b, fleetOf, report } from '../../test/lab-fleet.ts'

test('a new blade has its own number in reservation keys', () => {
  const blade = { name: b('blade3'), ssh: 'root@blade3', said: new Map(), migrationHost: undefined }
  const [change] = bladeDocument(fleetOf(), blade, report('blade3')).changes
  assert.ok(change && 'set' in change)
  assert.deepEqual(
    change.set.find(({ path }) => path[0] === 'key'),
    { path: ['key'], value: '3' },
  )
})
