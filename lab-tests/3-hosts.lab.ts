/** Hosts that are silent, accounts that may not, operators that die; and VMs as administrators wrote them by hand. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { killed } from './crash.ts'
import { multipathFiles, PORTS, residueOf, type Site, site, siteOf, unprotect, until, wwidOf } from './site.ts'

/** In lines of steps, each with one at its beginning and one at its end: the LUN is carved; and, resumed, it is shown. */
const [CARVED, MAPPED] = [2, 6]
let here: Site
before(async () => {
  here = await site()
})
after(async () => {
  await here.lab.restore()
})

const folder = mkdtempSync(join(tmpdir(), 'anyblade-lab-'))

test('as an account with passwordless sudo: survey like root', async () => {
  const other = siteOf(here.lab, join(folder, 'sudo'))
  await other.done('fleet', 'init', other.fleet, '--ssh-config', here.lab.sshConfig)
  await other.done('array', 'add', 'san1', '--ssh', 'array', '--pool', 'san/pool', ...PORTS)
  await other.done('blade', 'add', 'blade1', '--ssh', 'operator@blade1')
  const { luns } = JSON.parse((await other.done('survey', '-o', 'json')).stdout)
  assert.ok(luns.some((lun: { paths: unknown[] }) => lun.paths.length === 2))
})

test('as an account without sudo: refused with what to do, nothing written', async () => {
  const other = siteOf(here.lab, join(folder, 'sudo'))
  const { exit, stderr } = await other.anyblade('blade', 'add', 'blade2', '--ssh', 'guestonly@blade2')
  assert.equal(exit, 5, stderr)
  assert.match(stderr, /sudo/)
  assert.doesNotMatch((await other.done('blade', 'list')).stdout, /blade2/)
})

test('a blade that hangs: told in bounded time, the other’s answer undelayed, nothing changed', async () => {
  // All of sshd stands still, with the connections that there are, and goes on by itself: nobody could log in to wake it.
  await here.on(
    'blade2',
    'setsid sh -c "sleep 0.5; pkill -STOP sshd; sleep 60; pkill -CONT sshd" >/dev/null 2>&1 </dev/null &',
  )
  await new Promise((go) => setTimeout(go, 2000))
  const began = Date.now()
  const { exit, stdout } = await here.anyblade('survey')
  assert.ok(Date.now() - began < 55_000, 'before it woke')
  await until('blade2 answers again', 60_000, async () => (await here.lab.ssh('blade2', 'true')).exit === 0)
  assert.equal(exit, 5, stdout)
  assert.match(stdout, /blade2 gave no answer/)
  assert.match(stdout, /ldap/)
})

test('a drop-in that somebody has taken away: told from all sides, and given back by a roll-out', async () => {
  await here.on('blade2', 'rm /etc/multipath/conf.d/anyblade.conf && multipathd reconfigure')
  const { exit, stdout } = await here.anyblade('config', 'diff')
  assert.equal(exit, 6, stdout)
  assert.match(stdout, /blade1 {2}as the documents, as recorded, in effect/)
  assert.match(stdout, /blade2 {2}\/etc\/multipath\/conf\.d\/anyblade\.conf is gone/)
  await here.done('config', 'roll-out', 'blade2')
  await here.on('blade2', 'test -b /dev/mapper/ldap')
  await here.done('config', 'diff')
})

test('what somebody has written by hand: told, then adopted byte for byte', async () => {
  await here.on('blade2', 'echo "# by hand" >>/etc/multipath.conf')
  assert.equal((await here.anyblade('config', 'diff', 'blade2')).exit, 6)
  await here.done('config', 'adopt', 'blade2')
  const recorded = join(here.fleet, 'rendered', 'blade2', 'etc', 'multipath.conf')
  assert.equal(readFileSync(recorded, 'utf8').trim(), await here.on('blade2', 'cat /etc/multipath.conf'))
  await here.done('config', 'diff', 'blade2')
})

