import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Limits, RecordDocuments } from '@anyblade/engine'
import { createFleet } from '../../index.ts'
import { GitRecorder, headOf } from '../git.ts'

const limits: Limits = { deadlineMs: 30_000, signal: new AbortController().signal }
const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

async function fleet(): Promise<{ dir: string; recorder: GitRecorder; commit: string }> {
  const dir = join(mkdtempSync(join(tmpdir(), 'anyblade-git-')), 'san')
  const { commit } = await createFleet(dir, { name: 'san' })
  git(dir, 'config', 'user.name', 't')
  git(dir, 'config', 'user.email', 't@example.org')
  return { dir, recorder: new GitRecorder(dir), commit }
}
const action = (value: string): RecordDocuments => ({
  kind: 'record-documents',
  changes: [
    { document: 'vms/ldap.yaml', set: [{ path: ['home'], value }] },
    { document: 'vms/ldap.xml', text: '<domain/>\n' },
  ],
  rendered: [],
  message: `vm ldap: moved to ${value}`,
})

test('a record is one commit; the same again is none', async () => {
  const { dir, recorder, commit } = await fleet()
  assert.equal((await recorder.ready(commit)).state, 'done')
  const outcome = await recorder.record(action('blade2'), [], limits)
  assert.equal(outcome.state, 'done')
  const head = await headOf(dir)
  assert.notEqual(head, commit)
  assert.match(git(dir, 'log', '-1', '--format=%s'), /moved to blade2/)
  assert.equal(git(dir, 'status', '--porcelain'), '')
  await recorder.record(action('blade2'), [], limits)
  assert.equal(await headOf(dir), head)
})

test('a plan made from another commit is refused before anything is done', async () => {
  const { recorder } = await fleet()
  const outcome = await recorder.ready('0'.repeat(40))
  assert.ok(outcome.state === 'failed' && /moved on/.test(outcome.because))
})

test('changes of the operator that are not committed are refused, and stay', async () => {
  const { dir, recorder, commit } = await fleet()
  writeFileSync(join(dir, 'fleet.yaml'), `${readFileSync(join(dir, 'fleet.yaml'), 'utf8')}# mine\n`)
  const outcome = await recorder.ready(commit)
  assert.ok(outcome.state === 'failed' && /not committed/.test(outcome.because))
  assert.match(readFileSync(join(dir, 'fleet.yaml'), 'utf8'), /# mine/)
})

test('a clone that is behind its upstream is refused; one that is level pushes fast-forward', async () => {
  const { dir, commit } = await fleet()
  const bare = `${dir}.git`
  execFileSync('git', ['clone', '-q', '--bare', dir, bare])
  const [one, two] = [`${dir}-1`, `${dir}-2`]
  for (const clone of [one, two]) {
    execFileSync('git', ['clone', '-q', bare, clone])
    git(clone, 'config', 'user.name', 't')
    git(clone, 'config', 'user.email', 't@example.org')
  }
  const outcome = await new GitRecorder(one).record(action('blade2'), [], limits)
  assert.ok(outcome.state === 'done' && outcome.evidence.lines.some((line) => line.startsWith('pushed')))
  assert.equal(git(bare, 'rev-parse', 'HEAD'), await headOf(one))
  const behind = await new GitRecorder(two).ready(commit)
  assert.ok(behind.state === 'failed' && /1 commits behind/.test(behind.because))
})

test('an upstream that can’t be reached does not stop a record; it is told', async () => {
  const { dir, recorder, commit } = await fleet()
  git(dir, 'remote', 'add', 'origin', join(dir, 'nowhere.git'))
  git(dir, 'config', 'branch.main.remote', 'origin')
  git(dir, 'config', 'branch.main.merge', 'refs/heads/main')
  git(dir, 'update-ref', 'refs/remotes/origin/main', commit)
  assert.equal((await recorder.ready(commit)).state, 'done')
  const outcome = await recorder.record(action('blade3'), [], limits)
  assert.ok(outcome.state === 'done' && outcome.evidence.lines.some((line) => line.startsWith('not pushed')))
})
