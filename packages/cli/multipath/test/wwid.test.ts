import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyblade } from './anyblade.ts'

const naa = {
  inquiry: { vendor: 'LIO-ORG ', product: 'disk0           ', rev: '4.0 ' },
  page00_hex: '00000003008083',
  page80_hex: '0080000431323334',
  page83_hex: '008300140103001060014050000000000000000000000001',
}

test('the ids of one LUN are one object', async () => {
  const { exit, stdout, stderr } = await anyblade(['wwid', '--pages', '-'], { input: JSON.stringify(naa) })
  assert.deepEqual([exit, stderr], [0, ''])
  const ids = JSON.parse(stdout)
  assert.equal(ids.scsi_id, '360014050000000000000000000000001')
  assert.equal(ids.id_wwn, '0x6001405000000000')
  assert.equal(ids.multipath, ids.id_serial)
  assert.equal(ids.legacy_scsi_id, ids.scsi_id)
})

test('a file is found from where the operator stands, a list gives a list', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'anyblade-'))
  writeFileSync(join(directory, 'pages.json'), JSON.stringify([naa, { ...naa, page83_hex: null, page80_hex: null }]))
  const { exit, stdout } = await anyblade(['wwid', '--pages', 'pages.json'], { cwd: directory })
  assert.equal(exit, 0)
  assert.deepEqual(
    JSON.parse(stdout).map((ids: { multipath: string | null }) => ids.multipath),
    ['360014050000000000000000000000001', null],
  )
})

const wrong = [
  ['what is no JSON', '{"inquiry": \n  oops}', /^-:2:3: this is not JSON\n$/],
  ['an empty input', '', /^-:1:1: this is not JSON\n$/],
  ['hex of odd length', JSON.stringify({ ...naa, page83_hex: '008' }), /^-: page83_hex must be text of hex digits/],
  ['no names', '{}', /^-: inquiry\.vendor must be text/],
  ['a list of texts', '["a"]', /^-\[0\]: an object with the pages is wanted/],
] as const
for (const [what, input, message] of wrong)
  test(`refused with exit 2: ${what}`, async () => {
    const { exit, stdout, stderr } = await anyblade(['wwid'], { input })
    assert.deepEqual([exit, stdout], [2, ''])
    assert.match(stderr, message)
  })

test('a file that is not there is named', async () => {
  const { exit, stderr } = await anyblade(['wwid', '--pages', 'nowhere.json'])
  assert.deepEqual([exit, stderr], [2, 'nowhere.json: there is no such file\n'])
})
