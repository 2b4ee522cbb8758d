import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { probe } from '../index.ts'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, start } from './shells.ts'

const base = scratch('host-disks')
const LUN: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const MOUNTS = [
  '21 1 254:0 / / rw - ext4 /dev/mapper/vg-root rw',
  '22 21 8:1 / /boot rw - ext4 /dev/sda1 rw',
  '23 21 254:0 /sub /bound rw - ext4 /dev/mapper/vg-root rw',
  '24 21 0:30 / /data rw - btrfs /dev/sdc rw',
  '25 21 0:31 / /run rw - tmpfs tmpfs rw',
  '26 21 0:32 / /net rw - nfs4 server:/export rw',
  '27 21 7:0 / /snap/core rw - squashfs /dev/loop0 rw',
]

/** Root on LVM on md of two partitions, of which one lies on a LUN of the SAN; swap on a partition. */
function blade() {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  it.port({ host: 2, target: 1, wwpn: '2000525400000001' })
  it.device('2:0:1:7', LUN) // sda
  const block = (path: string, number: string, slaves: readonly string[] = []) => {
    it.write(`sys/devices/${path}/dev`, number)
    for (const folder of [`sys/devices/${path}/slaves`, 'sys/dev/block', 'sys/class/block'])
      mkdirSync(join(it.root, folder), { recursive: true })
    for (const slave of slaves)
      it.link(`sys/devices/${path}/slaves/${slave.split('/').at(-1)}`, join(it.root, 'sys/devices', slave))
    for (const link of [`sys/dev/block/${number}`, `sys/class/block/${path.split('/').at(-1)}`])
      it.link(link, join(it.root, 'sys/devices', path))
  }
  const partition = (path: string, number: string) => {
    block(path, number)
    it.write(`sys/devices/${path}/partition`, '1')
  }
  for (const [disk, number] of [
    ['sda', '8:0'],
    ['sdb', '8:16'],
    ['sdc', '8:32'],
    ['sdd', '8:48'],
    ['loop0', '7:0'],
  ] as const)
    block(disk, number)
  partition('sda/sda1', '8:1')
  partition('sda/sda2', '8:2')
  partition('sdb/sdb1', '8:17')
  partition('sdb/sdb2', '8:18')
  block('md0', '9:0', ['sda/sda2', 'sdb/sdb2'])
  block('dm-0', '254:0', ['md0'])
  it.write('sys/fs/btrfs/uuid/devices/sdc/x', '')
  it.write('sys/fs/btrfs/uuid/devices/sdd/x', '')
  it.write('proc/self/mountinfo', MOUNTS.join('\n'))
  it.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/sdb1 partition 100 0 -2\n/swapfile file 100 0 -3')
  it.write('dev/sdb1', '')
  it.write('dev/sdc', '')
  const ask = async (reader: string, ...words: string[]) => {
    const { stdout } = await start(probe.text, [reader, probe.plain, 'v1', '20', ...words], { ANYBLADE_ROOT: it.root })
      .ended
    const lines = (name: string) =>
      (new RegExp(`^\\[${name}\\n([\\s\\S]*?)^\\]${name} `, 'm').exec(stdout)?.[1] ?? '')
        .split('\n')
        .flatMap((line) => (line.startsWith('|') ? [line.slice(1).split('\t')] : []))
    const text = (field = '') => Buffer.from(field, 'base64').toString()
    return {
      told: lines('host-disks').map(([kind, use, rest]) => [kind, text(use), kind === 'untold' ? text(rest) : rest]),
      asked: lines('san').flatMap(([kind, hctl]) => (kind === 'inquiry' ? [hctl] : [])),
    }
  }
  return { it, ask }
}

const WHOLE = [
  ['stands', 'swap', 'sdb1,sdb'],
  ['stands', 'mounted at /', 'dm-0,md0,sda2,sda,sdb2,sdb'],
  ['stands', 'mounted at /boot', 'sda1,sda'],
  ['stands', 'mounted at /data', 'sdc,sdd'],
]

test('mounts and swap are resolved down to disks, through LVM, md and partitions; a disk of the SAN there is asked who it is', async () => {
  const { ask } = blade()
  const { told, asked } = await ask(readerOnFixture, 'paths=some', 'host-disks')
  assert.deepEqual(told, WHOLE)
  assert.deepEqual(asked, ['2:0:1:7'])
  assert.deepEqual((await ask(readerOnFixture, 'paths=some')).told, [], 'who does not ask pays nothing')
})

test('without python3 the same, but for file systems over several disks, which are told as untold', async () => {
  const { ask } = blade()
  const { told } = await ask('import sys; sys.exit(1)', 'paths=some', 'host-disks')
  const sorted = (rows: (string | undefined)[][]) => rows.map((row) => row.join(' ')).sort()
  const one = WHOLE.map((row) => row.map((field) => field.replace('sdc,sdd', 'sdc')))
  assert.deepEqual(
    sorted(told).filter((line) => !line.includes('/bound') && !line.includes('/snap')),
    sorted(one),
  )
})

test('a pool whose disks nobody tells is told as that; udev’s word on them counts', async () => {
  const { it, ask } = blade()
  it.write('proc/self/mountinfo', '21 1 0:20 / / rw - zfs rpool/ROOT rw')
  it.write('proc/swaps', 'Filename')
  assert.deepEqual((await ask(readerOnFixture, 'paths=none', 'host-disks')).told, [
    ['untold', 'mounted at /', 'rpool/ROOT'],
  ])
  it.write('run/udev/data/b8:16', 'E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=rpool')
  assert.deepEqual((await ask(readerOnFixture, 'paths=none', 'host-disks')).told, [['stands', 'mounted at /', 'sdb']])
})

test('a root on no disk is told with none', async () => {
  const { it, ask } = blade()
  it.write('proc/self/mountinfo', '26 1 0:32 / / rw - nfs4 server:/root rw')
  it.write('proc/swaps', 'Filename')
  assert.deepEqual((await ask(readerOnFixture, 'paths=none', 'host-disks')).told, [['stands', 'mounted at /', '']])
})
