import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { bladeName } from '@anyblade/engine'
import { configHistory, recordedConfig } from '../recorded.ts'

const limits = { deadlineMs: 20_000, signal: new AbortController().signal }
const named = (name: string) => {
  const blade = bladeName(name)
  assert.ok(blade)
  return blade
}
const [blade1, blade2] = [named('blade1'), named('blade2')]

function repository(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'anyblade-recorded-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  execFileSync('git', ['init', '-q', dir])
  return dir
}

function commit(dir: string, path: string, text: string, message: string): void {
  mkdirSync(join(dir, path, '..'), { recursive: true })
  writeFileSync(join(dir, path), text)
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=ann', '-c', 'user.email=a@n', ...args])
  git('add', '-A')
  git('commit', '-qm', message)
}

test('the files of a blade as they were recorded; nothing where nothing was', (t) => {
  const dir = repository(t)
  commit(dir, 'rendered/blade1/etc/multipath.conf', 'defaults {\n}\n', 'one')
  commit(dir, 'rendered/blade1/etc/multipath/conf.d/anyblade.conf', '# ours\n', 'two')
  const files = recordedConfig(dir, blade1)
  assert.deepEqual(
    [files?.main?.toString(), files?.dropIns.map(({ name, bytes }) => [name, bytes.toString()])],
    ['defaults {\n}\n', [['anyblade.conf', '# ours\n']]],
  )
  assert.equal(recordedConfig(dir, blade2), undefined)
})

test('the history of some blades, the youngest first, with the run of each', async (t) => {
  const dir = repository(t)
  commit(dir, 'rendered/blade1/etc/multipath.conf', 'a\n', 'by hand')
  commit(dir, 'rendered/blade2/etc/multipath.conf', 'b\n', 'another blade')
  commit(dir, 'rendered/blade1/etc/multipath.conf', 'c\n', 'volume ldap: created\n\nRun: r-abcdef\n')
  const found = await configHistory(dir, [blade1], 10, limits)
  assert.deepEqual(
    found.map(({ subject, run, author }) => [subject, run, author]),
    [
      ['volume ldap: created', 'r-abcdef', 'ann'],
      ['by hand', undefined, 'ann'],
    ],
  )
  assert.equal((await configHistory(dir, [blade1, blade2], 10, limits)).length, 3)
})
