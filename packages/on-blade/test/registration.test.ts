/** A key registered, a volume reserved and reasserted, at a LUN that keeps its own state, through a map of two paths. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writer } from '../index.ts'
import { FixtureBlade } from './fixture.ts'
import { multipathdServer } from './multipathd-server.ts'
import { scratch, start } from './shells.ts'

const base = scratch('registration')
const WWID = '3600140500000000000000000000000a1'
const [OURS, THEIRS, FOREIGN] = ['a1b2000100000003', 'a1b2000200000004', '00000000000000b1']
const [ALL, ONLY_5, NEITHER] = [0xea01, 0x2000, 0x4000]

/** What the LUN keeps: keys by path, the type that it is reserved as (0: by nobody), its mask of types, APTPL or not. */
type Lun = { keys: Record<string, string>; type: number; mask: number; aptpl: boolean }

const LUN = `
import ctypes as _c, fcntl as _f, json as _j, os as _o, struct as _s
_FORMAT = _s.Struct("@iiBBHIPPPIIiPBBBBHHiII")
def _ioctl(fd, request, header, mutate):
    f = list(_FORMAT.unpack(header))
    file = _o.environ["ANYBLADE_ROOT"] + "/lun.json"
    lun = _j.load(open(file))
    path = _o.readlink("/proc/self/fd/%d" % fd).rsplit("/", 1)[1]
    cdb = _c.string_at(f[7], f[2])
    if cdb[0] == 0x5E:
        keys = b"".join(bytes.fromhex(key) for key in lun["keys"].values())
        held = bytes(13) + bytes([lun["type"]]) + bytes(2) if lun["type"] else b""
        can = _s.pack(">HBBHH", 8, 1 if lun["aptpl"] else 0, 0x80, lun["mask"], 0)
        data = [_s.pack(">II", 1, len(keys)) + keys, _s.pack(">II", 1, len(held)) + held, can][cdb[1]][: f[5]]
        _c.memmove(f[6], data, len(data))
        f[19] = f[5] - len(data)
    elif cdb[1] == 6:
        lun["keys"][path] = _c.string_at(f[6], f[5])[8:16].hex()
    elif cdb[1] == 4:
        theirs = _c.string_at(f[6], f[5])[8:16].hex()
        lun["keys"] = dict((p, key) for p, key in lun["keys"].items() if key != theirs)
        lun["type"] = cdb[2] & 15
    _j.dump(lun, open(file, "w"))
    header[:] = _FORMAT.pack(*f)
_f.ioctl = _ioctl
`
/** As the tool does it to the LUN: on every path of the map that is up. */
const MPATHPERSIST = `#!/usr/bin/env python3
import json, os, sys
root = os.environ["ANYBLADE_ROOT"]
open(root + "/told", "a").write(" ".join(sys.argv[1:-1]) + "\\n")
lun = json.load(open(root + "/lun.json"))
words = dict(word[2:].split("=", 1) for word in sys.argv if "=" in word)
if "--reserve" in sys.argv:
    lun["type"] = int(words["prout-type"])
for path in ("sda", "sdb"):
    if "--register-ignore" in sys.argv:
        lun["keys"][path] = words["param-sark"][2:]
    elif "--register" in sys.argv:
        lun["keys"].pop(path, None)
json.dump(lun, open(root + "/lun.json", "w"))
`

async function blade(t: TestContext, change: Partial<Lun> = {}, config = 'defaults {\n\treservation_key "file"\n}\n') {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  const lun: Lun = { keys: {}, type: 0, mask: ALL, aptpl: true, ...change }
  for (const path of ['sda', 'sdb']) it.write(`dev/${path}`, '')
  it.map('dm-0', 'vm1', `mpath-${WWID}`, ['sda', 'sdb'])
  it.write('lun.json', JSON.stringify(lun))
  writeFileSync(join(it.root, 'told'), '')
  mkdirSync(join(it.root, 'bin'))
  writeFileSync(join(it.root, 'bin/mpathpersist'), MPATHPERSIST, { mode: 0o755 })
  mkdirSync(join(it.root, 'run'))
  const server = await multipathdServer(join(it.root, 'run/multipathd.socket'), {
    'show config local': config,
    'getprkey map vm1': `0x${OURS}:aptpl\n`,
  })
  t.after(() => server.close())
  const env = { ANYBLADE_ROOT: it.root, PATH: `${join(it.root, 'bin')}:${process.env.PATH}` }
  const run = (role: string, ...rest: string[]) =>
    start('exec python3 -c "$@"', [`${LUN}\n${writer.text}`, role, 'vm1', WWID, OURS, ...rest], env).ended
  const now = (): Lun => JSON.parse(readFileSync(join(it.root, 'lun.json'), 'utf8'))
  const told = () => readFileSync(join(it.root, 'told'), 'utf8').trim().split('\n')
  return { it, run, now, told }
}
const BOTH = { sda: OURS, sdb: OURS }

