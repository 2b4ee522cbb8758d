/** The module in a real control repository with a real upstream; what stands in it is read by puppet itself elsewhere. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Limits, type RunId, runId } from '@anyblade/engine'
import { parse } from 'yaml'
import { SvnServer } from '../../vcs/test/svn-server.ts'
import { dataText, PuppetModule } from '../puppet-module.ts'

const limits: Limits = { deadlineMs: 60_000, signal: new AbortController().signal }
const base = mkdtempSync(join(tmpdir(), 'anyblade-module-'))
const server = new SvnServer(join(base, 'served'))
after(() => {
  server.stop()
  rmSync(base, { recursive: true, force: true })
})
const run = runId('r-abcdef') ?? assert.fail()
const git = (dir: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: dir,
    encoding: 'utf8',
    stdio: 'pipe',
  })

let made = 0
/** A clone of a control repository with an operator's own site.pp. */
function control() {
  made += 1
  const [upstream, dir] = [join(base, `upstream${made}.git`), join(base, `control${made}`)]
  git(base, 'init', '-q', '--bare', '-b', 'production', upstream)
  git(base, 'clone', '-q', upstream, dir)
  mkdirSync(join(dir, 'manifests'))
  writeFileSync(join(dir, 'manifests/site.pp'), 'include anyblade\n')
  git(dir, 'add', '-A')
  git(dir, 'commit', '-qm', 'site')
  git(dir, 'push', '-q', '-u', 'origin', 'HEAD:production')
  git(dir, 'branch', '-q', '-u', 'origin/production')
  const module = join(dir, 'site-modules/anyblade')
  return { upstream, dir, module, publisher: new PuppetModule(module) }
}
const publish = (it: ReturnType<typeof control>, content: string | undefined, of: RunId = run) =>
  it.publisher.publish(of, 'anyblade: roll out', [{ certname: 'blade1', content }], limits)
const shown = (it: ReturnType<typeof control>, path: string) =>
  git(it.upstream, 'show', `production:site-modules/anyblade/${path}`)

