import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyOf, keyParts, keyText, NO_KEY, parseKey, parsePrkeys } from '../index.ts'

test('a key says its fleet, its blade and its generation', () => {
  const key = keyOf({ fleet: 0xa1b2, blade: 3, generation: 7 })
  assert.equal(key, 'a1b2000300000007')
  assert.deepEqual(key && keyParts(key), { fleet: 0xa1b2, blade: 3, generation: 7 })
})

test('any parts come back out of their key', () => {
  const numbers = fc.record({
    fleet: fc.nat(0xffff),
    blade: fc.integer({ min: 1, max: 0xffff }),
    generation: fc.nat(0xffffffff),
  })
  fc.assert(
    fc.property(numbers, (parts) => {
      const key = keyOf(parts)
      assert.ok(key !== undefined && key !== NO_KEY && key.length === 16)
      assert.deepEqual(keyParts(key), { ...parts })
      assert.equal(parseKey(keyText(key))?.key, key)
    }),
  )
})

const strange = [
  { fleet: 0x10000, blade: 1, generation: 1 },
  { fleet: 1, blade: 0, generation: 1 },
  { fleet: 1, blade: 0x10000, generation: 1 },
  { fleet: 1, blade: 1, generation: 2 ** 32 },
  { fleet: 1, blade: 1.5, generation: 1 },
  { fleet: -1, blade: 1, generation: 1 },
]
for (const parts of strange) test(`no key has ${JSON.stringify(parts)}`, () => assert.equal(keyOf(parts), undefined))

const notations = [
  ['0xb1', '00000000000000b1', false],
  ['b1', '00000000000000b1', false],
  ['0XB1', '00000000000000b1', true],
  ['0x00000000000000b1', '00000000000000b1', false],
  ['0X00000000000000b1', '00000000000000b1', true],
  ['0xb1:aptpl\n', '00000000000000b1', true],
  ['0x00000000000000b1:aptpl', '00000000000000b1', true],
] as const
for (const [text, key, aptpl] of notations)
  test(`a key as the tools write it: ${JSON.stringify(text)}`, () => assert.deepEqual(parseKey(text), { key, aptpl }))

for (const text of ['', '0', '0x0', '0x', 'none', 'file', '0x12345678901234567', '0xg1', '0xb1:aptp', '-1', '0x b1'])
  test(`no key: ${JSON.stringify(text)}`, () => assert.equal(parseKey(text), undefined))

test('the prkeys file: a key a map, lines that multipathd has struck out, lines that are none', () => {
  const text = `# Multipath persistent reservation keys, Version : 1.0
# Format:
# prkey wwid
0x00000000000000b1 36001405a8282f8725c072d0f9742ae77
0X00000000000000b1 36001405e0a744025273864fac6d12f13
#x00000000000000b2 36001405ffffffffffffffffffffffffff
0x00000000000000b1
`
  assert.deepEqual(parsePrkeys(text), {
    lines: [
      { key: '00000000000000b1', aptpl: false, wwid: '36001405a8282f8725c072d0f9742ae77' },
      { key: '00000000000000b1', aptpl: true, wwid: '36001405e0a744025273864fac6d12f13' },
    ],
    brokenCount: 1,
  })
})
