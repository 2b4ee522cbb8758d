import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { framed, MarkedStream, quote } from '../frame.ts'

const MARK = '0123456789abcdef01234567'

/** Feeds the bytes in pieces of the given sizes. */
function fed(bytes: Buffer, sizes: readonly number[], maxBytes = 1e6): MarkedStream {
  const stream = new MarkedStream(MARK, maxBytes)
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    stream.push(bytes.subarray(at, at + size))
    at += size
  }
  return stream
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })

test('whatever the answer is and however it is cut, it comes out byte for byte', () => {
  const answers = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 255 }), sizes, (answer, exit, pieces) => {
      const stream = fed(Buffer.concat([answer, Buffer.from(`\n${MARK} ${exit}\n`)]), pieces)
      assert.deepEqual([stream.state, stream.word()], ['marked', String(exit)])
      assert.deepEqual(stream.content(), answer)
    }),
  )
})

test('without its mark an answer stays open, and beyond its limit it is too much', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 60, maxLength: 300 }), sizes, (bytes, pieces) => {
      assert.equal(fed(Buffer.from(bytes), pieces).state, 'open')
      assert.equal(fed(Buffer.from(bytes), pieces, bytes.length - 1 - MARK.length - 1).state, 'too much')
    }),
  )
})

test('a mark that begins in the last allowed byte is no excess', () => {
  assert.equal(fed(Buffer.from(`12345\n${MARK} 0\n`), [1], 5).state, 'marked')
})

test('the command does not hold its own mark, so an echo of it ends nothing', () => {
  const call = { script: 'cat', args: [], seconds: 5 }
  assert.equal(framed(call, MARK).includes(MARK), false)
})

test('every text without a NUL is one word of sh', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      fc.pre(!text.includes('\0') && text.isWellFormed())
      assert.equal(execFileSync('sh', ['-c', `printf %s ${quote(text)}`]).toString(), text)
    }),
    { numRuns: 60 },
  )
})

test('what sh or Linux can not take is refused before anything is sent', () => {
  assert.throws(() => quote('a\0b'), RangeError)
  assert.throws(() => quote('x'.repeat(128 * 1024)), RangeError)
})
