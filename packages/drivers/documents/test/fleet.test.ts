import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFleet, FleetInvalid, findFleet, loadFleet } from '../../index.ts'
import { changedText } from '../change.ts'
import { readYaml } from '../yaml-document.ts'

const fresh = async (): Promise<string> => {
  const dir = join(mkdtempSync(join(tmpdir(), 'anyblade-fleet-')), 'san')
  await createFleet(dir, { name: 'san' })
  return dir
}
const DIGITS = '36001405123456789012345678901234'
const volume = (wwid: string): string =>
  `wwid: ${wwid}\nsize: 1 GiB\narray: san1\nlun: 1\nwriter: none\nprotected: true\n`
const ARRAY = 'driver: lio\nssh: array\npool: san/pool\nports: [{wwpn: 2000525400aa0001, fabric: A}]\n'

test('a new fleet loads, is committed, and is found from below', async () => {
  const dir = await fresh()
  const fleet = await loadFleet(dir)
  assert.equal(fleet.settings.name, 'san')
  assert.equal(fleet.commit, execFileSync('git', ['-C', dir, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim())
  assert.equal(findFleet(join(dir, 'schemas'), false), dir)
  assert.throws(() => findFleet(tmpdir(), true), { code: 'fleet-missing' })
})

test('a directory that is not empty is no place for a fleet', async () => {
  const dir = await fresh()
  await assert.rejects(createFleet(dir, { name: 'san' }), { code: 'document-exists' })
})

test('a WWID of digits only, not quoted, keeps every digit', async () => {
  const dir = await fresh()
  writeFileSync(join(dir, 'arrays/san1.yaml'), ARRAY)
  writeFileSync(join(dir, 'volumes/ldap.yaml'), volume(DIGITS))
  const [ldap] = (await loadFleet(dir)).volumes.values()
  assert.equal(ldap?.wwid, DIGITS)
})

const faults: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
  ['a value that is none', 'volumes/x.yaml', volume('a').replace('lun: 1', 'lun: 0'), /^volumes\/x\.yaml:4:6: lun: /m],
  ['an unknown field', 'volumes/x.yaml', `${volume('a')}colour: red\n`, /^volumes\/x\.yaml:7:1: unknown: colour/m],
  [
    'a reference that leads nowhere',
    'volumes/x.yaml',
    volume('a'),
    /^volumes\/x\.yaml:3:8: array: there is no array san1/m,
  ],
  ['YAML that is none', 'volumes/x.yaml', 'wwid: "open\n  size: [', /^volumes\/x\.yaml:\d+:\d+: /m],
  ['tabs', 'volumes/x.yaml', 'wwid:\n\t- x: y', /^volumes\/x\.yaml:2:\d+: /m],
  ['the same field twice', 'volumes/x.yaml', 'wwid: a\nwwid: b\n', /^volumes\/x\.yaml:2:1: /m],
  ['no UTF-8', 'volumes/x.yaml', new Uint8Array([0x77, 0xff, 0xfe]), /not valid UTF-8/],
  ['a NUL', 'volumes/x.yaml', 'wwid: a\0b', /NUL/],
  ['five megabytes', 'volumes/x.yaml', `wwid: ${'a'.repeat(5_000_000)}`, /at most/],
  ['a file name that is no name', 'volumes/a b.yaml', volume('a'), /^volumes\/a b\.yaml:1:1: is no name/m],
  ['a document named .yml', 'volumes/x.yml', volume('a'), /^volumes\/x\.yml:1:1: is no name/m],
  ['a document in a folder of no kind', 'volume/x.yaml', volume('a'), /^volume\/x\.yaml:1:1: no document lies here/m],
  [
    'brackets by the thousand',
    'volumes/x.yaml',
    `a: ${'['.repeat(20_000)}`,
    /^volumes\/x\.yaml:1:\d+: is nested too deeply/m,
  ],
  ['an anchor', 'volumes/x.yaml', 'wwid: &a b\nsize: *a\n', /^volumes\/x\.yaml:1:\d+: an anchor.*\n.*:2:7: an alias/m],
  ['a tag', 'volumes/x.yaml', 'wwid: !!binary aGVsbG8=\n', /^volumes\/x\.yaml:1:7: YAML: Unresolved tag/m],
  ['two documents', 'volumes/x.yaml', 'a: b\n---\nc: d\n', /^volumes\/x\.yaml:2:1: a second document/m],
  ['nothing', 'volumes/x.yaml', '# only this\n', /^volumes\/x\.yaml:1:1: is empty/m],
  ['a list', 'volumes/x.yaml', '- a\n', /^volumes\/x\.yaml:1:1: must consist of fields/m],
  ['a key that is no text', 'volumes/x.yaml', '? [a]\n: b\n', /^volumes\/x\.yaml:1:3: /m],
  ['control characters, which are not printed', 'volumes/x.yaml', volume('"\\e[31mx y"'), /: wwid: "? ?[^\u001b]*$/m],
  ['a prototype for a field', 'volumes/x.yaml', `${volume('a')}__proto__: {a: b}\n`, /:7:1: unknown: __proto__/],
  ['XML without its VM', 'vms/x.xml', '<domain/>', /^vms\/x\.xml:1:1: the VM’s document/m],
  [
    'a VM without its XML',
    'vms/x.yaml',
    'uuid: 11111111-2222-3333-4444-555555555555\nvolumes: [a]\nhome: b\n',
    /vms\/x\.xml:1:1: is missing/,
  ],
]
for (const [what, file, text, wanted] of faults)
  test(`told with file, line and column: ${what}`, async () => {
    const dir = await fresh()
    mkdirSync(join(dir, dirname(file)), { recursive: true })
    writeFileSync(join(dir, file), text)
    await assert.rejects(loadFleet(dir), (error) => error instanceof FleetInvalid && wanted.test(error.message))
  })

test('whatever a text is, there is a tree or there are faults, never a throw', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab1:-#[]{},&*!|>?%@`"\'\t\n \u0007é') })
  fc.assert(
    fc.property(texts, (text) => {
      const { tree, faults: found } = readYaml(text)
      assert.equal(tree === undefined, found.length > 0)
      for (const { at } of found) assert.ok(at.line >= 1 && at.column >= 1)
    }),
  )
})

test('every scalar is text, whatever it looks like', () => {
  const { tree } = readYaml(`a: ${DIGITS}\nb: 3600e05\nc: true\nd: null\ne:\nf: 0x10\n`)
  assert.deepEqual({ ...Object(tree) }, { a: DIGITS, b: '3600e05', c: 'true', d: 'null', e: '', f: '0x10' })
})

test('all faults of all documents are told at once, in the order of their places', async () => {
  const dir = await fresh()
  writeFileSync(join(dir, 'volumes/b.yaml'), volume('a').replace('lun: 1', 'lun: 0').replace('true', 'maybe'))
  writeFileSync(join(dir, 'volumes/a.yaml'), 'wwid: [')
  writeFileSync(join(dir, 'arrays/san1.yaml'), ARRAY.replace('lio', 'other'))
  await assert.rejects(loadFleet(dir), (error) => {
    assert.ok(error instanceof FleetInvalid)
    assert.deepEqual(
      error.lines.map((line) => line.split(':').slice(0, 2).join(':')),
      ['arrays/san1.yaml:1', 'volumes/a.yaml:1', 'volumes/b.yaml:4', 'volumes/b.yaml:6'],
    )
    return true
  })
})

test('a symbolic link is not followed: it may lead to somebody’s secret', async () => {
  const dir = await fresh()
  symlinkSync('/etc/passwd', join(dir, 'volumes/x.yaml'))
  await assert.rejects(
    loadFleet(dir),
    (error) => error instanceof FleetInvalid && /symbolic link/.test(error.message) && !/root:/.test(error.message),
  )
})

test('a domain that is none, or is another VM’s, is told in its own file', async () => {
  const dir = await fresh()
  const [own, other] = ['11111111-2222-3333-4444-555555555555', '61111111-2222-3333-4444-555555555555']
  const xml = (name: string, uuid: string) =>
    `<domain type='kvm'>\n<name>${name}</name><uuid>${uuid}</uuid><memory>65536</memory><os><type>hvm</type></os></domain>`
  writeFileSync(join(dir, 'vms/x.yaml'), `uuid: ${own}\nvolumes: [a]\nhome: b\n`)
  const faulty: readonly (readonly [string, RegExp])[] = [
    ['<domain>\n<devices>\n</domain>', /^vms\/x\.xml:\d+:\d+: found/m],
    [xml('y', own), /^vms\/x\.xml:2:\d+: is the domain y, not x/m],
    [xml('x', other), /^vms\/x\.xml:1:1: its uuid is 6/m],
  ]
  for (const [text, wanted] of faulty) {
    writeFileSync(join(dir, 'vms/x.xml'), text)
    await assert.rejects(loadFleet(dir), (error) => error instanceof FleetInvalid && wanted.test(error.message))
  }
  writeFileSync(join(dir, 'vms/x.xml'), xml('x', own))
  await assert.rejects(loadFleet(dir), (error) => error instanceof FleetInvalid && !/x\.xml/.test(error.message))
})

test('documents that are not committed are a basis of their own', async () => {
  const dir = await fresh()
  const { commit } = await loadFleet(dir)
  writeFileSync(join(dir, 'arrays/san1.yaml'), ARRAY)
  assert.equal((await loadFleet(dir)).commit, `${commit}+dirty`)
})

test('a bomb of aliases is refused, not blown up', async () => {
  const dir = await fresh()
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`),
  ]
  writeFileSync(join(dir, 'volumes/x.yaml'), bomb.join('\n'))
  await assert.rejects(loadFleet(dir), FleetInvalid)
})

const set = (before: string, path: readonly string[], value: string | readonly string[]): string =>
  changedText(before, { document: 'vms/x.yaml', set: [{ path, value }] })

test('a value is set where it stands, and nothing else moves', () => {
  const before = '# ours\nuuid: x # why\nvolumes: [a,  b]\n\nhome: blade1   # rack 2\nother: {a: b}\n'
  assert.equal(set(before, ['home'], 'blade2'), before.replace('blade1', 'blade2'))
  assert.equal(set(before, ['volumes', '1'], 'c'), before.replace('b]', 'c]'))
  assert.equal(set(before, ['home'], 'blade1'), before)
  assert.equal(
    set(before.replaceAll('\n', '\r\n'), ['home'], 'b2'),
    before.replace('blade1', 'b2').replaceAll('\n', '\r\n'),
  )
})

test('what is set is read back, for any text, and the comments stay', () => {
  const before = '# first\nuuid: x # why\n# then\nvolumes: [a]\nhome: "blade1" # rack 2\n'
  const paths = fc.constantFrom<string[][]>(['home'], ['uuid'], ['volumes', '0'], ['new'], ['ports', '0', 'wwpn'])
  const values = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a1:# -[]{},"\'\n') }))
  fc.assert(
    fc.property(paths, values, (path, value) => {
      const after = set(before, path, value)
      const { tree, faults: found } = readYaml(after)
      assert.deepEqual(found, [])
      assert.equal(
        path.reduce<unknown>((node, step) => Object(node)[step], tree),
        value,
      )
      for (const comment of ['# first', '# why', '# then', '# rack 2']) assert.ok(after.includes(comment), after)
    }),
  )
})

test('a list is set as a whole; one that is empty is written as one', () => {
  assert.equal(set('home: a\n', ['volumes'], ['x', '1']), 'home: a\nvolumes:\n  - x\n  - "1"\n')
  assert.match(set('home: a\n', ['volumes'], []), /^volumes: \[\s*\]$/m)
})

const quoting: readonly (readonly [string, string])[] = [
  ['blade1', 'blade1'],
  ['20 GiB', '20 GiB'],
  ['true', 'true'],
  ['5', '"5"'],
  ['1e3', '"1e3"'],
  ['no', '"no"'],
  ['null', '"null"'],
  ['20:00:52', '"20:00:52"'],
  ['a # b', '"a # b"'],
  ['@x', '"@x"'],
  ['', '""'],
]
for (const [value, written] of quoting)
  test(`quoted only where a reader of YAML would take it for another thing: ${written}`, () =>
    assert.equal(set('a: b\n', ['c'], value), `a: b\nc: ${written}\n`))

test('a field that is taken out is gone, and nothing else', () => {
  const before = '# ours\nssh: root@blade1 # by the rack\nfenced: true\nkey: "1"\n'
  const set = [{ path: ['fenced'], gone: true }] as const
  assert.equal(changedText(before, { document: 'blades/x.yaml', set }), before.replace('fenced: true\n', ''))
  assert.equal(changedText('ssh: a\n', { document: 'blades/x.yaml', set }), 'ssh: a\n')
})

test('a document that is no YAML is not changed', () => {
  for (const text of ['a: [', '- a\n', 'a']) assert.throws(() => set(text, ['home'], 'b'), { code: 'document-invalid' })
})

test('a new document names its schema, says what it is, and quotes what identifies', () => {
  const text = changedText(undefined, {
    document: 'volumes/x.yaml',
    set: [
      { path: ['wwid'], value: DIGITS as never },
      { path: ['lun'], value: '5' },
      { path: ['protected'], value: 'true' },
      { path: ['ports', '0', 'fabric'], value: 'A' },
    ],
  })
  assert.match(text, /^# yaml-language-server: \$schema=\.\.\/schemas\/volume\.json\n# A volume/)
  for (const line of [
    `wwid: "${DIGITS}" # as INQUIRY`,
    'lun: "5" # ',
    'protected: true # must',
    'ports:\n  - fabric: A',
  ])
    assert.ok(text.includes(line), text)
})

test('the schemas for editors are written, one a kind', async () => {
  const dir = await fresh()
  for (const kind of ['fleet', 'blade', 'array', 'volume', 'vm'])
    assert.equal(JSON.parse(readFileSync(join(dir, `schemas/${kind}.json`), 'utf8')).type, 'object')
})