test('module and data are one commit with its run, at the upstream; the same again is none', async () => {
  const it = control()
  assert.equal((await it.publisher.ready()).state, 'done')
  const outcome = await publish(it, 'multipaths {\n}\n')
  assert.equal(outcome.state, 'done', JSON.stringify(outcome))
  assert.equal(parse(shown(it, 'data/nodes/blade1.yaml'))['anyblade::content'], 'multipaths {\n}\n')
  assert.match(shown(it, 'manifests/init.pp'), /^class anyblade \(/m)
  assert.match(git(it.upstream, 'log', '-1', '--format=%B', 'production'), /^anyblade: roll out\n\nRun: r-abcdef/)
  const head = git(it.upstream, 'rev-parse', 'production')
  assert.equal((await publish(it, 'multipaths {\n}\n')).state, 'done')
  assert.equal(git(it.upstream, 'rev-parse', 'production'), head)
  assert.equal(git(it.dir, 'status', '--porcelain'), '')
})

test('taken back, the data is as it was before the run, whoever wrote it; and what is given where there was none', async () => {
  const it = control()
  const bring = (content: string | undefined, of: RunId = run) =>
    it.publisher.restore(of, 'taken back: x', [{ certname: 'blade1', content }], limits)
  const content = () => parse(shown(it, 'data/nodes/blade1.yaml'))['anyblade::content']
  await publish(it, 'new\n')
  assert.equal((await bring('as it stood\n')).state, 'done')
  assert.equal(content(), 'as it stood\n')
  const other = runId('r-second') ?? assert.fail()
  for (const text of ['newer\n', 'newest\n']) await publish(it, text, other)
  assert.equal((await bring('ours\n', other)).state, 'done')
  assert.equal(content(), 'as it stood\n')
  const head = git(it.upstream, 'rev-parse', 'production')
  assert.equal((await bring('ours\n', other)).state, 'done')
  assert.equal(git(it.upstream, 'rev-parse', 'production'), head, 'taken back twice it is taken back')
})

/** The same under subversion: a working copy is the environment. */
async function checkedOut() {
  made += 1
  const dir = join(base, `control${made}`)
  server.checkout(await server.repository(`control${made}`), dir)
  const module = join(dir, 'site-modules/anyblade')
  mkdirSync(module, { recursive: true })
  server.svn('add', '-q', join(dir, 'site-modules'))
  server.svn('commit', '-qm', 'modules', dir)
  server.svn('update', '-q', dir)
  return { module, publisher: new PuppetModule(module) }
}

for (const [name, place] of [
  ['git', async () => control()],
  ['svn', checkedOut],
] as const)
  test(`under ${name} the data of a blade that leaves goes, and taken back it is as it was before the run`, async () => {
    const { module, publisher } = await place()
    const file = (certname: string) => join(module, `data/nodes/${certname}.yaml`)
    const tell = async (how: 'publish' | 'restore', certname: string, content: string | undefined, of: RunId) => {
      const data = { certname, content, ...(content === undefined && { gone: true as const }) }
      const outcome = await publisher[how](of, 'anyblade: x', [data], limits)
      assert.equal(outcome.state, 'done', JSON.stringify(outcome))
    }
    const other = runId('r-second') ?? assert.fail()
    for (const certname of ['blade1', 'blade2']) await tell('publish', certname, 'as it stood\n', run)
    await tell('publish', 'blade1', '', other)
    await tell('publish', 'blade1', undefined, other)
    assert.deepEqual([existsSync(file('blade1')), existsSync(file('blade2'))], [false, true])
    assert.equal(await publisher.held('blade1'), undefined)
    await tell('publish', 'blade1', undefined, other)
    await tell('restore', 'blade1', undefined, other)
    assert.equal((await publisher.held('blade1'))?.content, 'as it stood\n')
    await tell('publish', 'blade3', undefined, other)
    await tell('restore', 'blade3', undefined, other)
    assert.equal(existsSync(file('blade3')), false, 'there was none before')
    assert.equal((await publisher.ready()).state, 'done')
  })

test('data that does not come to the upstream is a failure, and comes with the next one', async () => {
  const it = control()
  git(it.dir, 'remote', 'set-url', 'origin', join(base, 'nowhere.git'))
  const outcome = await publish(it, 'a\n')
  assert.match(JSON.stringify(outcome), /"failed".*not pushed/)
  git(it.dir, 'remote', 'set-url', 'origin', it.upstream)
  assert.equal((await publish(it, 'a\n')).state, 'done')
  assert.match(shown(it, 'data/nodes/blade1.yaml'), /a/)
})

test('somebody has pushed meanwhile: refused, and nothing of it is left here', async () => {
  const it = control()
  const other = join(base, `other${made}`)
  git(base, 'clone', '-q', it.upstream, other)
  git(other, 'commit', '-q', '--allow-empty', '-m', 'meanwhile')
  git(other, 'push', '-q')
  const outcome = await publish(it, 'a\n')
  assert.match(JSON.stringify(outcome), /"failed".*git pull --rebase/)
  assert.equal(existsSync(join(it.module, 'data/nodes/blade1.yaml')), false)
  assert.match(JSON.stringify(await it.publisher.ready()), /behind/)
})

test('data that somebody has changed and not committed is left as it is, and stops a run before it begins', async () => {
  const it = control()
  await publish(it, 'a\n')
  const file = join(it.module, 'data/nodes/blade1.yaml')
  writeFileSync(file, '# by hand\n')
  assert.match(
    JSON.stringify(await it.publisher.ready()),
    /the module anyblade has changes that are not committed: data/,
  )
  assert.equal((await publish(it, 'b\n')).state, 'failed')
  assert.equal(readFileSync(file, 'utf8'), '# by hand\n')
})

test('nothing is evaluated in what is written, and no text at all means no file', () => {
  assert.match(dataText({ certname: 'b', content: 'alias "%{facts.x}"\n' }), /%\{literal\('%'\)\}\{facts\.x\}/)
  assert.equal(parse(dataText({ certname: 'b', content: undefined }))['anyblade::content'], '')
})

test('a certname can’t lead out of the data', async () => {
  const it = control()
  const outcome = await it.publisher.publish(run, 'x', [{ certname: '../../../evil', content: 'x' }], limits)
  assert.match(JSON.stringify(outcome), /"failed"/)
  assert.equal(git(it.dir, 'status', '--porcelain'), '')
})

const noPuppet =
  process.getuid?.() !== 0 ? 'needs root' : existsSync('/usr/bin/puppet') ? false : 'needs Debian package puppet-agent'

/** While tests beside this one add accounts, files come there and go. */
const COPY = 'for try in 1 2 3 4 5; do rm -rf "$1/etc"; cp -a /etc "$1" && exit; sleep 1; done; exit 1'

/** What puppet would write and call on this machine goes to `dir`, in a mount namespace. */
const APPLY = `mount --make-rprivate / && mount --bind "$1/etc" /etc && mount --bind "$1/multipathd" /usr/sbin/multipathd &&
exec puppet apply --confdir "$1/conf" --vardir "$1/var" --certname blade1 --modulepath "$2" --detailed-exitcodes -e 'include anyblade'`

test('puppet itself makes the very file of it, and leaves alone a blade without data', {
  skip: noPuppet,
}, async () => {
  const it = control()
  const dir = mkdtempSync(join(base, 'apply-'))
  execFileSync('sh', ['-c', COPY, 'sh', dir])
  writeFileSync(join(dir, 'multipathd'), `#!/bin/sh\necho "$*" >>${dir}/calls\n`, { mode: 0o755 })
  const file = join(dir, 'etc/multipath/conf.d/anyblade.conf')
  const applied = () => {
    const args = ['-m', 'sh', '-c', APPLY, 'sh', dir, join(it.module, '..')]
    const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 60_000 })
    return { status, said: stdout + stderr }
  }
  const content = '# %{facts.os} "ü"\n\nmultipaths {\n\tmultipath {\n\t\talias "%{x}" # yes: no\n\t}\n}\n'
  await publish(it, content)
  const first = applied()
  assert.equal(first.status, 2, first.said)
  assert.equal(readFileSync(file, 'utf8'), content)
  assert.equal(readFileSync(join(dir, 'calls'), 'utf8'), 'reconfigure\n')
  writeFileSync(file, '# pushed\n')
  rmSync(join(it.module, 'data/nodes/blade1.yaml'))
  const without = applied()
  assert.deepEqual([without.status, readFileSync(file, 'utf8')], [0, '# pushed\n'], without.said)
})
