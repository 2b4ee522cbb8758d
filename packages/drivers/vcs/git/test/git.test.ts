import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Blade, type BladeName, type Limits, type RecordDocuments, type Rendered, runId } from '@anyblade/engine'
import { createFleet } from '../../../index.ts'
import { GitRecorder } from '../recorder.ts'
import { headOf, parseState } from '../state.ts'

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
  const outcome = await recorder.record(undefined, action('blade2'), [], limits)
  assert.equal(outcome.state, 'done')
  const head = await headOf(dir)
  assert.notEqual(head, commit)
  assert.match(git(dir, 'log', '-1', '--format=%s'), /moved to blade2/)
  assert.equal(git(dir, 'status', '--porcelain'), '')
  await recorder.record(undefined, action('blade2'), [], limits)
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

async function clones(): Promise<{ one: string; two: string; bare: string; commit: string }> {
  const { dir, commit } = await fleet()
  const bare = `${dir}.git`
  execFileSync('git', ['clone', '-q', '--bare', dir, bare])
  const [one, two] = [`${dir}-1`, `${dir}-2`]
  for (const clone of [one, two]) {
    execFileSync('git', ['clone', '-q', bare, clone])
    git(clone, 'config', 'user.name', 't')
    git(clone, 'config', 'user.email', 't@example.org')
  }
  return { one, two, bare, commit }
}

test('a clone that is behind its upstream is refused; one that is level pushes fast-forward', async () => {
  const { one, two, bare, commit } = await clones()
  const outcome = await new GitRecorder(one).record(undefined, action('blade2'), [], limits)
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
  const outcome = await recorder.record(undefined, action('blade3'), [], limits)
  assert.ok(outcome.state === 'done' && outcome.evidence.lines.some((line) => line.startsWith('not pushed')))
})

test('a push that is rejected is a failure, of which nothing stays; after catching up it goes through', async () => {
  const { one, two, commit } = await clones()
  await new GitRecorder(one).record(undefined, action('blade2'), [], limits)
  const recorder = new GitRecorder(two)
  const outcome = await recorder.record(runId('r-test1'), action('blade3'), [], limits)
  assert.ok(outcome.state === 'failed' && /origin\/main rejects the record: \[rejected\].*resume/.test(outcome.because))
  assert.deepEqual([await headOf(two), git(two, 'status', '--porcelain')], [commit, ''])
  const behind = await recorder.ready(undefined)
  assert.ok(behind.state === 'failed' && /git pull --ff-only/.test(behind.because))
  git(two, 'pull', '--quiet', '--ff-only')
  assert.equal((await recorder.ready(undefined)).state, 'done')
  const again = await recorder.record(runId('r-test1'), action('blade3'), [], limits)
  assert.ok(again.state === 'done' && again.evidence.lines.some((line) => line.startsWith('pushed')))
  assert.equal(git(two, 'log', '-1', '--format=%(trailers:key=Run,valueonly)').trim(), 'r-test1')
})

test('only this branch is pushed, never by force, whatever is configured; what was not pushed is pushed later', async () => {
  const { one, bare } = await clones()
  git(one, 'branch', 'mine')
  git(one, 'config', 'push.default', 'matching')
  git(one, 'config', 'remote.origin.push', '+refs/heads/*:refs/heads/*')
  git(one, 'config', 'remote.origin.pushurl', join(one, 'nowhere'))
  await new GitRecorder(one).record(undefined, action('blade2'), [], limits)
  git(one, 'config', '--unset', 'remote.origin.pushurl')
  const again = await new GitRecorder(one).record(undefined, action('blade2'), [], limits)
  assert.ok(again.state === 'done' && again.evidence.lines.includes('pushed to origin/main'))
  assert.equal(git(bare, 'for-each-ref', '--format=%(refname)'), 'refs/heads/main')
})

test('a document that git does not know, or a HEAD on no branch, is not ready', async () => {
  const { dir, recorder, commit } = await fleet()
  writeFileSync(join(dir, 'volumes/mine.yaml'), 'x')
  const untracked = await recorder.ready(commit)
  assert.ok(untracked.state === 'failed' && /volumes\/mine\.yaml/.test(untracked.because))
  git(dir, 'clean', '-qfd')
  git(dir, 'checkout', '-q', '--detach')
  const detached = await recorder.ready(commit)
  assert.ok(detached.state === 'failed' && /git switch/.test(detached.because))
})

test('what lies beside the documents is nobody’s business, and is not committed', async () => {
  const { dir, recorder, commit } = await fleet()
  writeFileSync(join(dir, 'notes.txt'), 'mine')
  git(dir, 'add', 'notes.txt')
  assert.equal((await recorder.ready(commit)).state, 'done')
  await recorder.record(undefined, action('blade2'), [], limits)
  assert.equal(git(dir, 'status', '--porcelain'), 'A  notes.txt')
})

test('a record that fails leaves documents and index as they were', async () => {
  const { dir, recorder, commit } = await fleet()
  writeFileSync(join(dir, '.git/hooks/pre-commit'), '#!/bin/sh\necho "fatal: no" >&2\nexit 1\n', { mode: 0o755 })
  const outcome = await recorder.record(undefined, action('blade2'), [], limits)
  assert.ok(outcome.state === 'failed' && /fatal: no/.test(outcome.because))
  assert.equal(git(dir, 'status', '--porcelain'), '')
  assert.equal((await recorder.ready(commit)).state, 'done')
})

