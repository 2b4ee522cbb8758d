/**
 * A fleet that is kept in subversion, by a real svnserve: who is behind, or whose working copy another svn has locked, is
 * refused before anything is touched, and goes on once that is put right. Proof is the array's configuration and svn's log.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeFleet, type Site, site, siteOf, until } from './site.ts'

const [FIRST, SECOND] = ['svn1', 'svn2']
const folder = mkdtempSync(join(tmpdir(), 'anyblade-svn-'))
let here: Site
let server: ChildProcess | undefined
let [one, other]: (Site | undefined)[] = []

const svn = (...args: readonly string[]): string =>
  execFileSync('svn', ['--non-interactive', ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

before(async () => {
  here = await site()
  const repository = join(folder, 'repository')
  execFileSync('svnadmin', ['create', repository])
  writeFileSync(join(repository, 'conf/svnserve.conf'), '[general]\nanon-access = write\n')
  const port = await freePort()
  const words = ['--daemon', '--foreground', '--listen-host', '127.0.0.1', '--listen-port', `${port}`, '--root', folder]
  server = spawn('svnserve', words, { stdio: 'ignore' })
  const url = `svn://127.0.0.1:${port}/repository`
  await until('svnserve answers', 20_000, async () => {
    try {
      return svn('info', url) !== ''
    } catch {
      return false
    }
  })
  one = siteOf(here.lab, join(folder, 'one'))
  svn('checkout', '-q', url, one.fleet)
  await makeFleet(one)
  other = siteOf(here.lab, join(folder, 'other'))
  svn('checkout', '-q', url, other.fleet)
})
after(async () => {
  server?.kill('SIGKILL')
  await here.lab.restore()
})

const the = (operator: Site | undefined): Site => {
  assert.ok(operator !== undefined)
  return operator
}
/** What the array has of a name, by its own configuration and its pool. */
const onArray = (name: string): Promise<string> =>
  here.on(
    'array',
    'ls -d /sys/kernel/config/target/core/*/"$1" 2>/dev/null; lvs --noheadings -o lv_name san | grep -w "$1" || :',
    name,
  )

test('a volume is created, recorded as one revision that names the run', async () => {
  await the(one).done('volume', 'create', FIRST, '--size', '64M')
  const log = svn('log', '-v', '-l', '1', '-r', 'HEAD', svn('info', '--show-item', 'url', the(one).fleet).trim())
  assert.match(log, /A \/volumes\/svn1\.yaml/)
  assert.match(log, /Run: r-\w+/)
})

test('who is behind is refused, and nothing is touched; after an update it goes', async () => {
  const refused = await the(other).anyblade('volume', 'create', SECOND, '--size', '64M')
  assert.notEqual(refused.exit, 0, refused.stdout)
  assert.match(`${refused.stdout}${refused.stderr}`, /svn update/)
  assert.equal(await onArray(SECOND), '')
  assert.equal(svn('status', the(other).fleet), '')
  svn('update', '-q', the(other).fleet)
  await the(other).done('volume', 'create', SECOND, '--size', '64M')
  assert.notEqual(await onArray(SECOND), '')
})

test('a working copy that an svn left locked is refused, and nothing is touched; cleaned up it goes', async () => {
  svn('update', '-q', the(one).fleet)
  const lock =
    'import sqlite3,sys\ndb=sqlite3.connect(sys.argv[1]);db.execute("insert into WC_LOCK values (1,\'\',-1)");db.commit()'
  execFileSync('python3', ['-c', lock, join(the(one).fleet, '.svn/wc.db')])
  const grown = (size: string) => the(one).anyblade('volume', 'grow', SECOND, '--size', size)
  const refused = await grown('96M')
  assert.notEqual(refused.exit, 0, refused.stdout)
  assert.match(`${refused.stdout}${refused.stderr}`, /svn cleanup/)
  const sectors = () => here.on('blade1', 'cat "/sys/block/$(basename "$(readlink "/dev/mapper/$1")")/size"', SECOND)
  assert.equal(await sectors(), String((64 * 1024 ** 2) / 512))
  svn('cleanup', the(one).fleet)
  const { exit, stdout, stderr } = await grown('96M')
  assert.equal(exit, 0, `${stdout}\n${stderr}`)
  assert.equal(await sectors(), String((96 * 1024 ** 2) / 512))
})
