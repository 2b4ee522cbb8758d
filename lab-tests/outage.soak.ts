/**
 * After trouble: both fabrics away until guests stand still at an I/O error, and all of them set going in one command; then
 * no power at all, array and blades, and a cold start of the fleet. Proof is libvirt's state and the guests' own records.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, registeredAt, run, running, type Site, site, until, writesPast } from './site.ts'

/** Which guest is at home where; the last one is paused by hand and stays so. */
const GUESTS = [
  { vm: 'outage1', home: 'blade1', mac: '52:54:00:88:00:71' },
  { vm: 'outage2', home: 'blade2', mac: '52:54:00:88:00:72' },
  { vm: 'outage3', home: 'blade2', mac: '52:54:00:88:00:73' },
] as const
const [FIRST, SECOND, BY_HAND] = GUESTS
const LONGEST_MS = 10 * 60_000
let here: Site
before(async () => {
  here = await site()
  for (const { vm, home, mac } of GUESTS) {
    await here.done('volume', 'create', vm, '--size', '64M', '--home', home)
    const network = ['--network', 'br0', '--mac', mac]
    const small = GUEST.map((word) => (word === '160M' ? '96M' : word))
    await here.done('vm', 'create', vm, '--volume', vm, '--home', home, ...network, ...small, ...CMDLINE)
    await here.done('vm', 'start', vm)
  }
  for (const { vm, mac } of GUESTS) await until(`${vm} answers`, 120_000, () => answersPing(here, mac))
})
after(async () => {
  await here.lab.restore()
  for (const { vm } of GUESTS) await here.anyblade('vm', 'stop', vm, '--force', '--yes')
})

const stateOf = (vm: string, home: string): Promise<string> => here.on(home, `virsh domstate --reason ${vm}`)

async function sound(vm: string, boots: number): Promise<void> {
  const seen = await here.lab.verify(vm)
  assert.deepEqual([seen.boots.length, seen.holes, seen.rollbacks, seen.foreignWrites], [boots, [], 0, 0], vm)
}

test('both fabrics were away: who an I/O error has stopped goes on in one command, who was paused by hand stays so', async (t) => {
  await here.on(BY_HAND.home, `virsh -q suspend ${BY_HAND.vm}`)
  // This kernel's tcm_fc hangs for good where it gives an initiator up (after 60 s) that has commands under way.
  await here.on('array', 'for port in /sys/class/fc_remote_ports/rport-*; do echo 600 >"$port/dev_loss_tmo"; done')
  for (const network of ['fabA', 'fabB'] as const) await here.lab.cut({ network })
  const stopped = [FIRST, SECOND]
  for (const { vm, home } of stopped)
    await until(`${vm} stands still`, 180_000, async () => (await stateOf(vm, home)).includes('I/O error'))
  const early = await here.anyblade('vm', 'resume', '--io-error', '--plan')
  assert.equal(early.exit, 3, `no path is there\n${early.stdout}`)
  await here.lab.restore()
  const paths = 'multipathd show paths raw format "%m %t" | grep -c "^outage. active" || :'
  for (const blade of ['blade1', 'blade2'])
    await until('all paths are back', 180_000, async () => (await here.on(blade, paths)) === '6')
  for (const { vm, home } of stopped) assert.match(await stateOf(vm, home), /I\/O error/, 'none goes on by itself')
  const began = Date.now()
  const { stdout } = await here.done('vm', 'resume', '--io-error')
  t.diagnostic(`${stopped.length} set going in ${((Date.now() - began) / 1000).toFixed(1)} s`)
  assert.match(stdout, /2 of 2 go on/)
  for (const { vm, home } of stopped) assert.match(await stateOf(vm, home), /^running/)
  assert.match(await stateOf(BY_HAND.vm, BY_HAND.home), /^paused \(user\)/)
  await here.done('vm', 'resume', BY_HAND.vm)
  await here.lab.resetLan()
  for (const { vm, mac } of GUESTS) {
    await until(`${vm} answers`, 60_000, () => answersPing(here, mac))
    await sound(vm, 1)
  }
})

test('no power for anything: the array keeps its reservations, and the fleet comes up at its homes, each guest from its disk', async (t) => {
  const all = [...here.lab.blades, 'array']
  const before = await Promise.all(GUESTS.map(({ vm }) => here.lab.verify(vm)))
  for (const node of all) await here.lab.powerOff(node)
  await here.lab.powerOn('array')
  await Promise.all(here.lab.blades.map((blade) => here.lab.powerOn(blade)))
  for (const blade of here.lab.blades) assert.deepEqual(await running(here, blade), [], 'nothing starts by itself')
  const paths = 'multipathd show paths raw format "%m %t" | grep -c "^outage. active" || :'
  for (const blade of here.lab.blades)
    await until('all paths are there', 180_000, async () => (await here.on(blade, paths)) === '6')
  for (const { vm, home } of GUESTS) assert.equal(await registeredAt(here, home, vm), 2, 'kept without power (APTPL)')
  await here.lab.resetLan()
  const began = Date.now()
  const { exit, stdout, stderr } = await run(['fleet', 'up'], { ANYBLADE_FLEET: here.fleet }, '.', LONGEST_MS)
  t.diagnostic(`${GUESTS.length} started in ${((Date.now() - began) / 1000).toFixed(1)} s`)
  assert.equal(exit, 0, `${stdout}\n${stderr}`)
  for (const { vm, home, mac } of GUESTS) {
    assert.ok((await running(here, home)).includes(vm), `${vm} at home on ${home}`)
    await until(`${vm} answers`, 120_000, () => answersPing(here, mac))
    // It goes on with the numbers of its own disk.
    await writesPast(here, vm, before[GUESTS.findIndex((one) => one.vm === vm)]?.last ?? 0)
    await sound(vm, 2)
  }
  const again = await here.done('fleet', 'up')
  assert.match(again.stdout, /^up +(.*, )?outage1, outage2, outage3(, |$)/m)
})
