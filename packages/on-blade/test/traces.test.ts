import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const B = '2000525400000002'
const OURS: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const LONGER = `3${OURS.naa}0`
const WWID = `3${OURS.naa}`

/** multipath's list is the only thing that it is asked to change; lvmdevices takes its entry out; a map is open twice. */
const TOOLS = {
  multipath:
    '#!/bin/sh\n[ "$1" = -w ] && f=$ANYBLADE_ROOT/etc/multipath/wwids && grep -vxF "/$2/" "$f" >"$f.new"; mv "$f.new" "$f"\n',
  lvmdevices:
    '#!/bin/sh\nf=$ANYBLADE_ROOT/etc/lvm/devices/system.devices\n[ "$2" = --deldev ] && grep -v "IDTYPE=$5 IDNAME=$3 " "$f" >"$f.new"; mv "$f.new" "$f"\n',
  udevadm: '#!/bin/sh\nexit 0\n',
  dmsetup:
    '#!/bin/sh\nfor name; do :; done\ngrep -qsx "$name" "$ANYBLADE_ROOT"/sys/block/*/dm/name || { echo "Device does not exist." >&2; exit 1; }\ncat "$ANYBLADE_ROOT/open" 2>/dev/null || echo 0\n',
}

describe('what a LUN leaves on a blade, and who uses it', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('busybox'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('traces')

      function blade(t: TestContext) {
        const it = new FixtureBlade(mkdtempSync(join(base, 'blade-')))
        it.port({ host: 2, target: 1, wwpn: A })
        it.port({ host: 3, target: 1, wwpn: B })
        t.after(() => it.stop())
        const bin = join(it.root, 'bin')
        mkdirSync(bin)
        for (const [name, text] of Object.entries(TOOLS)) writeFileSync(join(bin, name), text, { mode: 0o755 })
        it.write('proc/swaps', 'Filename Type Size Used Priority')
        // As of a device without an id, whose file answers a read with an error.
        mkdirSync(join(it.root, 'sys/bus/scsi/devices/9:0:0:0/wwid'), { recursive: true })
        it.write('proc/self/mountinfo', '22 1 0:20 / /sys rw - sysfs sysfs rw')
        const env = {
          PATH: `${bin}:${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: it.root,
          ANYBLADE_READER: readerOnFixture,
        }
        const run = (name: keyof typeof acts, ...args: string[]) => start(acts[name], args, env).ended
        const act = (name: 'check-unused' | 'forget-lun' | 'certify-gone') =>
          name === 'check-unused' ? run(name, 'ldap', '5', WWID, A, B) : run(name, A, B, '-', 'ldap', '5', WWID)
        const path = (name: string) => join(it.root, name)
        const link = (name: string, to: string) => {
          mkdirSync(dirname(path(name)), { recursive: true })
          symlinkSync(to, path(name))
        }
        return { it, run, act, path, link, read: (name: string) => readFileSync(path(name), 'utf8') }
      }

      /** All that a tool may have noted, beside the same of another LUN whose id begins with this one's. */
      function noted({ it, link }: ReturnType<typeof blade>) {
        it.write('etc/multipath/wwids', `# list\n/${WWID}/\n/${LONGER}/`)
        it.write('etc/multipath/bindings', `# mpatha ${WWID}\nmpatha ${WWID}\nmpathb ${LONGER}`)
        it.write('etc/multipath/prkeys', `0xa1 ${WWID}\n0xa2:aptpl ${LONGER}`)
        it.write(
          'etc/lvm/devices/system.devices',
          `IDTYPE=mpath_uuid IDNAME=mpath-${WWID} DEVNAME=/dev/mapper/ldap PVID=x\nIDTYPE=mpath_uuid IDNAME=mpath-${LONGER} DEVNAME=y PVID=y`,
        )
        link(`dev/disk/by-id/scsi-${WWID}`, '../../sdz')
        link(`dev/disk/by-id/wwn-0x${OURS.naa}-part1`, '../../sdz1')
      }

      test('all that was noted of it is forgotten, and nothing of a LUN whose id begins alike', async (t) => {
        const here = blade(t)
        noted(here)
        const before = await here.act('certify-gone')
        assert.equal(before.exit, 1)
        assert.match(
          before.stderr,
          /left something on blade1: link in \/dev, line in .*wwids, .*bindings, .*prkeys, entry in LVM/,
        )
        const ran = await here.act('forget-lun')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(here.read('etc/multipath/wwids'), `# list\n/${LONGER}/\n`)
        assert.equal(here.read('etc/multipath/bindings'), `# mpatha ${WWID}\nmpathb ${LONGER}\n`)
        assert.equal(here.read('etc/multipath/prkeys'), `0xa2:aptpl ${LONGER}\n`)
        assert.match(
          here.read('etc/lvm/devices/system.devices'),
          new RegExp(`^IDTYPE=mpath_uuid IDNAME=mpath-${LONGER} .*\n$`),
        )
        assert.equal((await here.act('forget-lun')).exit, 0)
        const after = await here.act('certify-gone')
        assert.deepEqual([after.exit, after.stderr], [0, ''])
        assert.equal(after.stdout.match(/: none$/gm)?.length, 8)
        assert.match(
          after.stdout,
          new RegExp(`^certificate of blade1: ldap, ${WWID}, LUN 5\nSCSI device \\(of 1\\): none`),
        )
      })

      test('while a device or a map of it is there, nothing is forgotten', async (t) => {
        const here = blade(t)
        noted(here)
        here.it.map('dm-3', 'ldap', `mpath-${WWID}`, [])
        const ran = await here.act('forget-lun')
        assert.deepEqual([ran.exit, ran.stdout], [1, ''])
        assert.match(ran.stderr, /ldap is still there: dm-3 ldap/)
        assert.ok(existsSync(here.path(`dev/disk/by-id/scsi-${WWID}`)) === false, 'the link dangles')
        assert.match(here.read('etc/multipath/wwids'), new RegExp(`/${WWID}/`))
      })

      const SECOND = `3${'600140500000000000000000000000b2'}`
      const BOTH = [A, B, '-', 'ldap', '5', WWID, 'www', '6', SECOND] as const

      test('several at once: what was noted of each is forgotten, and certified together', async (t) => {
        const here = blade(t)
        noted(here)
        here.it.write('etc/multipath/wwids', `/${WWID}/\n/${LONGER}/\n/${SECOND}/`)
        here.it.write('etc/multipath/prkeys', `0xa1 ${WWID}\n0xa2 ${LONGER}\n0xa3 ${SECOND}`)
        here.it.write(`dev/shm/multipath/failed_wwids/${SECOND}`, '')
        const ran = await here.run('forget-lun', ...BOTH)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.equal(here.read('etc/multipath/wwids'), `/${LONGER}/\n`)
        assert.equal(here.read('etc/multipath/prkeys'), `0xa2 ${LONGER}\n`)
        assert.ok(!existsSync(here.path(`dev/shm/multipath/failed_wwids/${SECOND}`)))
        for (const [wwid, files] of [
          [WWID, ['bindings', 'prkeys']],
          [SECOND, ['prkeys']],
        ] as const) {
          assert.match(ran.stdout, new RegExp(`^${wwid} is taken from multipath's list$`, 'm'))
          for (const file of files)
            assert.match(ran.stdout, new RegExp(`^the line of ${wwid} in .*/${file} removed$`, 'm'))
          assert.match(ran.stdout, new RegExp(`^nothing written down of ${wwid} any more$`, 'm'))
        }
        const certified = await here.run('certify-gone', ...BOTH)
        assert.deepEqual([certified.exit, certified.stderr], [0, ''])
        assert.match(
          certified.stdout,
          new RegExp(`^certificate of blade1: ldap, ${WWID}, LUN 5\n.*: www, ${SECOND}, LUN 6\n`),
        )
        assert.equal(certified.stdout.match(/: none$/gm)?.length, 8)
      })

      test('several at once: nothing is forgotten of any while one of them is there', async (t) => {
        const here = blade(t)
        noted(here)
        here.it.device('3:0:1:6', { ...OURS, naa: SECOND.slice(1), mood: 'gone' })
        const ran = await here.run('forget-lun', ...BOTH)
        assert.deepEqual([ran.exit, ran.stdout], [1, ''])
        assert.match(ran.stderr, /^www is still there: 3:0:1:6$/m)
        assert.match(here.read('etc/multipath/wwids'), new RegExp(`/${WWID}/`))
      })

      test('several at once: no certificate for those that have left something, each with its places', async (t) => {
        const here = blade(t)
        const third = `3${'600140500000000000000000000000c3'}`
        here.it.map('dm-4', 'www-part1', `part1-mpath-${SECOND}`, [])
        here.it.write('etc/multipath/prkeys', `0xa1 ${SECOND}\n0xa2 ${third}`)
        const ran = await here.run('certify-gone', ...BOTH, 'mail', '7', third)
        assert.equal(ran.exit, 1)
        assert.equal(
          ran.stderr,
          'www has left something on blade1: map or partition map, line in /etc/multipath/prkeys\nmail has left something on blade1: line in /etc/multipath/prkeys\n',
        )
        assert.match(ran.stdout, /^map or partition map: dm-4 www-part1$/m)
        assert.match(ran.stdout, new RegExp(`^line in /etc/multipath/prkeys: 0xa1 ${SECOND}, 0xa2 ${third}$`, 'm'))
      })

      test('what can not be looked for is no certificate', async (t) => {
        const here = blade(t)
        writeFileSync(here.path('bin/awk'), '#!/bin/sh\nexit 2\n', { mode: 0o755 })
        for (const act of ['certify-gone', 'forget-lun'] as const) {
          const ran = await here.act(act)
          assert.deepEqual([ran.exit, ran.stdout, ran.stderr], [1, '', 'what is left could not be looked for\n'])
        }
      })

      test('what is there and can not be read is no certificate either', async (t) => {
        for (const file of ['etc/multipath/wwids', 'etc/multipath/conf.d/own.conf', 'etc/lvm/devices/own.devices']) {
          const here = blade(t)
          mkdirSync(dirname(here.path(file)), { recursive: true })
          // Root may read any file; a socket is there, and nobody can open it as one.
          const socket = createServer().listen(here.path(file))
          await once(socket, 'listening')
          const ran = await here.act('certify-gone')
          socket.close()
          assert.deepEqual([ran.exit, ran.stdout], [1, ''], file)
          assert.match(ran.stderr, /^what is left could not be looked for$/m)
        }
      })

      const residues: readonly (readonly [string, (here: ReturnType<typeof blade>) => void, RegExp])[] = [
        [
          'a device at its number',
          ({ it }) => it.device('3:0:1:5', { ...OURS, mood: 'gone' }),
          /SCSI device \(of 2\): 3:0:1:5\n/,
        ],
        [
          'a device at another number that has its id',
          ({ it }) => {
            it.device('2:0:1:9', OURS)
            it.write('sys/bus/scsi/devices/2:0:1:9/wwid', `naa.${OURS.naa}`)
          },
          /SCSI device \(of 2\): 2:0:1:9\n/,
        ],
        [
          'a partition map',
          ({ it }) => it.map('dm-4', 'ldap-part1', `part1-mpath-${WWID}`, []),
          /partition map: dm-4 ldap-part1\n/,
        ],
        ['a file under its name', ({ it }) => it.write('dev/mapper/ldap', ''), /link in \/dev: .*dev\/mapper\/ldap\n/],
        [
          'an alias in a configuration',
          ({ it }) => it.write('etc/multipath/conf.d/own.conf', `# ${WWID}\nmultipath {\n wwid "${WWID}"\n}`),
          /configuration of multipath: \/etc\/multipath\/conf.d\/own.conf:3: wwid/,
        ],
      ]
      for (const [what, put, told] of residues)
        test(`no certificate, and it is named: ${what}`, async (t) => {
          const here = blade(t)
          put(here)
          const ran = await here.act('certify-gone')
          assert.equal(ran.exit, 1)
          assert.match(ran.stdout, told)
          assert.equal(ran.stdout.match(/: none$/gm)?.length, 7)
        })

      /** A map over two paths, which nobody uses. */
      function mapped(t: TestContext) {
        const here = blade(t)
        const disks = [here.it.device('2:0:1:5', OURS), here.it.device('3:0:1:5', OURS)]
        here.it.map('dm-0', 'ldap', `mpath-${WWID}`, disks)
        for (const [i, disk] of disks.entries()) {
          here.it.write(`sys/block/${disk}/dev`, `8:${i * 16}`)
          here.it.write(`sys/block/${disk}/holders/dm-0`, '')
        }
        return here
      }

      test('its own map on its own paths is no use of it, nor is multipathd', async (t) => {
        const here = mapped(t)
        here.it.write('proc/77/comm', 'multipathd')
        here.link('proc/77/fd/5', '/dev/sda')
        const ran = await here.act('check-unused')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
      })

      const users: readonly (readonly [string, (here: ReturnType<typeof blade>) => void, RegExp])[] = [
        [
          'kpartx',
          ({ it }) => {
            it.write('sys/block/dm-0/holders/dm-1', '')
            it.map('dm-1', 'ldap-part1', `part1-mpath-${WWID}`, [])
          },
          /the partition ldap-part1 \(kpartx\) lies on it/,
        ],
        [
          'LVM',
          ({ it }) => {
            it.write('sys/block/dm-0/holders/dm-2', '')
            it.map('dm-2', 'vg-root', 'LVM-abc', [])
          },
          /LVM has vg-root on it/,
        ],
        [
          'a mount',
          ({ it }) => it.write('proc/self/mountinfo', '30 1 253:0 / /srv rw - ext4 /dev/dm-0 rw'),
          /it is mounted at \/srv/,
        ],
        [
          'a mount of a path',
          ({ it }) => it.write('proc/self/mountinfo', '30 1 8:16 / /mnt rw - ext4 /dev/sdb rw'),
          /mounted at \/mnt/,
        ],
        ['swap', ({ it }) => it.write('proc/swaps', 'Filename\n/dev/mapper/ldap partition 1 0 -2'), /it is swap/],
        [
          'a process',
          ({ it, link }) => {
            it.write('proc/4242/comm', 'qemu-system-x86')
            link('proc/4242/fd/11', '/dev/dm-0')
          },
          /qemu-system-x86 \(process 4242\) has it open/,
        ],
        ['somebody whom nobody can name', ({ it }) => it.write('open', ' 2'), /it is open 2 times/],
      ]
      for (const [what, put, told] of users)
        test(`in use, and by whom: ${what}`, async (t) => {
          const here = mapped(t)
          put(here)
          const ran = await here.act('check-unused')
          assert.deepEqual([ran.exit, ran.stdout], [1, ''])
          assert.match(ran.stderr, told)
        })

      test('a path that is another LUN or does not answer: nobody knows whose users those are', async (t) => {
        const here = mapped(t)
        here.it.device('2:0:1:16389', { ...OURS, naa: '600140500000000000000000000000ff' })
        assert.match((await here.act('check-unused')).stderr, /is another LUN: 36001405.*ff/)
        const silent = blade(t)
        silent.it.device('3:0:1:5', { ...OURS, mood: 'hang' })
        assert.match((await silent.act('check-unused')).stderr, /does not say which LUN it is/)
      })
    })
})
