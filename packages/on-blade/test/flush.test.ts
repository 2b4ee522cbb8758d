import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const idOf = (last: string): string => `36001405000000000000000000000000${last}`
const [LDAP, WWW, OTHER] = [idOf('a1'), idOf('a2'), idOf('ff')]
const TWO = [A, '-', 'ldap', '5', LDAP, 'www', '6', WWW] as const

/** A map that `stays` is in use for multipath; one that is `slow` goes at the second time. */
const TOOLS = {
  multipath: `#!/bin/sh
cd "$ANYBLADE_ROOT" || exit
echo "$*" >>calls
case $1 in
  -w) grep -vxF "/$2/" etc/multipath/wwids >new && mv new etc/multipath/wwids ;;
  -f) [ ! -e "stays-$2" ] && [ ! -e "slow-$2" ] || { rm -f "slow-$2"; echo "$2: map in use"; exit 1; }
    for dm in sys/block/dm-*; do [ "$(cat $dm/dm/name)" != "$2" ] || rm -r "$dm"; done ;;
esac
`,
  // One that was busy with www has closed it by then.
  udevadm: '#!/bin/sh\necho "$*" >>"$ANYBLADE_ROOT/settled"\nrm -f "$ANYBLADE_ROOT/open-www-by-udev"\n',
  multipathd: '#!/bin/sh\necho "$1" >>"$ANYBLADE_ROOT/calls"\n',
  dmsetup: `#!/bin/sh
cd "$ANYBLADE_ROOT" || exit
[ ! -e mute ] || exit 1
for dm in sys/block/dm-*; do
  name=$(cat $dm/dm/name)
  case $1 in
    info) printf '%s\\t%s\\n' "$(cat "open-$name" 2>/dev/null || cat "open-$name-by-udev" 2>/dev/null || echo 0)" "$name" ;;
    status) echo "$name: 0 2048 multipath 2 0 0 0 1 1 A 0 1 2 8:0 $([ -e "dead-$name" ] && echo F || echo A) 0 0 1 A 0 1" ;;
  esac
done
`,
}

describe('maps that are flushed', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('dash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('flush')

      /** Three maps, of which two are ours. */
      function blade(t: TestContext) {
        const it = new FixtureBlade(mkdtempSync(join(base, 'blade-')))
        t.after(() => it.stop())
        const bin = join(it.root, 'bin')
        mkdirSync(bin)
        for (const [name, text] of Object.entries(TOOLS)) writeFileSync(join(bin, name), text, { mode: 0o755 })
        for (const [i, [name, wwid]] of [
          ['ldap', LDAP] as const,
          ['www', WWW] as const,
          ['mail', OTHER] as const,
        ].entries())
          it.map(`dm-${i}`, name, `mpath-${wwid}`, [])
        it.write('etc/multipath/wwids', `# list\n/${LDAP}/\n/${WWW}/\n/${OTHER}/`)
        const env = {
          PATH: `${bin}:${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: it.root,
          ANYBLADE_READER: readerOnFixture,
        }
        const calls = (): string[] =>
          existsSync(join(it.root, 'calls')) ? readFileSync(join(it.root, 'calls'), 'utf8').trim().split('\n') : []
        const maps = () => [0, 1, 2].filter((i) => existsSync(join(it.root, `sys/block/dm-${i}`)))
        return { it, calls, maps, flush: () => start(acts['flush-map'], TWO, env).ended }
      }

      test('several at once: each goes and leaves the list, nobody else’s does, and a second time there is nothing', async (t) => {
        const { it, calls, maps, flush } = blade(t)
        const ran = await flush()
        assert.deepEqual([ran.exit, ran.stderr, maps()], [0, '', [2]])
        assert.equal(ran.stdout, `map ldap (dm-0) of ${LDAP} is flushed\nmap www (dm-1) of ${WWW} is flushed\n`)
        assert.equal(readFileSync(join(it.root, 'etc/multipath/wwids'), 'utf8'), `# list\n/${OTHER}/\n`)
        const before = calls()
        assert.deepEqual(before, ['-f ldap', '-f www', `-w ${LDAP}`, `-w ${WWW}`])
        const again = await flush()
        assert.deepEqual([again.exit, again.stdout], [0, `there is no map of ${LDAP}\nthere is no map of ${WWW}\n`])
        assert.deepEqual(calls(), before)
      })

      test('one that udev has open for a moment is waited for; where none is open nobody waits', async (t) => {
        const busy = blade(t)
        busy.it.write('open-www-by-udev', '1')
        const ran = await busy.flush()
        assert.deepEqual([ran.exit, ran.stderr, busy.maps()], [0, '', [2]])
        const idle = blade(t)
        assert.equal((await idle.flush()).exit, 0)
        assert.ok(!existsSync(join(idle.it.root, 'settled')))
      })

      const held: readonly (readonly [string, (it: FixtureBlade) => void, RegExp])[] = [
        ['is open', (it) => it.write('open-www', '2'), /^www is open: nobody who can be named has it$/m],
        [
          'has LVM on it',
          (it) => {
            it.map('dm-7', 'vg-root', 'LVM-abc', [])
            it.write('sys/block/dm-1/holders/dm-7', '')
          },
          /^www is held by vg-root$/m,
        ],
        ['is not known to be closed', (it) => it.write('mute', ''), /^dmsetup does not say who has maps open$/m],
      ]
      for (const [what, put, why] of held)
        test(`none is flushed where one ${what}`, async (t) => {
          const { it, calls, maps, flush } = blade(t)
          put(it)
          const ran = await flush()
          assert.deepEqual([ran.exit, ran.stdout, maps(), calls()], [1, '', [0, 1, 2], []])
          assert.match(ran.stderr, why)
        })

      test('one that does not go at once is told again; where it stays, what has gone is told beside it', async (t) => {
        const slow = blade(t)
        slow.it.write('slow-ldap', '')
        const ran = await slow.flush()
        assert.deepEqual([ran.exit, ran.stderr, slow.maps()], [0, '', [2]])
        assert.match(ran.stdout, /^map www .* is flushed\nmap ldap \(dm-0\) of .* is flushed\n$/)
        const stuck = blade(t)
        stuck.it.write('stays-ldap', '')
        const failed = await stuck.flush()
        assert.deepEqual([failed.exit, stuck.maps()], [1, [0, 2]])
        assert.equal(failed.stdout, `map www (dm-1) of ${WWW} is flushed\n`)
        assert.equal(failed.stderr, 'ldap is not gone: ldap: map in use\n')
        assert.match(readFileSync(join(stuck.it.root, 'etc/multipath/wwids'), 'utf8'), new RegExp(`/${LDAP}/`))
      })

      test('one without a path that lives queues no more before it is flushed, and no other one is touched', async (t) => {
        const { it, calls, flush } = blade(t)
        it.write('dead-www', '')
        it.write('dead-mail', '')
        assert.equal((await flush()).exit, 0)
        assert.deepEqual(calls().slice(0, 3), ['-kdisablequeueing map www', '-f ldap', '-f www'])
      })
    })
})
