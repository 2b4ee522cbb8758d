import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { acts } from '../index.ts'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, shellByTurn, start } from './shells.ts'

const A = '2000525400000001'
const B = '2000525400000002'
const OURS: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const FOREIGN: Disk = { naa: '600140500000000000000000000000ff', gib: 8 }
const WWID = `3${OURS.naa}`

describe('acts on a LUN', { concurrency: 3 }, () => {
  for (const shell of shellByTurn('busybox'))
    describe(`under ${shell.name}`, { skip: shell.skip, concurrency: 3 }, () => {
      const base = scratch('luns')

      /** Two FC hosts, a target port each. */
      function blade(t: TestContext, state = 'Online') {
        const it = new FixtureBlade(mkdtempSync(join(base, 'blade-')))
        it.port({ host: 2, target: 1, wwpn: A })
        it.port({ host: 3, target: 1, wwpn: B, state })
        it.write('sys/bus/scsi/devices/0:0:0:5/type', '0') // a local disk, at the same number
        it.write('sys/bus/scsi/devices/0:0:0:5/delete', '')
        t.after(() => it.stop())
        const env = {
          PATH: `${shell.path}:${process.env.PATH}`,
          ANYBLADE_ROOT: it.root,
          ANYBLADE_READER: readerOnFixture,
        }
        const run = (act: keyof typeof acts, ...args: string[]) => start(acts[act], args, env).ended
        /** With a reader that comes to no end. */
        const blind = (act: keyof typeof acts, ...args: string[]) => {
          it.write('bin/python3', '#!/bin/sh\nexit 7\n')
          chmodSync(join(it.root, 'bin/python3'), 0o755)
          return start(acts[act], args, { ...env, PATH: `${it.root}/bin:${env.PATH}` }).ended
        }
        return { it, act: (act: keyof typeof acts) => run(act, A, B, '-', 'ldap', '5', WWID), run, blind }
      }

      for (const [act, ...args] of [
        ['check-lun-free', A, B, '-', 'ldap', '5', WWID],
        ['scan-lun', A, B, '-', 'ldap', '5', WWID],
        ['remove-paths', A, B, '-', 'ldap', '5', WWID],
        ['rescan-paths', '1', A, B, '-', 'ldap', '5', WWID],
        ['check-unused', 'ldap', '5', WWID, A, B],
      ] as const)
        test(`${act}: devices that could not be asked are not taken for none`, async (t) => {
          const { it, act: seen, blind } = blade(t)
          it.kernel(() => OURS)
          await seen('scan-lun')
          const ran = await blind(act, ...args)
          assert.equal(ran.exit, 1, ran.stdout)
          assert.match(ran.stderr, /^what 2:0:1:5 3:0:1:5 say of themselves could not be read within 40 s, status 7$/m)
          assert.deepEqual(it.devices(), ['0:0:0:5', '2:0:1:5', '3:0:1:5'])
        })

      test('a scan finds the LUN behind both ports and proves its id', async (t) => {
        const { it, act } = blade(t)
        it.kernel(() => OURS)
        const ran = await act('scan-lun')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        // Which of them the kernel names first is its own affair.
        assert.equal(ran.stdout.replace(/ sd[ab] sg[01] /g, ' '), `2:0:1:5 ${WWID} 20 GiB\n3:0:1:5 ${WWID} 20 GiB\n`)
        assert.equal((await act('scan-lun')).exit, 0)
        assert.deepEqual(it.devices(), ['0:0:0:5', '2:0:1:5', '3:0:1:5'])
      })

      test('another LUN at that number is named, and no success', async (t) => {
        const { it, act } = blade(t)
        it.kernel((hctl) => (hctl.startsWith('3') ? FOREIGN : OURS))
        const ran = await act('scan-lun')
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, new RegExp(`3:0:1:5 sd[ab] is another LUN: 3${FOREIGN.naa}, not ${WWID}`))
      })

      const TWO = [A, B, '-', 'ldap', '5', WWID, 'www', '6', `3${FOREIGN.naa}`] as const

      test('several at once: each comes through every port and is the one that it shall be', async (t) => {
        const { it, run } = blade(t)
        it.kernel((hctl) => (hctl.endsWith(':6') ? FOREIGN : OURS))
        assert.match((await run('check-lun-free', ...TWO)).stdout, /^nothing at LUN 5 .*\nnothing at LUN 6 /)
        const ran = await run('scan-lun', ...TWO)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.deepEqual(it.devices(), ['0:0:0:5', '2:0:1:5', '2:0:1:6', '3:0:1:5', '3:0:1:6'])
        const swapped = await run('scan-lun', A, B, '-', 'www', '5', `3${FOREIGN.naa}`, 'ldap', '6', WWID)
        assert.match(swapped.stderr, /2:0:1:5 sd. is another LUN/)
        const taken = await run('check-lun-free', ...TWO)
        assert.match(taken.stderr, /^LUN 5 6 is not free: 2:0:1:5 /)
      })

      test('several at once: all go, or none when one of them may not', async (t) => {
        const { it, run } = blade(t)
        it.kernel(() => undefined)
        it.device('2:0:1:5', OURS)
        const disk = it.device('3:0:1:6', FOREIGN)
        it.device('3:0:1:7', OURS)
        it.write('proc/mounts', `/dev/${disk} /srv ext4 rw 0 0`)
        assert.match((await run('remove-paths', ...TWO)).stderr, /is mounted or used as swap/)
        assert.deepEqual(it.devices(), ['0:0:0:5', '2:0:1:5', '3:0:1:6', '3:0:1:7'])
        it.write('proc/mounts', '')
        const ran = await run('remove-paths', ...TWO)
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.deepEqual(it.devices(), ['0:0:0:5', '3:0:1:7'])
      })

      test('a LUN that comes through one port only is a failure that names the other', async (t) => {
        const { it, act } = blade(t)
        it.kernel((hctl) => (hctl.startsWith('2') ? OURS : undefined))
        const ran = await act('scan-lun')
        assert.equal(ran.exit, 1)
        assert.match(ran.stderr, new RegExp(`did not come within 20 s: LUN 5 through host3 ${B}\n`))
      })

      test('ports that are not online are not scanned; none online is a failure', async (t) => {
        const { it, act } = blade(t, 'Blocked')
        it.kernel(() => OURS)
        const ran = await act('scan-lun')
        assert.deepEqual([ran.exit, it.devices()], [0, ['0:0:0:5', '2:0:1:5']])
        const nobody = await blade(t).run('scan-lun', '2000525400000009', '-', 'ldap', '5', WWID)
        assert.match(nobody.stderr, /no FC host sees one of the target ports online/)
      })

      test('a number is free when nothing of the array sits there; a local disk does not count', async (t) => {
        const { it, act } = blade(t)
        assert.deepEqual(await act('check-lun-free'), {
          exit: 0,
          stderr: '',
          stdout: 'nothing at LUN 5 behind 2 target ports\n',
        })
        it.device('3:0:1:16389', { ...FOREIGN, mood: 'gone' }) // the same number in its flat coding
        const ran = await act('check-lun-free')
        assert.equal(ran.exit, 1)
        assert.equal(ran.stdout, '3:0:1:16389 sda sg0 gone: sense 5/25/00\n')
        assert.match(ran.stderr, /LUN 5 is not free: 3:0:1:16389 sda still there/)
      })

      test('paths of the LUN and paths that lead to none any more are deleted, and nothing else', async (t) => {
        const { it, act } = blade(t)
        it.kernel(() => undefined)
        it.device('2:0:1:5', OURS)
        it.device('3:0:1:5', { ...OURS, mood: 'gone' })
        it.device('3:0:1:6', FOREIGN)
        const ran = await act('remove-paths')
        assert.equal(ran.stderr, '')
        assert.match(
          ran.stdout,
          /^2:0:1:5 sda sg0 3600.*\n3:0:1:5 sdb sg1 gone: .*\nnothing of it at LUN 5 any more, looked twice\n$/,
        )
        assert.deepEqual(it.devices(), ['0:0:0:5', '3:0:1:6'])
        assert.equal((await act('remove-paths')).exit, 0)
      })

      test('another LUN at the number by now is somebody else’s: ours goes beside it, and it stays', async (t) => {
        const { it, act } = blade(t)
        it.kernel(() => undefined)
        it.device('2:0:1:5', { ...OURS, mood: 'gone' })
        it.device('3:0:1:5', FOREIGN)
        const ran = await act('remove-paths')
        assert.deepEqual([ran.exit, ran.stderr], [0, ''])
        assert.match(ran.stdout, /^3:0:1:5 is another LUN and stays\n2:0:1:5 sda/)
        assert.deepEqual(it.devices(), ['0:0:0:5', '3:0:1:5'])
      })

      const kept: readonly (readonly [string, Disk, RegExp, ((it: FixtureBlade) => void)?])[] = [
        ['no answer', { ...OURS, mood: 'hang' }, /3:0:1:5 sdb does not say which LUN it is \(no answer in 5 s\)/],
        [
          'a map',
          OURS,
          /sdb is held by vm1: flush the map first/,
          (it) => {
            it.map('dm-0', 'vm1', `mpath-${WWID}`, ['sdb'])
            it.write('sys/bus/scsi/devices/3:0:1:5/block/sdb/holders/dm-0', '')
          },
        ],
        [
          'a mount',
          OURS,
          /sdb is mounted or used as swap/,
          (it) => it.write('proc/mounts', '/dev/sdb1 /srv ext4 rw 0 0'),
        ],
      ]
      for (const [what, disk, why, more] of kept)
        test(`none is deleted where one is or has: ${what}`, async (t) => {
          const { it, act } = blade(t)
          it.kernel(() => undefined)
          it.device('2:0:1:5', OURS)
          it.device('3:0:1:5', disk)
          more?.(it)
          const ran = await act('remove-paths')
          assert.equal(ran.exit, 1)
          assert.match(ran.stderr, why)
          assert.deepEqual(it.devices(), ['0:0:0:5', '2:0:1:5', '3:0:1:5'])
        })

      const wrong = [
        ['a LUN twice', [A, '-', 'ldap', '5', WWID, 'www', '5', `${WWID}0`]],
        ['an id twice', [A, '-', 'ldap', '5', WWID, 'www', '6', WWID]],
        ['no LUN', [A]],
        ['no port', ['-', 'ldap', '5', WWID]],
        ['a part of a second LUN', [A, '-', 'ldap', '5', WWID, 'www', '6']],
        ['LUN 0', [A, '-', 'ldap', '0', WWID]],
        ['a LUN that is text', [A, '-', 'ldap', '5;id', WWID]],
        ['a second LUN that is text', [A, '-', 'ldap', '5', WWID, 'www', '6;id', WWID]],
        ['a volume with a slash', [A, '-', '../x', '5', WWID]],
        ['a WWID with a blank', [A, '-', 'ldap', '5', 'a b']],
        ['a port in capitals', ['200052540000000A', '-', 'ldap', '5', WWID]],
        ['a port too short', ['2000', '-', 'ldap', '5', WWID]],
      ] as const
      test('wrong arguments are refused by each of them', async (t) => {
        const { run } = blade(t)
        const all = ['check-lun-free', 'remove-paths', 'scan-lun', 'flush-map', 'forget-lun', 'certify-gone'] as const
        for (const act of [...all, 'rescan-paths', 'resize-map'] as const)
          for (const [what, args] of wrong) {
            const ran = await run(act, ...(act.startsWith('res') ? ['1'] : []), ...args)
            assert.deepEqual([ran.exit, ran.stdout], [1, ''], `${act}: ${what}`)
          }
      })
    })
})