test('a candidate that multipath does not understand: stopped at the first blade, and no file of any was touched', async () => {
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', here.fleet, ...args], { encoding: 'utf8' })
  for (const blade of here.lab.blades)
    appendFileSync(
      join(here.fleet, 'rendered', blade, 'etc/multipath/conf.d/anyblade.conf'),
      'defaults {\n\tno_such_word 1\n}\n',
    )
  git('commit', '-qam', 'config: as somebody would have it')
  const bad = git('rev-parse', 'HEAD').trim()
  git('revert', '--no-edit', 'HEAD')
  const before = await multipathFiles(here)
  const { exit, stdout, stderr } = await here.anyblade('config', 'roll-back', '--to', bad)
  assert.equal(exit, 1, `${stdout}\n${stderr}`)
  assert.match(stdout, /multipath says of the candidate: .*duplicate keyword: defaults/)
  assert.deepEqual(await multipathFiles(here), before, 'hash and mtime of every file')
})

type Run = { readonly run: string; readonly title: string; readonly state: string }
async function runOfLate(): Promise<Run | undefined> {
  const { runs } = JSON.parse((await here.done('run', 'list', '-o', 'json')).stdout)
  return runs.find((run: Run) => run.title === 'create volume late')
}
const countsAsKilled = () => until('it counts as killed', 60_000, async () => (await runOfLate())?.state === 'killed')

test('an operator who is killed: the run is shown as killed, with what was done', async () => {
  const isKilled = await killed(here, ['volume', 'create', 'late', '--size', '256M'], CARVED)
  assert.ok(isKilled)
  await countsAsKilled()
  const run = (await runOfLate())?.run ?? ''
  const { stdout } = await here.done('run', 'show', run)
  assert.match(stdout, /killed/)
  assert.match(stdout, /1 +done +san1/)
  assert.match(stdout, new RegExp(`anyblade run resume ${run}`))
})

test('another one goes on with it and is killed too; a third one takes it back: nothing of it is left', async () => {
  const run = (await runOfLate())?.run ?? ''
  assert.ok(await killed(here, ['run', 'resume', run], MAPPED))
  await countsAsKilled()
  assert.match((await here.done('run', 'undo', run)).stdout, /undone: take r-\w+ back; nothing is left of it/)
  assert.match((await here.done('run', 'show', run)).stdout, /failed and undone/)
  assert.doesNotMatch((await here.done('survey')).stdout, /late/)
})

test('a volume’s end: put aside nothing of it is left on any blade, and purged nothing on the array', async () => {
  await here.done('volume', 'create', 'brief', '--size', '64M')
  const wwid = await wwidOf(here, 'brief')
  assert.notEqual(await residueOf(here, 'blade1', 'brief', wwid), '', 'it is seen while it is there')
  unprotect(here, 'brief')
  await here.done('volume', 'delete', 'brief')
  for (const blade of here.lab.blades) assert.equal(await residueOf(here, blade, 'brief', wwid), '', blade)
  await here.done('volume', 'purge', 'brief', '--yes')
  assert.equal(await here.on('array', 'lvs --noheadings -o lv_name san | grep -cw brief || true'), '0')
})

const HAND_TYPED = `<domain type='kvm'>
  <name>vm1</name>
  <memory>163840</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <emulator>/usr/bin/qemu-kvm</emulator>
    <disk type='block' device='disk'>
      <source dev='/dev/mapper/mail'>
      <target dev='hda' bus='ide'/>
    </disk>
  </devices>
</domain>
`

test('the how-to’s XML, a tag unclosed: line and column', async () => {
  const file = join(folder, 'vm1.xml')
  writeFileSync(file, HAND_TYPED)
  const { exit, stderr } = await here.anyblade('vm', 'adopt', file)
  assert.equal(exit, 2, stderr)
  assert.match(stderr, /line \d+, column \d+/)
  assert.match(stderr, /source/)
})

test('mended, but with an emulator that no blade has: refused', async () => {
  const file = join(folder, 'vm1-closed.xml')
  writeFileSync(file, HAND_TYPED.replace("mail'>", "mail'/>"))
  const { exit, stdout } = await here.anyblade('vm', 'adopt', file)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /qemu-kvm/)
})

test('the lab was sound all the time, and the local disks were never touched', async () => {
  assert.deepEqual((await here.lab.health()).because, [])
})
