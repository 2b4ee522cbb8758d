import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LibvirtError, type TypedValue } from '../index.ts'
import {
  decodeFrame,
  encodeFrame,
  readDomainRef,
  readEvent,
  readParameters,
  readRefusal,
  writeDomainRef,
  writeParameters,
} from '../protocol/index.ts'
import { FrameAssembler } from '../session/assembler.ts'
import { Reader, Writer } from '../xdr/index.ts'
import { DOMAIN_A, text, words } from './daemon.ts'

function there<Value>(write: (writer: Writer) => void, read: (reader: Reader) => Value): Value {
  const writer = new Writer()
  write(writer)
  assert.equal(writer.bytes().length % 4, 0)
  const reader = new Reader(writer.bytes())
  const value = read(reader)
  reader.end()
  return value
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const string = fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\0', ''))
const uuid = fc.uuid()
const domain = fc.record({ name: string, uuid, id: int32 }, { noNullPrototype: true })
const value: fc.Arbitrary<TypedValue> = fc.oneof(
  int32.map((v) => ({ type: 'int', value: v }) as const),
  uint32.map((v) => ({ type: 'uint', value: v }) as const),
  int64.map((v) => ({ type: 'llong', value: v }) as const),
  uint64.map((v) => ({ type: 'ullong', value: v }) as const),
  fc.double().map((v) => ({ type: 'double', value: v }) as const),
  fc.boolean().map((v) => ({ type: 'boolean', value: v }) as const),
  string.map((v) => ({ type: 'string', value: v }) as const),
)

test('what is written is read again', () => {
  fc.assert(
    fc.property(int32, uint32, int64, uint64, fc.double(), (a, b, c, d, e) => {
      assert.equal(
        there(
          (w) => w.int32(a),
          (r) => r.int32(),
        ),
        a,
      )
      assert.equal(
        there(
          (w) => w.uint32(b),
          (r) => r.uint32(),
        ),
        b,
      )
      assert.equal(
        there(
          (w) => w.int64(c),
          (r) => r.int64(),
        ),
        c,
      )
      assert.equal(
        there(
          (w) => w.uint64(d),
          (r) => r.uint64(),
        ),
        d,
      )
      assert.ok(
        Object.is(
          there(
            (w) => w.float64(e),
            (r) => r.float64(),
          ),
          e,
        ),
      )
    }),
  )
  fc.assert(
    fc.property(
      string,
      fc.uint8Array({ maxLength: 9 }),
      fc.option(string, { nil: undefined }),
      fc.array(uint32),
      (s, b, o, a) => {
        assert.equal(
          there(
            (w) => w.text(s),
            (r) => r.text(),
          ),
          s,
        )
        assert.deepEqual(
          there(
            (w) => w.opaque(b),
            (r) => r.opaque(9),
          ),
          b,
        )
        assert.equal(
          there(
            (w) => w.optional(o, (x, v) => x.text(v)),
            (r) => r.optional((x) => x.text()),
          ),
          o,
        )
        assert.deepEqual(
          there(
            (w) => w.array(a, (x, v) => x.uint32(v)),
            (r) => r.array(99, (x) => x.uint32()),
          ),
          a,
        )
      },
    ),
  )
})

test('a domain and named values are read again', () => {
  fc.assert(
    fc.property(domain, (d) =>
      assert.deepEqual(
        there((w) => writeDomainRef(w, d), readDomainRef),
        d,
      ),
    ),
  )
  const all = fc.array(fc.tuple(string, value)).map((entries) => new Map(entries))
  fc.assert(
    fc.property(all, (p) =>
      assert.deepEqual(
        there((w) => writeParameters(w, p), readParameters),
        p,
      ),
    ),
  )
})

test('bytes as RFC 4506 has them', () => {
  const writer = new Writer()
  writer.text('vm1')
  writer.int32(-2)
  writer.optional(undefined, () => {})
  writer.uint64(258n)
  assert.equal(Buffer.from(writer.bytes()).toString('hex'), '00000003766d3100fffffffe000000000000000000000102')
})

const isMalformed = (error: unknown) => error instanceof LibvirtError && error.code === 'malformed'

const bad: readonly (readonly [string, Buffer, (reader: Reader) => unknown])[] = [
  ['a number cut short', Buffer.alloc(3), (r) => r.uint32()],
  ['a text longer than the message', words(100, 0), (r) => r.text()],
  ['a text of 4 GiB', words(0xffffffff, 0), (r) => r.text()],
  ['more bytes than allowed', words(3, 0), (r) => r.opaque(2)],
  ['a text that is not UTF-8', Buffer.from('00000001ff000000', 'hex'), (r) => r.text()],
  ['an array of 4 G elements', words(0xffffffff, 0), (r) => r.array(0xffffffff, (x) => x.uint32())],
  ['an array longer than allowed', words(3, 0, 0, 0), (r) => r.array(2, (x) => x.uint32())],
  ['a bool of 2', words(2), (r) => r.bool()],
  ['a mark of 7 before an optional value', words(7, 0), (r) => r.optional((x) => x.uint32())],
  ['bytes beyond the end', words(1, 2), (r) => [r.uint32(), r.end()]],
  ['a parameter of a type that nobody knows', Buffer.concat([words(1), text('x'), words(8, 0)]), readParameters],
]
for (const [what, bytes, read] of bad)
  test(`refused: ${what}`, () => assert.throws(() => read(new Reader(bytes)), isMalformed))

test('a count beyond the message is refused before anything is read', () => {
  const reader = new Reader(words(3, 0, 0))
  assert.throws(() => reader.array(9, (r) => r.uint32()), /3 elements/)
  assert.equal(reader.leftBytes, 8)
})

test('an unknown name with a known type is kept', () => {
  const bytes = Buffer.concat([words(1), text('from.the.future'), words(2, 5)])
  assert.deepEqual(readParameters(new Reader(bytes)).get('from.the.future'), { type: 'uint', value: 5 })
})

test('a message for people may be in any encoding', () => {
  assert.equal(new Reader(Buffer.from('00000001ff000000', 'hex')).message(), '\ufffd')
})

test('a domain cut anywhere is refused', () => {
  for (let cut = 0; cut < DOMAIN_A.length; cut++)
    assert.throws(() => readDomainRef(new Reader(DOMAIN_A.subarray(0, cut))), isMalformed)
})

test('garbage is a value or malformed, never something else', () => {
  const readers = [readDomainRef, readParameters, readRefusal]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(318, 324, 359, 363, 1), (bytes, procedure) => {
      for (const read of [...readers.map((f) => () => f(new Reader(bytes))), () => readEvent(procedure, bytes)]) {
        try {
          read()
        } catch (error) {
          assert.ok(isMalformed(error), String(error))
        }
      }
    }),
  )
})

