/** A blade shut out of a LUN by another one, kept out, and giving up its keys when it comes back. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { type Lun, reservingBlade, WWID } from './reserving-lun.ts'
import { scratch, shellByTurn } from './shells.ts'

const OURS = 'a1b2000200000004'
const THEIRS = 'a1b2000100000003'
const OLDER = 'a1b2000100000001'
const OTHERS = 'a1b2000300000002'
const AT = ['ldap', WWID, OURS] as const
const HELD = { sda: OURS, sdb: OURS }

describe('fencing acts', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('dash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('fence')

      async function blade(t: TestContext, nexuses: Lun['nexuses'], more: Partial<Lun> = {}) {
        const it = await reservingBlade(base, shell.path, { nexuses, type: 7, ...more })
        t.after(it.close)
        return it
      }

      test('all keys of the blade go, of whatever generation, with its commands; everybody else’s stay', async (t) => {
        const it = await blade(t, { ...HELD, x: THEIRS, y: THEIRS, z: OLDER, w: OTHERS })
        const ran = await it.run(acts['fence-volume'], ...AT, THEIRS)
        assert.equal(ran.exit, 0, ran.stderr)
        assert.match(ran.stdout, new RegExp(`preempted ${OLDER}, ${THEIRS}; reservation of type 7`))
        assert.deepEqual(it.lun().nexuses, { ...HELD, w: OTHERS })
        assert.deepEqual(
          it.calls(),
          [`5 ${OURS} ${OLDER}`, `5 ${OURS} ${THEIRS}`],
          'preempt and abort, of what was read',
        )
        assert.equal((await it.run(acts['fence-volume'], ...AT, THEIRS)).exit, 0, 'done twice it is done')
      })

      test('who is not registered itself shuts nobody out', async (t) => {
        const it = await blade(t, { x: THEIRS })
        const ran = await it.run(acts['fence-volume'], ...AT, THEIRS)
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, /should be registered before it shuts another one out/)
        assert.deepEqual(it.lun().nexuses, { x: THEIRS })
      })

      test('a map that is another LUN is not touched', async (t) => {
        const it = await blade(t, { ...HELD, x: THEIRS })
        const ran = await it.run(acts['fence-volume'], 'ldap', '36001405other', OURS, THEIRS)
        assert.match(ran.stderr, /\/dev\/mapper\/ldap is mpath-3600/)
        assert.deepEqual(it.lun().nexuses, { ...HELD, x: THEIRS })
      })

      test('a key that multipathd registers again is preempted again, until it stays away', async (t) => {
        const it = await blade(t, HELD, { back: Array(8).fill(THEIRS) })
        const ran = await it.run(acts['hold-fence'], ...AT, THEIRS)
        assert.equal(ran.exit, 0, ran.stderr)
        assert.match(ran.stdout, /no key came back in 3 looks[\s\S]*preempted again: [1-9]/)
        assert.deepEqual(it.lun().nexuses, HELD)
      })

      test('a reservation that is gone meanwhile is no fence', async (t) => {
        const it = await blade(t, HELD, { type: 0 })
        const ran = await it.run(acts['hold-fence'], ...AT, THEIRS)
        assert.deepEqual([ran.exit, ran.stdout], [1, ''])
        assert.match(ran.stderr, /it should be reserved/)
      })

      test('a blade that returns gives up its own keys, and nobody else’s', async (t) => {
        const it = await blade(t, { sda: THEIRS, sdb: OLDER, x: OURS })
        const ran = await it.run(acts['drop-keys'], 'ldap', WWID, THEIRS)
        assert.equal(ran.exit, 0, ran.stderr)
        assert.deepEqual(it.lun().nexuses, { x: OURS })
        assert.match(it.calls().join('\n'), /--register --param-rk=a1b2000100000001 --param-sark=0/)
      })

      test('the last registrant never goes: then everybody could write', async (t) => {
        const it = await blade(t, { sda: THEIRS, sdb: THEIRS })
        const ran = await it.run(acts['drop-keys'], 'ldap', WWID, THEIRS)
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, /nobody else is registered/)
        assert.deepEqual(it.lun().nexuses, { sda: THEIRS, sdb: THEIRS })
      })
    })
})
