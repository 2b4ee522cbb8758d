import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const B = '2000525400000002'
const OURS: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const WWID = `3${OURS.naa}`
const BESIDE: Disk = { naa: '600140500000000000000000000000b2', gib: 20 }
const SECOND = `3${BESIDE.naa}`
const GIB = 1024 ** 3
const GROWN = String(24 * GIB)
const UUID = '6b2e0000-0000-4000-8000-000000000001'

/** It resizes the map at its third word: `timeout` with nothing done, `fail`, then `ok`. */
const MULTIPATHD = `#!/bin/sh
cd "$ANYBLADE_ROOT" || exit
echo "$1" >>calls
[ -f stubborn ] && { echo fail; exit; }
case $(wc -l <calls) in 1) echo timeout ;; 2) echo fail ;; *) echo ${(24 * GIB) / 512} >sys/block/dm-0/size; echo ok ;; esac
`
/** Each map by its name; www at the second time. */
const BY_NAME = `#!/bin/sh
cd "$ANYBLADE_ROOT" || exit
echo "$1" >>calls
case $1 in *ldap) at=dm-0 ;; *) at=dm-1 ;; esac
[ "$(grep -cxF -e "$1" calls)$at" = 1dm-1 ] && { echo timeout; exit; }
echo ${(24 * GIB) / 512} >"sys/block/$at/size"
echo ok
`
const VIRSH = `#!/bin/sh
cd "$ANYBLADE_ROOT" || exit
[ "$1" = -q ] && shift
shift 2
echo "$*" >>virsh-calls
case $1 in
  domstate) cat state ;;
  domblkinfo) printf 'Capacity:       %s\\nAllocation:     0\\n' "$(cat capacity)" ;;
  blockresize) [ -f deaf ] && { echo 'error: unable to execute block_resize' >&2; exit 1; }; echo "\${4%B}" >capacity ;;
esac
`

