import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const B = '2000525400000002'
const OURS: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const NEW: Disk = { naa: '600140500000000000000000000000ff', gib: 8 }
const THIRD: Disk = { naa: '600140500000000000000000000000ee', gib: 8 }
const [WAS, IS] = [`3${OURS.naa}`, `3${NEW.naa}`]

/** multipathd lets a path go as it does by the kernel: the map has one slave less, and the disk no holder. */
const TOOLS = {
  multipathd: `#!/bin/sh
case $1 in "-kdel path "*) disk=\${1#-kdel path } ;; *) exit 1 ;; esac
printf '%s\\n' "$disk" >>"$ANYBLADE_ROOT/let-go"
[ ! -e "$ANYBLADE_ROOT/refuses" ] || { echo fail; exit 0; }
rm -rf "$ANYBLADE_ROOT"/sys/block/dm-*/slaves/"$disk" "$ANYBLADE_ROOT"/sys/bus/scsi/devices/*/block/"$disk"/holders
echo ok
`,
  dmsetup: '#!/bin/sh\ncat "$ANYBLADE_ROOT/open" 2>/dev/null || echo 0\n',
}

describe('devices that became another LUN', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('bash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('stale')

      /** Two paths in the map ldap; over B the array has given the number to another LUN. */
      function blade(t: TestContext) {
        const it = new FixtureBlade(mkdtempSync(join(base, 'blade-')))
        it.port({ host: 2, target: 1, wwpn: A })
        it.port({ host: 3, target: 1, wwpn: B })
        it.kernel(() => undefined)
        t.after(() => it.stop())
        const bin = join(it.root, 'bin')
        mkdirSync(bin)
        for (const [name, text] of Object.entries(TOOLS)) writeFileSync(join(bin, name), text, { mode: 0o755 })
        it.write('proc/swaps', 'Filename Type Size Used Priority')
        it.write('proc/self/mountinfo', '22 1 0:20 / /sys rw - sysfs sysfs rw')
        const added = (hctl: string, disk: Disk, inMap = true) => {
          const sd = it.device(hctl, disk)
          it.write(`sys/bus/scsi/devices/${hctl}/wwid`, `naa.${disk.naa}`)
          if (inMap) it.write(`sys/bus/scsi/devices/${hctl}/block/${sd}/holders/dm-0`, '')
          return sd
        }
        const disks = [added('2:0:1:5', OURS), added('3:0:1:5', OURS)]
        it.map('dm-0', 'ldap', `mpath-${WAS}`, disks)
        it.becomes('3:0:1:5', NEW)
        const env = {
          PATH: `${bin}:${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: it.root,
          ANYBLADE_READER: readerOnFixture,
        }
        const act = (...args: string[]) => start(acts['remove-stale'], args, env).ended
        const link = (path: string, to: string) => {
          mkdirSync(dirname(join(it.root, path)), { recursive: true })
          symlinkSync(to, join(it.root, path))
        }
        return { it, act, added, link, purge: () => act('3:0:1:5', WAS, IS) }
      }
      const BOTH = ['2:0:1:5', '3:0:1:5']

      test('the one on fabric B goes, once the map has let it go; the path on A and its map stay', async (t) => {
        const { it, purge } = blade(t)
        const ran = await purge()
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(
          ran.stdout,
          [
            'sdb was taken out of the map ldap',
            `3:0:1:5 sdb sg1 ${IS} 8 GiB, known as ${WAS}`,
            'nothing there is known for another LUN any more, looked twice\n',
          ].join('\n'),
        )
        assert.deepEqual(it.devices(), ['2:0:1:5'])
        assert.deepEqual(await purge(), {
          exit: 0,
          stderr: '',
          stdout: 'nothing there is known for another LUN any more, looked twice\n',
        })
      })

      test('outside of any map it goes too, and multipathd is not told', async (t) => {
        const { it, act, added } = blade(t)
        added('3:0:1:6', OURS, false)
        it.becomes('3:0:1:6', NEW)
        const ran = await act('3:0:1:6', WAS, IS)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.doesNotMatch(ran.stdout, /taken out/)
        assert.deepEqual(it.devices(), BOTH)
      })

      test('what the kernel knows rightly stays, though it is in the list, and the others go', async (t) => {
        const { it, act } = blade(t)
        const ran = await act('2:0:1:5', IS, WAS, '3:0:1:5', WAS, IS)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.match(ran.stdout, /^2:0:1:5 sda is what it is known for, and stays\nsdb was taken out/)
        assert.deepEqual(it.devices(), ['2:0:1:5'])
      })

      test('where the kernel has noted no id, the map over it says what it is taken for', async (t) => {
        const { it, purge } = blade(t)
        it.write('sys/bus/scsi/devices/3:0:1:5/wwid', 't10.LIO-ORG  text')
        assert.equal((await purge()).exit, 0)
        assert.deepEqual(it.devices(), ['2:0:1:5'])
        const alone = blade(t)
        alone.added('3:0:1:6', NEW, false)
        alone.it.write('sys/bus/scsi/devices/3:0:1:6/wwid', '')
        const ran = await alone.act('3:0:1:6', WAS, IS)
        assert.match(ran.stdout, /3:0:1:6 sdc is what it is known for, and stays/)
      })

      type Here = ReturnType<typeof blade>
      const kept: readonly (readonly [string, (here: Here) => void, RegExp])[] = [
        [
          'it gives no answer',
          ({ it }) => it.becomes('3:0:1:5', { ...NEW, mood: 'hang' }),
          /does not say which LUN it is/,
        ],
        [
          'no LUN is there',
          ({ it }) => it.becomes('3:0:1:5', { ...NEW, mood: 'gone' }),
          /does not say which LUN it is/,
        ],
        [
          'it is a third LUN by now',
          ({ it }) => it.becomes('3:0:1:5', THIRD),
          new RegExp(`3:0:1:5 sdb is 3${THIRD.naa} by now, not ${IS}`),
        ],
        [
          'it is known as another than was seen',
          ({ it }) => it.write('sys/bus/scsi/devices/3:0:1:5/wwid', `naa.${THIRD.naa}`),
          new RegExp(`known as 3${THIRD.naa} by now, not ${WAS}`),
        ],
        [
          'the map is open',
          ({ it }) => it.write('open', '1'),
          /3:0:1:5 sdb in the map ldap is in use: it is open 1 times/,
        ],
        [
          'a guest has the map open',
          ({ it, link }) => {
            it.write('proc/77/comm', 'qemu-system-x86')
            link('proc/77/fd/5', '/dev/dm-0')
          },
          /in use: qemu-system-x86 \(process 77\) has it open/,
        ],
        [
          'LVM lies on the map',
          ({ it }) => {
            it.write('sys/block/dm-0/holders/dm-2', '')
            it.map('dm-2', 'vg-root', 'LVM-abc', [])
          },
          /in use: LVM has vg-root on it/,
        ],
        [
          'multipathd does not let it go',
          ({ it }) => it.write('refuses', ''),
          /does not let go of sdb in the map ldap: fail/,
        ],
      ]
      for (const [what, put, why] of kept)
        test(`nothing is deleted where ${what}`, async (t) => {
          const here = blade(t)
          here.added('2:0:1:6', OURS, false)
          here.it.becomes('2:0:1:6', NEW)
          put(here)
          const ran = await here.act('3:0:1:5', WAS, IS, '2:0:1:6', WAS, IS)
          assert.equal(ran.exit, 1)
          assert.match(ran.stderr, why)
          assert.deepEqual(here.it.devices(), ['2:0:1:5', '2:0:1:6', '3:0:1:5'])
        })

      test('a local disk is never touched, whatever it answers', async (t) => {
        const { it, act } = blade(t)
        it.device('0:0:0:5', NEW)
        it.write('sys/bus/scsi/devices/0:0:0:5/wwid', `naa.${OURS.naa}`)
        const ran = await act('3:0:1:5', WAS, IS, '0:0:0:5', WAS, IS)
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, /0:0:0:5 did not come through Fibre Channel/)
        assert.deepEqual(it.devices(), ['0:0:0:5', ...BOTH])
      })

      const wrong = [
        ['nothing', []],
        ['no second id', ['3:0:1:5', WAS]],
        ['a disk’s name', ['sdb', WAS, IS]],
        ['a place of five', ['3:0:1:5:1', WAS, IS]],
        ['a path', ['../3:0:1', WAS, IS]],
        ['one id twice', ['3:0:1:5', WAS, WAS]],
        ['an id with a blank', ['3:0:1:5', WAS, 'a b']],
      ] as const
      test('wrong arguments are refused', async (t) => {
        const { it, act } = blade(t)
        for (const [what, args] of wrong) {
          const ran = await act(...args)
          assert.deepEqual([ran.exit, ran.stdout], [1, ''], what)
        }
        assert.deepEqual(it.devices(), BOTH)
      })
    })
})
