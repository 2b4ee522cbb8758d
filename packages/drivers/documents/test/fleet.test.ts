import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFleet, FleetInvalid, findFleet, loadFleet } from '../../index.ts'
import { changedText } from '../change.ts'
import { treeOf } from '../tree.ts'

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
  execFileSync('mkdir', [join(dir, 'arrays'), join(dir, 'volumes')])
  writeFileSync(join(dir, 'arrays/san1.yaml'), ARRAY)
  writeFileSync(join(dir, 'volumes/ldap.yaml'), volume(DIGITS))
  const [ldap] = (await loadFleet(dir)).volumes.values()
  assert.equal(ldap?.wwid, DIGITS)
})

const faults: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
  ['a value that is none', 'volumes/x.yaml', volume('a').replace('lun: 1', 'lun: 0'), /^volumes\/x\.yaml:4:6: lun: /m],
  ['an unknown field', 'volumes/x.yaml', `${volume('a')}colour: red\n`, /^volumes\/x\.yaml:\d+:\d+: unknown: colour/m],
  [
    'a reference that leads nowhere',
    'volumes/x.yaml',
    volume('a'),
    /^volumes\/x\.yaml:3:8: array: there is no array san1/m,
  ],
  ['YAML that is none', 'volumes/x.yaml', 'wwid: "open\n  size: [', /^volumes\/x\.yaml:\d+:\d+: /m],
  ['tabs', 'volumes/x.yaml', 'wwid:\n\t- x: y', /^volumes\/x\.yaml:2:\d+: /m],
  ['the same field twice', 'volumes/x.yaml', 'wwid: a\nwwid: b\n', /^volumes\/x\.yaml:2:1: /m],
  ['no UTF-8', 'volumes/x.yaml', new Uint8Array([0x77, 0xff, 0xfe]), /not UTF-8/],
  ['a NUL', 'volumes/x.yaml', 'wwid: a\0b', /NUL/],
  ['five megabytes', 'volumes/x.yaml', `wwid: ${'a'.repeat(5_000_000)}`, /at most/],
  ['a file name that is no name', 'volumes/a b.yaml', volume('a'), /is no name/],
  [
    'a VM without its XML',
    'vms/x.yaml',
    'uuid: 11111111-2222-3333-4444-555555555555\nvolumes: [a]\nhome: b\n',
    /vms\/x\.xml:1:1: it is missing/,
  ],
]
for (const [what, file, text, wanted] of faults)
  test(`told with file, line and column: ${what}`, async () => {
    const dir = await fresh()
    execFileSync('mkdir', ['-p', join(dir, 'volumes'), join(dir, 'vms')])
    writeFileSync(join(dir, file), text)
    await assert.rejects(loadFleet(dir), (error) => error instanceof FleetInvalid && wanted.test(error.message))
  })

test('whatever bytes a document has, there is a tree or there are faults, never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { tree, faults: found } = treeOf('x', bytes)
      assert.ok(tree === undefined || found.length === 0)
    }),
  )
})

test('a bomb of aliases is refused, not blown up', async () => {
  const dir = await fresh()
  execFileSync('mkdir', ['-p', join(dir, 'volumes')])
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`),
  ]
  writeFileSync(join(dir, 'volumes/x.yaml'), bomb.join('\n'))
  await assert.rejects(loadFleet(dir), FleetInvalid)
})

test('setting a field keeps comments, order and the rest', () => {
  const before = '# ours\nuuid: x # why\nvolumes: [a]\nhome: blade1   # rack 2\n'
  const after = changedText(before, { document: 'vms/x.yaml', set: [{ path: ['home'], value: 'blade2' }] })
  assert.equal(
    after.replace(/ +#/g, ' #'),
    before.replace('blade1', 'blade2').replace(/ +#/g, ' #').replace('[a]', '[ a ]'),
  )
})

test('a new document names its schema and quotes what looks like a number', () => {
  const text = changedText(undefined, {
    document: 'volumes/x.yaml',
    set: [
      { path: ['wwid'], value: DIGITS as never },
      { path: ['ports', '0', 'fabric'], value: 'A' },
    ],
  })
  assert.match(text, /^# yaml-language-server: \$schema=\.\.\/schemas\/volume\.json/)
  assert.ok(text.includes(`wwid: "${DIGITS}"`), text)
  assert.ok(text.includes('fabric: A'), text)
})

test('the schemas for editors are written, one a kind', async () => {
  const dir = await fresh()
  for (const kind of ['fleet', 'blade', 'array', 'volume', 'vm'])
    assert.equal(JSON.parse(readFileSync(join(dir, `schemas/${kind}.json`), 'utf8')).type, 'object')
})
