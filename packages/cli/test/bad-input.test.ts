import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { anyblade } from './anyblade.ts'

const above = mkdtempSync(join(tmpdir(), 'anyblade-bad-'))
const sound = join(above, 'sound')
before(async () => assert.equal((await anyblade(['fleet', 'init', sound])).exit, 0))
after(() => rmSync(above, { recursive: true, force: true }))

const document = (file: string, text: string) => (dir: string) => writeFileSync(join(dir, file), text)

/** What is wrong with a fleet, and the place or the words that must be told. */
const fleets: readonly (readonly [string, (dir: string) => void, RegExp])[] = [
  ['garbled YAML', document('blades/b1.yaml', 'a: [1\nb: "x\n'), /^blades\/b1\.yaml:2:1: YAML: /],
  [
    'one line of a megabyte',
    document('fleet.yaml', `name: "${'a'.repeat(1_000_000)}"`),
    /^fleet\.yaml:1:1: is \d+ bytes long; .* at most 262144/,
  ],
  [
    'brackets by the thousand',
    document('fleet.yaml', '['.repeat(200_000)),
    /^fleet\.yaml:1:1: is nested too deeply\n$/,
  ],
  [
    'a name that needs quotes',
    document('blades/a b$(x);.yaml', ''),
    /^blades\/a b\$\(x\);\.yaml:1:1: is no name of a document/,
  ],
  ['a name that steers the terminal', document('blades/\u001b[31m.yaml', ''), /^blades\/ \[31m\.yaml:1:1: /],
  ['bytes that are no text', document('fleet.yaml', 'name: \0'), /^fleet\.yaml:1:1: is no text: byte 7 is NUL/],
  [
    'a file where a folder belongs',
    (dir) => {
      rmSync(join(dir, 'vms'), { recursive: true })
      writeFileSync(join(dir, 'vms'), '')
    },
    /^vms:1:1: can't be listed: ENOTDIR/,
  ],
  [
    'no git repository',
    (dir) => rmSync(join(dir, '.git'), { recursive: true }),
    /git init && git add \. && git commit/,
  ],
]
for (const [what, spoil, said] of fleets)
  test(`a fleet with ${what}: exit 2 and where`, async () => {
    const dir = join(above, 'spoilt')
    rmSync(dir, { recursive: true, force: true })
    cpSync(sound, dir, { recursive: true })
    spoil(dir)
    const { exit, stdout, stderr } = await anyblade(['fleet', 'check', '--fleet', dir])
    assert.equal(exit, 2)
    assert.equal(stdout, '')
    assert.match(stderr, said)
    assert.ok(stderr.length < 20_000, `${stderr.length} characters`)
    assert.doesNotMatch(stderr, /\u001b/)
  })

test('ten thousand faults are told by the first of them, and counted', async () => {
  const dir = join(above, 'many')
  cpSync(sound, dir, { recursive: true })
  for (let i = 0; i < 300; i += 1) writeFileSync(join(dir, 'blades', `b${i}.yaml`), 'x: y\n')
  const { exit, stdout, stderr } = await anyblade(['fleet', 'check', '--fleet', dir, '--output', 'json'])
  assert.equal(exit, 2)
  assert.match(stderr, /\n… and \d+ more\n$/)
  assert.ok(stderr.split('\n').length < 50)
  assert.ok(JSON.parse(stdout).error.count >= 300)
})

/** What was typed, and what must be said; nobody may be contacted for it. */
const words: readonly (readonly [readonly string[], RegExp])[] = [
  [['fleet', 'init', ''], /"" for dir: it is empty/],
  [['blade', 'list', '--fleet', ''], /"" for fleet: it is empty/],
  [['blade', 'list', '--fleet', 'fleet.yaml'], /found {2}a file/],
  [['blade', 'list', '--fleet', 'nowhere'], /found {2}nothing of that name/],
  [['fleet', 'init', 'fleet.yaml'], /found {2}it is a file/],
  [['fleet', 'init', '/proc/nobody/can/make/this'], /error: could not use \/proc\/nobody/],
  [['blade', 'add', 'b', '--ssh', '-oProxyCommand=false'], /could not read --ssh/],
  [['blade', 'add', 'a/../b', '--ssh', 'x'], /could not read the name of a blade/],
  [['blade', 'add', 'b', '--ssh', 'x', '--port', 'Q'], /could not read which fabric a port is on/],
  [['array', 'add', 'a', '--ssh', 'x', '--pool', ';rm'], /could not read --pool/],
  [['volume', 'create', 'v', '--size', 'big'], /could not read a size\n {2}found {2}"big"/],
  [['vm', 'create', 'v', '--volume', 'w', '--memory', 'much'], /could not read a size\n {2}found {2}"much"/],
  [['vm', 'adopt', '.'], /it is a directory/],
  [['vm', 'adopt', '/dev/zero'], /more than 4194304 bytes/],
  [['vm', 'show', 'x'.repeat(100_000)], /could not read the name of a VM/],
]
for (const [typed, said] of words)
  test(`anyblade ${typed.join(' ').slice(0, 60)}: exit 2`, async () => {
    const cwd = join(above, 'words')
    mkdirSync(cwd, { recursive: true })
    cpSync(sound, cwd, { recursive: true })
    writeFileSync(
      join(cwd, 'blades', 'b1.yaml'),
      `ssh: "root@b1.invalid"\nmachine_id: "${'1'.repeat(32)}"\nports: []\n`,
    )
    const { exit, stdout, stderr } = await anyblade(typed, { cwd })
    assert.equal(exit, 2)
    assert.equal(stdout, '')
    assert.match(stderr, said)
    assert.ok(stderr.length < 2000, `${stderr.length} characters`)
  })
