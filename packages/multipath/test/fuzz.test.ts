/** The installed tool and the explanation side by side, on a few hundred generated files; `npm run fuzz` takes longer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, installedRelease } from './fuzz.ts'

const release = installedRelease()
const skip = release === undefined ? 'left out: no multipath that can be asked here' : false

test('generated files are read as the installed tool reads them', { skip }, (t) => {
  const count = 200
  assert.deepEqual(fuzz(1, count, release ?? ''), [], 'again: npm run fuzz -- 1 SEED')
  t.diagnostic(`${count} files under ${release}`)
})
