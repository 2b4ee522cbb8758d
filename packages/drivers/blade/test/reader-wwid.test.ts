import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reader } from '@anyblade/on-blade'
import { bytesOfHex, identify, inquiryOf } from '@anyblade/scsi'
import fc from 'fast-check'

/** The acts work a WWID out on the blade, a survey does it here: both must call a disk the same. */
type Answers = {
  readonly inquiry: Uint8Array
  readonly page00: Uint8Array
  readonly page80: Uint8Array
  readonly page83: Uint8Array
}

const skip = spawnable() ? false : 'needs Debian package python3'

/** The ids that the reader gives, all in one process. */
function onBlade(all: readonly Answers[]): string[] {
  const program = reader.replace(/\nmain\(.*\)\s*$/, '\n')
  const ask = `${program}\nfor line in sys.stdin:\n    print(wwid(*[binascii.a2b_hex(f) for f in line.rstrip("\\n").split(",")]))\n`
  const hex = ({ inquiry, page00, page80, page83 }: Answers) =>
    [inquiry, page00, page80, page83].map((bytes) => Buffer.from(bytes).toString('hex')).join(',')
  const out = execFileSync('python3', ['-I', '-S', '-c', ask], {
    input: `${all.map(hex).join('\n')}\n`,
    maxBuffer: 1e8,
  })
  return out.toString('utf8').split('\n').slice(0, -1)
}

function here({ inquiry, page00, page80, page83 }: Answers): string {
  const pages = { ...(page00.length && { page00 }), ...(page80.length && { page80 }), ...(page83.length && { page83 }) }
  const { wwid, wwidFrom } = identify({ inquiry, ...pages })
  const id = wwidFrom === 'id-serial' ? (wwid ?? '') : ''
  return id.length > 1 ? id : '' // the digit of a type alone names no disk
}

test('measured answers: the same WWID on the blade and here', { skip }, (t) => {
  const file = new URL('../../../../../shared/multipath/wwid-vectors.jsonl', import.meta.url)
  if (!existsSync(file)) return t.skip('left out: no wwid-vectors.jsonl beside')
  const vectors = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  const answers = vectors.map((vector): Answers => {
    const { vendor, product, rev } = Object(vector.inquiry)
    const page = (key: string) => bytesOfHex(String(vector[`${key}_hex`] ?? '')) ?? new Uint8Array()
    return {
      inquiry: inquiryOf(String(vendor), String(product), String(rev)),
      page00: page('page00'),
      page80: page('page80'),
      page83: page('page83'),
    }
  })
  const found = onBlade(answers)
  for (const [i, answer] of answers.entries()) {
    const wanted = here(answer)
    // What names hold beyond ASCII, the acts do not tell apart from silence: they refuse.
    if (/^[\x21-\x7e]*$/.test(wanted)) assert.equal(found[i], wanted, String(vectors[i]?.name))
  }
})

const descriptor = fc
  .tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(0, 1, 2, 3, 8, 0x13), fc.uint8Array({ maxLength: 20 }))
  .map(([code, type, bytes]) => [code, type, 0, bytes.length, ...bytes])
const page = (code: number, body: readonly number[]) =>
  Uint8Array.from([0, code, body.length >> 8, body.length & 255, ...body])
const anyAnswers = fc
  .record({
    listed: fc.subarray([0, 0x80, 0x83]),
    serial: fc.uint8Array({ maxLength: 20 }),
    descriptors: fc.array(descriptor, { maxLength: 5 }),
    vendor: fc.stringMatching(/^[A-Z -]{0,8}$/),
    product: fc.stringMatching(/^[A-Z -]{0,16}$/),
  })
  .map(
    ({ listed, serial, descriptors, vendor, product }): Answers => ({
      inquiry: inquiryOf(vendor, product, '1.0'),
      page00: page(0, listed),
      page80: page(0x80, [...serial]),
      page83: page(0x83, descriptors.flat()),
    }),
  )

test('any answers: the same WWID on the blade and here', { skip }, () => {
  const all = fc.sample(anyAnswers, 3000)
  const found = onBlade(all)
  for (const [i, answer] of all.entries()) {
    const wanted = here(answer)
    if (/^[\x21-\x7e]*$/.test(wanted))
      assert.equal(
        found[i],
        wanted,
        JSON.stringify(answer, (_, v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v)),
      )
  }
})

function spawnable(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