describe('a LUN that grows', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('bash'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('grow')

      /** Two paths of 20 GiB and their map. */
      function blade(t: TestContext) {
        const it = new FixtureBlade(mkdtempSync(join(base, 'blade-')))
        it.port({ host: 2, target: 1, wwpn: A })
        it.port({ host: 3, target: 1, wwpn: B })
        const disks = ['2:0:1:5', '3:0:1:5'].map((hctl) => it.device(hctl, OURS))
        it.map('dm-0', 'ldap', `mpath-${WWID}`, disks)
        it.kernel(() => undefined)
        t.after(() => it.stop())
        const bin = join(it.root, 'bin')
        mkdirSync(bin)
        for (const [name, text] of Object.entries({ multipathd: MULTIPATHD, virsh: VIRSH }))
          writeFileSync(join(bin, name), text, { mode: 0o755 })
        const env = {
          PATH: `${bin}:${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: it.root,
          ANYBLADE_READER: readerOnFixture,
        }
        const onLun = (act: keyof typeof acts, bytes = GROWN) =>
          start(acts[act], [bytes, A, B, '-', 'ldap', '5', WWID], env).ended
        const onBoth = (act: keyof typeof acts) =>
          start(acts[act], [GROWN, A, B, '-', 'ldap', '5', WWID, 'www', '6', SECOND], env).ended
        const onDisk = (bytes = GROWN) => start(acts['resize-disk'], [UUID, 'ldap', 'ldap', bytes], env).ended
        return {
          it,
          disks,
          onLun,
          onBoth,
          onDisk,
          read: (name: string) => readFileSync(join(it.root, name), 'utf8').trim(),
        }
      }
      const grown = { ...OURS, gib: 24 }

      test('every path is asked, rescanned and read back', async (t) => {
        const { it, onLun, read } = blade(t)
        for (const hctl of ['2:0:1:5', '3:0:1:5']) it.grow(hctl, grown)
        const ran = await onLun('rescan-paths')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(ran.stdout, `2:0:1:5 sda sg0 ${WWID} 24 GiB\n3:0:1:5 sdb sg1 ${WWID} 24 GiB\n`)
        assert.equal(read('sys/bus/scsi/devices/3:0:1:5/block/sdb/size'), String((24 * GIB) / 512))
        assert.equal((await onLun('rescan-paths')).exit, 0)
      })

      const held = [
        ['one that has not grown by its own word', OURS, /3:0:1:5 sdb says 21474836480 bytes, not 25769803776/],
        ['one that is another LUN', { ...grown, naa: '600140500000000000000000000000ff' }, /sdb is another LUN/],
      ] as const
      for (const [what, disk, why] of held)
        test(`no path is rescanned beside ${what}`, async (t) => {
          const { it, onLun, read } = blade(t)
          it.grow('2:0:1:5', grown)
          it.grow('3:0:1:5', disk)
          const ran = await onLun('rescan-paths')
          assert.deepEqual([ran.exit, ran.stdout], [1, ''])
          assert.match(ran.stderr, why)
          assert.equal(read('sys/bus/scsi/devices/2:0:1:5/rescan'), '')
        })

      const sized = ({ it }: ReturnType<typeof blade>, ...gib: number[]) => {
        for (const [i, size] of gib.entries()) it.write(`sys/block/sd${'abcd'[i]}/size`, String((size * GIB) / 512))
      }

      test('the map grows though multipathd says timeout and fail first: its size counts', async (t) => {
        const here = blade(t)
        sized(here, 24, 24)
        const ran = await here.onLun('resize-map')
        assert.deepEqual(ran, { exit: 0, stderr: '', stdout: 'map ldap (dm-0) has 24 GiB on every path\n' })
        assert.equal(here.read('calls').split('\n').length, 3)
        assert.equal((await here.onLun('resize-map')).exit, 0)
        assert.equal(here.read('calls').split('\n').length, 3)
      })

      test('the map stays as it is beside a path of the old size, and is never made smaller', async (t) => {
        const here = blade(t)
        sized(here, 24, 20)
        assert.match((await here.onLun('resize-map')).stderr, /sdb has 21474836480 bytes, not 25769803776/)
        sized(here, 16, 16)
        assert.match((await here.onLun('resize-map', String(16 * GIB))).stderr, /never made smaller/)
      })

      /** A second LUN beside the first. */
      function two(t: TestContext) {
        const here = blade(t)
        const disks = ['2:0:1:6', '3:0:1:6'].map((hctl) => here.it.device(hctl, BESIDE))
        here.it.map('dm-1', 'www', `mpath-${SECOND}`, disks)
        return here
      }
      const grownBeside = { ...BESIDE, gib: 24 }

      test('several at once: every path of each is rescanned, or none where one has not grown or is not there', async (t) => {
        const { it, onBoth, read } = two(t)
        const alone = blade(t)
        for (const hctl of ['2:0:1:5', '3:0:1:5']) for (const one of [it, alone.it]) one.grow(hctl, grown)
        it.grow('2:0:1:6', grownBeside)
        const [held, lacking] = await Promise.all([onBoth('rescan-paths'), alone.onBoth('rescan-paths')])
        assert.match(lacking.stderr, /^no device at LUN 6$/m)
        assert.equal(alone.read('sys/bus/scsi/devices/2:0:1:5/rescan'), '')
        assert.deepEqual([held.exit, held.stdout], [1, ''])
        assert.match(held.stderr, /^3:0:1:6 sdd says 21474836480 bytes, not 25769803776$/m)
        assert.equal(read('sys/bus/scsi/devices/2:0:1:5/rescan'), '')
        it.grow('3:0:1:6', grownBeside)
        const ran = await onBoth('rescan-paths')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(ran.stdout.match(/24 GiB$/gm)?.length, 4)
        for (const [at, sd] of ['2:0:1:5 sda', '3:0:1:5 sdb', '2:0:1:6 sdc', '3:0:1:6 sdd'].map((one) =>
          one.split(' '),
        ))
          assert.equal(read(`sys/bus/scsi/devices/${at}/block/${sd}/size`), String((24 * GIB) / 512))
      })

      test('several at once: every map grows, or none is touched beside a path of the old size', async (t) => {
        const here = two(t)
        writeFileSync(join(here.it.root, 'bin/multipathd'), BY_NAME)
        const alone = blade(t)
        sized(alone, 24, 24)
        assert.match((await alone.onBoth('resize-map')).stderr, new RegExp(`^there is no map of ${SECOND}$`, 'm'))
        sized(here, 24, 24, 24, 20)
        const held = await here.onBoth('resize-map')
        assert.deepEqual([held.exit, held.stdout], [1, ''])
        assert.match(held.stderr, /^sdd has 21474836480 bytes, not 25769803776: rescan every path first$/m)
        assert.ok(!existsSync(join(here.it.root, 'calls')))
        sized(here, 24, 24, 24, 24)
        const ran = await here.onBoth('resize-map')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(ran.stdout, 'map ldap (dm-0) has 24 GiB on every path\nmap www (dm-1) has 24 GiB on every path\n')
        assert.deepEqual(here.read('calls').split('\n'), ['-kresize map ldap', '-kresize map www', '-kresize map www'])
      })

      test('a guest that runs sees it, read back from its emulator; one that is off will', async (t) => {
        const { it, onDisk, read } = blade(t)
        it.write('capacity', String(20 * GIB))
        it.write('state', 'shut off')
        assert.match((await onDisk()).stdout, /sees the size of ldap when it starts/)
        it.write('state', 'running')
        const ran = await onDisk()
        assert.deepEqual([ran.exit, ran.stderr, read('capacity')], [0, '', GROWN])
        assert.match(read('virsh-calls'), new RegExp(`blockresize ${UUID} /dev/mapper/ldap ${GROWN}B`))
        assert.match((await onDisk(String(16 * GIB))).stderr, /never made smaller/)
        it.write('capacity', String(20 * GIB))
        it.write('deaf', '')
        assert.match((await onDisk()).stderr, /does not resize ldap of ldap: unable to execute block_resize/)
      })
    })
})
