import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSize, lunSize, parseSize } from '#documents'

const GIB = 1024 ** 3
const sizes = [
  ['20G', 20 * GIB],
  ['20 GiB', 20 * GIB],
  ['20gb', 20 * GIB],
  ['512M', GIB / 2],
  ['1.5G', 1.5 * GIB],
  ['1073741824', GIB],
  ['1T', 1024 * GIB],
] as const
for (const [text, bytes] of sizes) test(`a size: ${text}`, () => assert.equal(parseSize(text), bytes))

for (const text of ['', '0', '-1G', '1', '4K', '1e9', 'G', '20 GG', '9999P', '1G; rm', '１G', ' '])
  test(`no size: "${text}"`, () => assert.throws(() => parseSize(text), { code: 'size-invalid' }))

test('what is printed reads back as the same bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (grains) => {
      const bytes = grains * 4 * 1024 * 1024
      assert.equal(parseSize(formatSize(bytes as never)), bytes)
    }),
  )
})

test('READ CAPACITY gives the last block’s address; a size that a number would round is refused', () => {
  assert.equal(lunSize(2097151n, 512), GIB)
  assert.throws(() => lunSize(2n ** 60n, 512), { code: 'size-not-exact' })
})