test('a git that hangs is ended at the deadline with all its children, and locks nobody out', async () => {
  const { dir, recorder } = await fleet()
  writeFileSync(join(dir, '.git/hooks/pre-commit'), '#!/bin/sh\nsleep 60\n', { mode: 0o755 })
  const began = performance.now()
  const outcome = await recorder.record(undefined, action('blade2'), [], { ...limits, deadlineMs: 2000 })
  assert.ok(performance.now() - began < 20_000)
  assert.ok(outcome.state === 'failed' && /in time/.test(outcome.because))
  assert.equal(git(dir, 'status', '--porcelain'), '')
  assert.ok(!existsSync(join(dir, '.git/index.lock')))
})

test('a document that was changed by hand since is not overwritten', async () => {
  const { dir, recorder } = await fleet()
  await recorder.record(undefined, action('blade1'), [], limits)
  writeFileSync(join(dir, 'vms/ldap.yaml'), 'home: mine\n')
  const outcome = await recorder.record(undefined, action('blade2'), [], limits)
  assert.ok(outcome.state === 'failed' && /vms\/ldap\.yaml was changed by hand/.test(outcome.because))
  assert.equal(readFileSync(join(dir, 'vms/ldap.yaml'), 'utf8'), 'home: mine\n')
})

test('no document is written where none lies', async () => {
  const { dir, recorder } = await fleet()
  for (const document of ['../x.yaml', '/tmp/x.yaml', 'volumes/../../x.yaml', '.git/config', 'rendered/x.yaml']) {
    const outcome = await recorder.record(undefined, { ...action('b'), changes: [{ document, text: 'x' }] }, [], limits)
    assert.ok(outcome.state === 'failed' && /no document of the fleet/.test(outcome.because))
  }
  assert.equal(git(dir, 'status', '--porcelain'), '')
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const deployed = (main: string, dropIns: Readonly<Record<string, string>>): Rendered => ({
  blade: { name: 'blade1' as BladeName, ssh: 'blade1', machine_id: '', ports: [] } satisfies Blade,
  files: { main: bytes(main), dropIns: Object.entries(dropIns).map(([name, text]) => ({ name, bytes: bytes(text) })) },
})

test('what is deployed is kept byte for byte, and goes when it is gone', async () => {
  const { dir, recorder } = await fleet()
  git(dir, 'config', 'core.autocrlf', 'true')
  const record = { ...action('x'), changes: [] }
  await recorder.record(undefined, record, [deployed('a\r\nb\n', { 'one.conf': '1', 'two x.conf': '2' })], limits)
  await recorder.record(undefined, record, [deployed('a\r\nb\n', { 'two x.conf': '2' })], limits)
  assert.deepEqual(git(dir, 'ls-tree', '-r', '--name-only', '-z', 'HEAD', 'rendered/').split('\0').filter(Boolean), [
    'rendered/blade1/etc/multipath.conf',
    'rendered/blade1/etc/multipath/conf.d/two x.conf',
  ])
  assert.match(
    execFileSync('git', ['-C', dir, 'show', 'HEAD:rendered/blade1/etc/multipath.conf'], { encoding: 'latin1' }),
    /^a\r\nb\n$/,
  )
})

test('a name that a blade gives to a file can’t lead out of its folder', async () => {
  const { dir, recorder } = await fleet()
  for (const name of ['../../../../evil', '..', 'a/b', '.gitattributes', 'x\ny', ''])
    assert.equal(
      (await recorder.record(undefined, action('x'), [deployed('a', { [name]: 'x' })], limits)).state,
      'failed',
    )
  assert.equal(git(dir, 'status', '--porcelain'), '')
})

test('a fleet inside a larger repository, and a hook’s environment, are no hindrance', async () => {
  const outer = mkdtempSync(join(tmpdir(), 'anyblade-outer-'))
  git(outer, 'init', '-q', '-b', 'main')
  const dir = join(outer, 'infra/san fleet')
  mkdirSync(dir, { recursive: true })
  const { commit } = await createFleet(dir, { name: 'san' })
  const recorder = new GitRecorder(dir)
  const { GIT_DIR, GIT_INDEX_FILE } = process.env
  Object.assign(process.env, { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index' })
  try {
    assert.equal((await recorder.ready(commit)).state, 'done')
    assert.equal((await recorder.record(undefined, action('blade2'), [], limits)).state, 'done')
  } finally {
    for (const [name, value] of Object.entries({ GIT_DIR, GIT_INDEX_FILE }))
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
  assert.equal(
    git(outer, 'ls-files', '--error-unmatch', 'infra/san fleet/vms/ldap.yaml'),
    'infra/san fleet/vms/ldap.yaml',
  )
  writeFileSync(join(dir, 'vms/ldap.yaml'), 'home: mine\n')
  const outcome = await recorder.ready(await headOf(dir))
  assert.ok(outcome.state === 'failed' && / vms\/ldap\.yaml$/.test(outcome.because))
})

test('git’s state is read with blanks in names, before the first commit, and far from it', () => {
  const of = 'N... 100644 100644 100644 aaaa bbbb'
  const entries = ['# branch.oid (initial)', '# branch.head main', '? sub/a b.yaml', `1 .M ${of} sub/c d`, '']
  const state = parseState(entries.join('\0'), 'sub/')
  assert.deepEqual(state.uncommitted, ['a b.yaml', 'c d'])
  assert.equal(state.head, undefined)
  const { aheadCount, behindCount } = parseState('# branch.ab +2 -13\0', '')
  assert.deepEqual([aheadCount, behindCount], [2, 13])
})
