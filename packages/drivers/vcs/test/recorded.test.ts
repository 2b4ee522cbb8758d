import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { bladeName } from '@anyblade/engine'
import { recordedConfig } from '../recorded.ts'

test('the files of a blade as they were recorded; nothing where nothing was', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'anyblade-recorded-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const [path, text] of [
    ['rendered/blade1/etc/multipath.conf', 'defaults {\n}\n'],
    ['rendered/blade1/etc/multipath/conf.d/anyblade.conf', '# ours\n'],
  ] as const) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const [blade1, blade2] = [bladeName('blade1'), bladeName('blade2')]
  assert.ok(blade1 && blade2)
  const files = recordedConfig(dir, blade1)
  assert.deepEqual(
    [files?.main?.toString(), files?.dropIns.map(({ name, bytes }) => [name, bytes.toString()])],
    ['defaults {\n}\n', [['anyblade.conf', '# ours\n']]],
  )
  assert.equal(recordedConfig(dir, blade2), undefined)
})
