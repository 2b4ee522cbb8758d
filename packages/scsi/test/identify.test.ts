import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Identity, identify, inquiryOf } from '../index.ts'
import { type Descriptor, disk, naa, page00, page80, page83 } from './pages.ts'

const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
const naa6: Descriptor = { type: 3, id: naa(6) }
const naa5: Descriptor = { type: 3, id: naa(5, 8) }
const naa3: Descriptor = { type: 3, id: naa(3, 8) }
const eui: Descriptor = { type: 2, id: [0, 0x17, 0x38, 0, 0, 0xcb, 0x1a, 0x2b] }
const t10: Descriptor = { type: 1, id: 'ACME    a  b/c ' }
const vendor: Descriptor = { type: 0, id: 'own-7' }
const name: Descriptor = { type: 8, codeSet: 3, id: 'naa.6ABC00112233445566778899AABBCCDD' }

/** rule, descriptors, ID_SERIAL, what libmultipath reads by itself. */
const choices: readonly (readonly [string, readonly Descriptor[], string | undefined, string | undefined])[] = [
  ['NAA 6 before all', [t10, eui, naa5, naa6], `3${hex(naa(6))}`, `3${hex(naa(6))}`],
  ['NAA 5 before other NAA', [naa3, naa5], `3${hex(naa(5, 8))}`, `3${hex(naa(5, 8))}`],
  ['locally assigned NAA: the tools differ', [naa3, eui], `3${hex(naa(3, 8))}`, '20017380000cb1a2b'],
  ['EUI-64 before T10', [t10, eui], '20017380000cb1a2b', '20017380000cb1a2b'],
  ['T10: the tools differ in characters', [t10], '1ACME_a_b_c', '1ACME_a_b/c'],
  ['vendor: names are put before it', [vendor], '0ACME_MODEL_X_own-7', undefined],
  ['a SCSI name counts for libmultipath only', [name], 'SACME_MODEL_X_SER_1', '36abc00112233445566778899aabbccdd'],
  ['a UUID counts for neither', [{ type: 10, id: [0x10, 0, ...naa(1)] }], 'SACME_MODEL_X_SER_1', undefined],
  ["a port's NAA is not the LUN's", [{ ...naa6, association: 1 }, eui], '20017380000cb1a2b', '20017380000cb1a2b'],
  ['an NAA 6 of 8 bytes: scsi_id does not count', [{ type: 3, id: naa(6, 8) }], `3${hex(naa(6, 8))}`, undefined],
]
for (const [rule, descriptors, idSerial, own] of choices)
  test(rule, () => {
    const identity = identify(disk(descriptors))
    assert.deepEqual([identity.idSerial, identity.multipathVpd83], [idSerial, own])
  })

const all = disk([naa6])
const { page00: _, ...without00 } = all
const { page83: __, ...without83 } = all
const cases: readonly (readonly [string, Identity, Partial<Identity>])[] = [
  ['no page 0x00: scsi_id says nothing, multipath reads 0x83', identify(without00), { wwidFrom: 'page-83' }],
  ['0x83 listed but refused: page 0x80', identify(without83), { idSerial: 'SACME_MODEL_X_SER_1' }],
  ['0x83 not listed: not read', identify({ ...all, page00: page00(0, 0x80) }), { idSerial: 'SACME_MODEL_X_SER_1' }],
  ['nothing at all', identify({ inquiry: new Uint8Array(0) }), { wwidFrom: 'nothing', vendor: '' }],
  [
    'INQUIRY data in the place of page 0x00',
    identify({
      ...all,
      page00: Uint8Array.from([0, 0, 0, 31, 0, 0, 0, 0, ...inquiryOf('ACME', '', '').subarray(8, 16)]),
    }),
    { wwidFrom: 'page-83' },
  ],
  [
    'the old Symmetrix form: byte 6 is not 0',
    identify({ ...all, page83: Uint8Array.from([0, 0x83, 0, 16, ...naa(6).with(2, 4)]) }),
    { idSerial: `3${hex(naa(6).with(2, 4))}`, wwidFrom: 'id-serial' },
  ],
  [
    'a NUL in the names: the id is its type alone, for many LUNs alike',
    identify({ ...disk([vendor]), inquiry: inquiryOf('AB\0CD', 'X', '1'), page00: page00(0, 0x83) }),
    { idSerial: '0', namesBroken: true },
  ],
  [
    'page 0x80 is told beside 0x83 only',
    identify(disk([naa6, { type: 5, association: 1, id: [0, 0, 3, 0xe8] }], '  x')),
    { idScsiSerial: '  x', idTargetPort: '3e8', multipathVpd80: 'x' },
  ],
  [
    'UTF-8 in an id is kept',
    identify(disk([{ type: 1, id: 'ACME    \xc3\xa9\xe9' }])),
    { idSerial: '1ACME_\xc3\xa9_' },
  ],
  ['\\x is kept', identify(disk([{ type: 1, id: 'ACME    \\x20\\' }])), { idSerial: '1ACME_\\x20_' }],
  ['old scsi_id keeps a last run of spaces', identify(disk([t10])), { legacyScsiId: '1ACME_a_b/c_' }],
  ['a text ends at its first NUL', identify(disk([{ type: 1, id: 'ACME    a\0b' }])), { idSerial: '1ACME_a' }],
]
for (const [rule, identity, wanted] of cases)
  test(rule, () => {
    const held = Object.fromEntries(Object.entries(identity).filter(([key]) => key in wanted))
    assert.deepEqual(held, wanted)
  })

test('a WWN is the first half of an NAA id', () => {
  const { idWwn, idWwnWithExtension } = identify(all)
  assert.deepEqual([idWwn, idWwnWithExtension], [`0x${hex(naa(6)).slice(0, 16)}`, `0x${hex(naa(6))}`])
  assert.equal(identify(disk([naa5])).idWwnWithExtension, `0x${hex(naa(5, 8))}`)
})

test('a descriptor behind the 254th byte is seen by libmultipath only', () => {
  const far = [{ type: 1, id: `ACME    ${'A'.repeat(120)}` }, { type: 6, id: 'B'.repeat(120) }, naa6]
  const identity = identify(disk(far))
  assert.equal(identity.idSerial?.[0], '1')
  assert.equal(identity.multipathVpd83, `3${hex(naa(6))}`)
})

test('a descriptor that runs over the end of its page ends the reading', () => {
  const page = page83([naa5, naa6], 20)
  assert.equal(identify({ ...all, page83: page }).multipathVpd83, `3${hex(naa(5, 8))}`)
})

test('an id is never longer than 127 bytes', () => {
  const identity = identify(disk([{ type: 1, id: `ACME    ${'z'.repeat(200)}` }]))
  assert.equal(identity.wwid?.length, 127)
  assert.equal(identity.idSerial, `1ACME_${'z'.repeat(200)}`)
})

test('no answer, however broken, stops it', () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  const answers = fc.record({ inquiry: bytes, page00: bytes, page80: bytes, page83: bytes })
  fc.assert(fc.property(answers, (given) => (identify(given).wwid?.length ?? 0) <= 127))
  const headed = fc.tuple(bytes, bytes).map(([a, b]) => ({
    inquiry: inquiryOf('A', 'B', 'C'),
    page00: page00(0x80, 0x83),
    page80: page80(String.fromCharCode(...a.subarray(0, 250))),
    page83: Uint8Array.from([0, 0x83, b.length >> 8, b.length & 0xff, ...b]),
  }))
  fc.assert(fc.property(headed, (given) => identify(given).wwidFrom !== undefined))
})
