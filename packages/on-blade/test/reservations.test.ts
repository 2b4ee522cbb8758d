import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Disk, FixtureBlade, readerOnFixture } from './fixture.ts'
import { multipathdServer } from './multipathd-server.ts'
import { scratch, start } from './shells.ts'

const base = scratch('reservations')
const DISK: Disk = { naa: '600140500000000000000000000000a1', gib: 20 }
const KEYS = '0000000700000010a1b2000100000001a1b2000100000001'
const HELD = '000000070000001000000000000000000000000000070000'
const CAPABILITIES = '00081d81ea010000'
const STATUS = '0000000700000000'

/** A blade with two paths to vm1 and one to vm2, and what the reader says: a section's lines, each as its fields. */
function blade(...paths: readonly Partial<Disk>[]) {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  it.port({ host: 2, target: 1, wwpn: '2000525400000001' })
  const disks = paths.map((disk, i) => it.device(`2:0:1:${i + 1}`, { ...DISK, ...disk }))
  it.map('dm-0', 'vm1', `mpath-3${DISK.naa}`, disks)
  it.map('dm-1', 'vm2', 'mpath-other', [it.device('2:0:1:99', { ...DISK, reserved: [KEYS] })])
  const ask = async (...words: string[]) => {
    const script = 'exec python3 -I -S -c "$@"'
    const { stdout } = await start(script, [readerOnFixture, 'survey', '20', ...words], { ANYBLADE_ROOT: it.root })
      .ended
    const section = (name: string) => new RegExp(`^\\[${name}\\n([\\s\\S]*?)^\\]${name} (.*)$`, 'm').exec(stdout)
    const lines = (name: string) =>
      (section(name)?.[1] ?? '')
        .split('\n')
        .flatMap((line) => (line.startsWith('|') ? [line.slice(1).split('\t')] : []))
    const reservations = lines('san').flatMap(([kind, ...fields]) => (kind === 'reservation' ? [fields] : []))
    return { reservations, lines, end: (name: string) => section(name)?.[2] }
  }
  return { it, ask }
}
const ASKED = ['paths=some', 'map=vm1', 'reservation=vm1'] as const

test('each path of the map asked for says who reserved its LUN; of others nothing is asked', async () => {
  const { ask } = blade(
    { reserved: [KEYS, HELD, CAPABILITIES, STATUS] },
    { reserved: [KEYS, HELD, CAPABILITIES, STATUS] },
  )
  const told = ['ok', KEYS, 'ok', HELD, 'ok', CAPABILITIES, 'ok', STATUS]
  assert.deepEqual((await ask(...ASKED)).reservations.sort(), [
    ['2:0:1:1', ...told],
    ['2:0:1:2', ...told],
  ])
  const { reservations, end } = await ask('paths=some', 'map=vm1', 'map=vm2')
  assert.deepEqual([reservations, end('multipathd')], [[], undefined], 'who does not ask for them pays nothing')
})

test('a list that is longer than usual is asked for once more, and comes whole', async () => {
  const long = `00000007${(8 * 2000).toString(16).padStart(8, '0')}${'a1b2000100000001'.repeat(2000)}`
  const { ask } = blade({ reserved: [long] })
  const [fields] = (await ask(...ASKED)).reservations
  assert.deepEqual(fields?.slice(1, 3), ['ok', long])
})

test('not supported, refused by another’s reservation, and no LUN there are told apart', async () => {
  const { ask } = blade({ reserved: [KEYS, 'conflict', CAPABILITIES] }, { mood: 'gone', reserved: [KEYS] })
  const [first, gone] = (await ask(...ASKED)).reservations.sort()
  assert.deepEqual(first?.slice(1), [
    ...['ok', KEYS],
    ...['conflict', 'status 0x18, host 0x0, driver 0x0'],
    ...['ok', CAPABILITIES],
    ...['unsupported', 'sense 5/24/00'],
  ])
  assert.deepEqual(gone?.slice(1), Array(4).fill(['gone', 'sense 5/25/00']).flat())
})

test('a path that gives no answer is asked once, and delays no other', async () => {
  const { ask } = blade({ reserved: ['time-out', HELD] }, { mood: 'hang' }, { reserved: [KEYS, HELD] })
  const { reservations } = await ask(...ASKED)
  const of = (hctl: string) => reservations.find(([place]) => place === hctl)?.slice(1)
  assert.deepEqual(of('2:0:1:1'), Array(4).fill(['silent', 'the device gave no answer in 4 s']).flat())
  assert.equal(of('2:0:1:2'), undefined)
  assert.deepEqual(of('2:0:1:3')?.slice(0, 4), ['ok', KEYS, 'ok', HELD])
})

const CONFIG = `defaults {
	reservation_key "file"
}
blacklist {
	wwid "x"
}
multipaths {
	multipath {
		wwid "3${DISK.naa}"
		alias "vm1"
		reservation_key 0xb1:aptpl
	}
}
`

test('multipathd says under which key it registers a map, and what the configuration in effect says', async (t) => {
  const { it, ask } = blade({})
  it.write('etc/multipath/prkeys', '# Format:\n0x00000000000000b1 36001405')
  mkdirSync(join(it.root, 'run'), { recursive: true })
  const server = await multipathdServer(join(it.root, 'run/multipathd.socket'), {
    'getprkey map dm-0': '0xb1:aptpl\n',
    'getprstatus map dm-0': 'set\n',
    'show config local': CONFIG,
  })
  t.after(() => server.close())
  const { lines, end } = await ask(...ASKED)
  assert.deepEqual(lines('multipathd'), [
    ['map', 'dm-0', '0xb1:aptpl', 'set'],
    ['configured', '', 'file'],
    ['configured', `3${DISK.naa}`, '0xb1:aptpl'],
    ['prkeys', Buffer.from('# Format:\n0x00000000000000b1 36001405\n').toString('base64')],
  ])
  assert.equal(end('multipathd'), 'ok')
})

test('a multipathd that is not there is a section that says so', async () => {
  const { ask } = blade({})
  assert.equal((await ask(...ASKED)).end('multipathd'), 'refused multipathd does not answer')
})