const wrongs: readonly (readonly [string, (writer: Writer) => void])[] = [
  ['a number beyond 32 bits', (w) => w.uint32(2 ** 32)],
  ['a negative one without a sign', (w) => w.uint32(-1)],
  ['a fraction', (w) => w.int32(1.5)],
  ['a number beyond 64 bits', (w) => w.uint64(2n ** 64n)],
  ['a text with NUL', (w) => w.text('a\0b')],
  ['a text with half a character', (w) => w.text('\ud800')],
  ['a text longer than libvirt takes', (w) => w.text('x'.repeat(4 * 1024 * 1024 + 1))],
  ['a uuid that is none', (w) => writeDomainRef(w, { name: 'a', uuid: 'vm1', id: -1 })],
]
for (const [what, write] of wrongs)
  test(`not written: ${what}`, () =>
    assert.throws(
      () => write(new Writer()),
      (e) => e instanceof LibvirtError && e.code === 'value-invalid',
    ))

test('frames cut anywhere are put together again', () => {
  const frame = fc.record({
    program: uint32,
    procedure: int32,
    type: fc.constantFrom('call', 'reply', 'message'),
    serial: uint32,
    status: fc.constantFrom('ok', 'error'),
    body: fc.uint8Array({ maxLength: 40 }).map((b) => b.subarray(0, b.length - (b.length % 4))),
  })
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (frames, sizes) => {
        const bytes = Buffer.concat(frames.map(encodeFrame))
        const assembler = new FrameAssembler()
        const got = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          assembler.push(bytes.subarray(at, at + size))
          at += size
          for (let next = assembler.next(); next; next = assembler.next()) got.push(decodeFrame(next))
        }
        const plain = (f: ReturnType<typeof decodeFrame>) => ({ ...f, body: Array.from(f.body) })
        assert.deepEqual(got.map(plain), frames.map(plain))
      },
    ),
  )
})
