/** The last look at a disk before a guest runs on it: by INQUIRY through each path of its map. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Disk } from './fixture.ts'
import { blades, NAA, WWID } from './hand-over-blades.ts'

const ANOTHER = '600140500000000000000000000000ff'
const DISK = `ldap=${WWID}`

describe('the last look at a disk', { concurrency: 4 }, () => {
  const looks: readonly (readonly [string, Disk, number, RegExp])[] = [
    ['both the right one', { naa: NAA, gib: 1 }, 0, /^ldap is 3/],
    ['one of them down', { naa: NAA, gib: 1, mood: 'gone' }, 0, /^ldap is 3/],
    ['one of them another', { naa: ANOTHER, gib: 1 }, 1, /sdb is another LUN/],
  ]
  for (const [what, second, exit, told] of looks)
    test(`${what}: exit ${exit}`, async (t) => {
      const it = blades(t)
      it.paths(NAA, NAA)(1, second)
      const ran = await it.at('b', 'prove-disks', DISK)
      assert.equal(ran.exit, exit, ran.stderr)
      assert.match(ran.stdout + ran.stderr, told)
    })

  test('no path answers, or the map is another one: nothing is proved', async (t) => {
    const it = blades(t)
    it.paths(NAA)(0, { naa: NAA, gib: 1, mood: 'gone' })
    assert.match((await it.at('b', 'prove-disks', DISK)).stderr, /no path of it says which LUN it is/)
    assert.match((await it.at('b', 'prove-disks', `ldap=3${ANOTHER}`)).stderr, /ldap is mpath-3.*a1, not 3.*ff/)
    assert.match((await it.at('b', 'prove-disks', `mail=${WWID}`)).stderr, /mail is not there/)
  })
})
