import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { FixtureBlade, readerOnFixture } from './fixture.ts'
import { scratch, start } from './shells.ts'

const base = scratch('initramfs')
const IMAGE = 'boot/initrd.img-6.1.0-56-amd64'
const b64 = (text: string): string => Buffer.from(text).toString('base64')

/** One entry of a cpio archive, as Linux reads it (newc). */
function entry(name: string, content: string | Buffer, mode = 0o100644): Buffer {
  const data = Buffer.from(content)
  const fields = [1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, Buffer.byteLength(name) + 1, 0]
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`
  return padded(Buffer.concat([padded(Buffer.from(head), 4), data]), 4)
}
const padded = (data: Buffer, to: number): Buffer => Buffer.concat([data, Buffer.alloc(-data.length & (to - 1))])
const archive = (...entries: Buffer[]): Buffer => padded(Buffer.concat([...entries, entry('TRAILER!!!', '', 0)]), 512)

const MICROCODE = archive(entry('kernel/x86/microcode/GenuineIntel.bin', Buffer.alloc(5000, 7)))
const MODULE = entry('usr/lib/modules/m.ko', Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31) >> 7)))
const MAIN = archive(
  entry('etc', '', 0o040755),
  entry('etc/multipath.conf', 'defaults {}\n'),
  entry('./etc/multipath/conf.d/a.conf', ''),
  entry('etc/multipath/bindings', 'mpatha 36001\n'),
  entry('usr/sbin/multipathd', 'ELF'),
  MODULE,
)
const COPIES = [
  `main\t${b64('multipath.conf')}\t${b64('defaults {}\n')}`,
  `bindings\t${b64('bindings')}\t${b64('mpatha 36001\n')}`,
  `drop-in\t${b64('a.conf')}\t`,
  `holds\t${b64('multipathd')}\t`,
  'whole',
]

async function told(image: Buffer | undefined, path = process.env.PATH ?? '') {
  const it = new FixtureBlade(mkdtempSync(join(base, 'b-')))
  mkdirSync(join(it.root, 'boot'))
  if (image !== undefined) {
    writeFileSync(join(it.root, IMAGE), image)
    utimesSync(join(it.root, IMAGE), 1_700_000_000, 1_700_000_000)
  }
  it.write('etc/multipath.conf', '')
  it.write('etc/multipath/conf.d/a.conf', '')
  for (const file of ['etc/multipath.conf', 'etc/multipath/conf.d'])
    utimesSync(join(it.root, file), 1_600_000_000, 1_600_000_000)
  utimesSync(join(it.root, 'etc/multipath/conf.d/a.conf'), 1_800_000_000, 1_800_000_000)
  const script = 'python=$(command -v python3); PATH=$SEEN_PATH exec "$python" -I -S -c "$@"'
  const env = { ANYBLADE_ROOT: it.root, SEEN_PATH: path }
  const { stdout } = await start(script, [readerOnFixture, 'survey', '20', 'initramfs'], env).ended
  const [, body = ''] = /^\[initramfs\n([\s\S]*?)^\]initramfs ok$/m.exec(stdout) ?? []
  const lines = body.split('\n').flatMap((line) => (line === '' || line === '|reading' ? [] : [line.slice(1)]))
  return { image: lines[0], rest: lines.slice(1) }
}

const kinds = [
  ['as it is', MAIN],
  ['gzip', gzipSync(MAIN)],
  ['zstd', zstdCompressSync(MAIN)],
] as const
for (const [kind, packed] of kinds) {
  test(`archives one after the other, the last one ${kind}: the copies, the image and both dates`, async () => {
    const { image, rest } = await told(Buffer.concat([MICROCODE, packed]))
    assert.equal(image, `image\t${b64(`/${IMAGE}`)}\t1700000000\t1800000000`)
    assert.deepEqual(rest, COPIES)
  })
  test(`one that is cut off is damaged wherever it ends, and none of its copies is told: ${kind}`, async () => {
    for (const share of [0.3, 0.9, 0.99]) {
      const { rest } = await told(Buffer.concat([MICROCODE, packed.subarray(0, packed.length * share)]))
      assert.deepEqual([rest.length, /^damaged\t/.test(rest[0] ?? '')], [1, true], `${share}: ${rest}`)
    }
  })
}

test('what nothing there can unpack is told as packed', async () => {
  const { rest } = await told(Buffer.concat([MICROCODE, zstdCompressSync(MAIN)]), '/nothing')
  // Python has zstd of its own since 3.14
  assert.ok(['packed\tno zstd there', COPIES[0]].includes(rest[0]), rest.join())
})

test('two packed archives, one of which holds it; one without multipath; an empty one; none', async () => {
  const other = archive(entry('etc/hostname', 'x'), entry('usr/bin/sh', 'ELF'))
  assert.deepEqual((await told(Buffer.concat([gzipSync(other), Buffer.alloc(100), gzipSync(MAIN)]))).rest, COPIES)
  assert.deepEqual((await told(gzipSync(other))).rest, ['whole'])
  assert.deepEqual((await told(Buffer.alloc(0))).rest, ['damaged\tit is cut off'])
  assert.deepEqual((await told(Buffer.concat([gzipSync(MAIN), Buffer.from('#!junk')]))).rest, [
    'damaged\tthere is no archive where one should begin',
  ])
  assert.equal((await told(undefined)).image, 'none')
})