test('a volume is registered through every path and reserved as type 7; again nothing is reserved a second time', async (t) => {
  const { run, now, told } = await blade(t)
  const ran = await run('reserve-volume')
  assert.deepEqual([ran.exit, ran.stderr], [0, ''])
  assert.match(ran.stdout, new RegExp(`^reservation of type 7, registered ${OURS} by 2\n$`))
  assert.equal((await run('reserve-volume')).exit, 0)
  assert.deepEqual([now().keys, now().type], [BOTH, 7])
  const register = `--out --register-ignore --param-sark=0x${OURS} --param-aptpl`
  assert.deepEqual(told(), [register, `--out --reserve --param-rk=${OURS} --prout-type=7`, register])
})

test('after an array that forgot all, or one path, the same act puts back what is missing', async (t) => {
  for (const lost of [{}, { keys: { sda: OURS }, type: 7 }]) {
    const { run, now } = await blade(t, lost)
    assert.equal((await run('reserve-volume')).exit, 0)
    assert.deepEqual([now().keys, now().type], [BOTH, 7])
  }
})

test('an array without type 7 is reserved as type 5, one without either not at all', async (t) => {
  const five = await blade(t, { mask: ONLY_5 })
  assert.equal((await five.run('reserve-volume')).exit, 0)
  assert.equal(five.now().type, 5)
  const neither = await blade(t, { mask: NEITHER })
  const ran = await neither.run('reserve-volume')
  assert.deepEqual([ran.exit, neither.now().type], [1, 0])
  assert.match(ran.stderr, /neither as type 7 nor as type 5/)
})

test('a reservation of another type than the array’s best is left as it is', async (t) => {
  const { run, now } = await blade(t, { type: 5, keys: BOTH })
  const ran = await run('reserve-volume')
  assert.deepEqual([ran.exit, now().type], [1, 5])
  assert.match(ran.stderr, /it should be reserved as type 7/)
})

test('an array that forgets with its power is not asked for what it can’t, and that is said', async (t) => {
  const { run, told } = await blade(t, { aptpl: false })
  const ran = await run('reserve-volume')
  assert.match(ran.stdout, /forgets it with its power: after its reboot, anyblade volume reassert vm1\n$/)
  assert.ok(!told().join(' ').includes('aptpl'))
})

test('a foreign key, a daemon that keeps no key, and a use of the blade’s own are refused before anything is registered', async (t) => {
  const foreign = await blade(t, { keys: { sdx: FOREIGN } })
  const [first, second] = [await foreign.run('reserve-volume'), await (await blade(t, {}, '')).run('reserve-volume')]
  assert.match(first.stderr, /no blade of this fleet is registered/)
  assert.match(second.stderr, /reservation_key file. is not in effect/)
  const held = await blade(t)
  held.it.write('sys/block/dm-0/holders/dm-7', '')
  assert.match((await held.run('reserve-volume')).stderr, /on vm1 lies dm-7/)
  for (const { now } of [foreign, held]) assert.equal(now().type, 0)
})

test('a registration goes though the map has lost its alias meanwhile; another LUN under the alias keeps its own', async (t) => {
  const { it, run, now, told } = await blade(t, { keys: { ...BOTH, x: THEIRS }, type: 7 })
  it.map('dm-0', WWID, `mpath-${WWID}`, ['sda', 'sdb'])
  it.map('dm-1', 'vm1', 'mpath-3600140500000000000000000000000b2', [])
  const ran = await run('unregister-key')
  assert.equal(ran.exit, 0, ran.stderr)
  assert.deepEqual(now().keys, { x: THEIRS })
  assert.deepEqual(told(), [`--out --register --param-rk=${OURS} --param-sark=0`])
})

test('a preempt keeps the type that is there', async (t) => {
  for (const type of [5, 7]) {
    const { run, now } = await blade(t, { type, mask: ONLY_5, keys: { ...BOTH, sdx: THEIRS } })
    assert.equal((await run('preempt-key', THEIRS)).exit, 0)
    assert.deepEqual([now().keys, now().type], [BOTH, type])
  }
})

test('another LUN under the alias is not touched', async (t) => {
  const { it, run, now } = await blade(t)
  it.write('sys/block/dm-0/dm/uuid', 'mpath-another')
  assert.match((await run('reserve-volume')).stderr, /is mpath-another, not 36/)
  assert.deepEqual(now().keys, {})
})
