import assert from 'node:assert/strict'
import { test } from 'node:test'
import { designators, parseInquiry, supportedPages, unitSerial } from '../index.ts'
import { naa, page00, page80, page83 } from './pages.ts'

test('page 0x00 lists pages, and is known by its code', () => {
  assert.deepEqual(supportedPages(page00(0, 0x80, 0x83)), [0, 0x80, 0x83])
  assert.equal(supportedPages(page80('x')), undefined)
})

test('page 0x80 is the serial number as padded', () => {
  assert.equal(unitSerial(page80('  a ')), '  a ')
  assert.equal(unitSerial(page00(0)), undefined)
})

test('page 0x83 gives each designator with what it is about', () => {
  const page = page83([
    { type: 3, id: naa(6) },
    { type: 8, codeSet: 3, association: 2, id: 'iqn.x' },
  ])
  const found = designators(page)?.map(({ bytes, ...rest }) => ({ ...rest, length: bytes.length }))
  assert.deepEqual(found, [
    { codeSet: 'binary', association: 'lun', type: 3, naa: 6, length: 16 },
    { codeSet: 'utf8', association: 'target', type: 8, naa: 6, length: 5 },
  ])
})

test('a page cut off gives what is whole', () => {
  const page = page83([
    { type: 2, id: [1, 2, 3, 4, 5, 6, 7, 8] },
    { type: 3, id: naa(6) },
  ])
  assert.equal(designators(page.subarray(0, 25))?.length, 1)
  assert.deepEqual(designators(page.subarray(0, 4)), [])
  assert.equal(designators(new Uint8Array(0)), undefined)
})

test('INQUIRY data: kind, names, ALUA', () => {
  const bytes = Uint8Array.from([0x20 | 5, 0x80, 6, 2, 31, 0x10, ...new Uint8Array(30)])
  const { qualifier, deviceType, removable, version, alua, vendor } = parseInquiry(bytes)
  assert.deepEqual(
    [qualifier, deviceType, removable, version, alua, vendor],
    ['not-connected', 5, true, 6, 'implicit', '\0'.repeat(8)],
  )
})
