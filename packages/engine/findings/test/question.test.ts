/** Claims of several kinds about one blade become one question, which asks all that they need and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alias } from '#documents'
import { type Claim, questionOf } from '#findings'
import { NOTHING } from '#survey'
import { b, fleetOf, LDAP, LUN, SIZE, VM, WWID } from '../../test/lab-fleet.ts'

const volume = { alias: LDAP, wwid: WWID, size: SIZE }
const blade = b('blade1')
const asked = (...claims: Claim[]) => questionOf(claims, fleetOf()).blades.get(blade)

test('what claims need is asked once and together', () => {
  assert.deepEqual(
    asked(
      { kind: 'answers', blade },
      { kind: 'identity', blade, volume },
      { kind: 'redundancy', blade, volume, fabrics: 2 },
      { kind: 'domain', blade, vm: VM, uuid: 'u', wanted: 'absent' },
      { kind: 'key-file', blade, volume },
    ),
    { ...NOTHING, paths: { luns: [LUN], maps: [LDAP] }, reservations: [LDAP], domains: true },
  )
})

test('all paths are more than some, and some more than none', () => {
  const identity: Claim = { kind: 'identity', blade, volume }
  const undisturbed: Claim = { kind: 'undisturbed', blade, alias: 'mail' as Alias, wwid: WWID, mayRun: false }
  assert.equal(asked({ kind: 'answers', blade })?.paths, 'none')
  assert.deepEqual(asked(identity, undisturbed)?.paths, { luns: [LUN], maps: [LDAP, 'mail'] })
  assert.equal(asked(identity, { kind: 'fresh', blade })?.paths, 'all')
})

test('of a volume that the fleet does not have no LUN number is known', () => {
  const strange = { ...volume, alias: 'mail' as Alias }
  assert.deepEqual(asked({ kind: 'identity', blade, volume: strange })?.paths, { luns: [], maps: ['mail'] })
})
