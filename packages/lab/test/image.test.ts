import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { initramfs, modulesInOrder } from '../image/initramfs.ts'
import { debLines } from '../image/sources.ts'
import { imageHash } from '../image.ts'

test('the hash changes with each input, and only with inputs', () => {
  const copy = mkdtempSync(join(tmpdir(), 'lab-image-'))
  for (const folder of ['image', 'guest', 'node'])
    cpSync(join(import.meta.dirname, '..', folder), join(copy, folder), { recursive: true })
  const before = imageHash(copy)
  assert.equal(before, imageHash())
  writeFileSync(join(copy, 'lab.ts'), '')
  assert.equal(imageHash(copy), before)
  const seen = new Set([before])
  for (const file of ['image/packages.ts', 'guest/counter.c', 'guest/init', 'node/etc/multipath.conf']) {
    writeFileSync(join(copy, file), `${readFileSync(join(copy, file), 'utf8')} `)
    seen.add(imageHash(copy))
  }
  assert.equal(seen.size, 5)
  rmSync(copy, { recursive: true })
})

test('an archive has a header, a name and a body for each file, each filled up to four bytes', () => {
  const archive = gunzipSync(
    initramfs([
      { path: 'bin', mode: 0o755 },
      { path: 'init', mode: 0o755, content: Buffer.from('#!') },
    ]),
  )
  assert.equal(archive.toString('latin1', 0, 6), '070701')
  assert.equal(archive.toString('latin1', 14, 22), '000041ed') // a folder, rwxr-xr-x
  assert.equal(archive.toString('latin1', 110, 113), 'bin')
  assert.match(archive.toString('latin1'), /TRAILER!!!/)
  assert.equal(archive.length % 4, 0)
})

test('a module comes after all that it needs; a built-in one is left out', () => {
  const text =
    'a/ext4.ko: a/jbd2.ko a/mbcache.ko\na/jbd2.ko:\na/mbcache.ko:\na/virtio-blk.ko: a/virtio.ko\na/virtio.ko:\n'
  assert.deepEqual(modulesInOrder(text, ['virtio_blk', 'ext4', 'built_in']), [
    'a/virtio.ko',
    'a/virtio-blk.ko',
    'a/mbcache.ko',
    'a/jbd2.ko',
    'a/ext4.ko',
  ])
})

test('apt sources are read in both formats, the image’s release only', () => {
  const list =
    '# deb http://x/debian bookworm main\ndeb [signed-by=/k] http://x/debian bookworm main contrib\ndeb http://x/y stable main\n'
  assert.deepEqual(debLines(list, false), ['deb http://x/debian bookworm main contrib'])
  const sources =
    'Types: deb\nURIs: http://x/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\nTypes: deb\nURIs: http://y\nSuites: nodistro\nComponents: main\n'
  assert.deepEqual(debLines(sources, true), [
    'deb http://x/debian bookworm main',
    'deb http://x/debian bookworm-updates main',
  ])
  assert.deepEqual(debLines('Types: deb\nEnabled: no\nURIs: http://x\nSuites: bookworm\nComponents: main\n', true), [])
})
