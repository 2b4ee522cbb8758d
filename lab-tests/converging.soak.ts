/**
 * A guest that dirties its memory faster than it may travel: foretold, refused with what would end the move, moved by that,
 * refused where it may not take so long, and moved by post-copy. Proof is what libvirt, the array and the guest's own
 * records say.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { atEvent } from './events.ts'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

const NAME = 'busy'
const MAC = '52:54:00:88:00:5d'
const DIRTIED_MIB = 24
/** Less than what the guest dirties meanwhile, whatever the machine below. */
const SLOW = ['--bandwidth', '1']
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', NAME, '--size', '64M', '--home', 'blade1')
  const [flag, words = ''] = CMDLINE
  const boot = [...GUEST, flag ?? '', `${words} lab.dirty=${DIRTIED_MIB}`, '--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', NAME, '--volume', NAME, '--home', 'blade1', ...boot)
  await here.done('vm', 'start', NAME)
  await until('the guest answers', 120_000, () => answersPing(here, MAC))
  // It answers before it has begun with its memory, and what is asked then foretells another guest.
  await until('it dirties its memory', 120_000, async () => (await dirtiedMib()) > 1)
})
after(async () => {
  await here.lab.restore()
  await here.anyblade('vm', 'stop', NAME, '--force', '--yes')
})

/** MiB in a second, by libvirt's own measure. */
async function dirtiedMib(): Promise<number> {
  const measured = await here.on(
    'blade1',
    `virsh -q domdirtyrate-calc ${NAME} --seconds 1 >&2; sleep 3; virsh domstats ${NAME} --dirtyrate`,
  )
  return Number(/megabytes_per_second=(\d+)/.exec(measured)?.[1] ?? 0)
}

async function untouched(on: string): Promise<void> {
  for (const blade of here.lab.blades)
    assert.equal((await running(here, blade)).includes(NAME), blade === on, `${NAME} on ${blade}`)
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify(NAME)
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [1, [], 0, 0])
}

test('it is foretold not to converge, and refused before anything is done, with what would end it', async (t) => {
  const { exit, stdout } = await here.anyblade('vm', 'migrate', NAME, '--to', 'blade2', ...SLOW)
  t.diagnostic(stdout)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /will not converge/)
  assert.match(stdout, /would end +--auto-converge: it is slowed/)
  assert.match(stdout, /would end +--bandwidth: the link carries/)
  await untouched('blade1')
})

test('moved by what was said to end it', async (t) => {
  const { stdout } = await here.done('vm', 'migrate', NAME, '--to', 'blade2', '--downtime', '2')
  t.diagnostic(stdout)
  await until('it answers again', 60_000, () => answersPing(here, MAC))
  await untouched('blade2')
})

test('one that may not take so long as it would is refused too: it goes on where it runs, and nothing of it is elsewhere', async (t) => {
  const { exit, stdout } = await here.anyblade(
    'vm',
    'migrate',
    NAME,
    '--to',
    'blade1',
    ...SLOW,
    '--auto-converge',
    '--within',
    '6',
  )
  t.diagnostic(stdout)
  assert.equal(exit, 3, stdout)
  await until('it answers', 60_000, () => answersPing(here, MAC))
  await untouched('blade2')
  assert.equal(await here.on('blade2', `virsh domstate ${NAME}`), 'running')
  assert.doesNotMatch(await here.on('blade1', 'virsh -q list --all --name'), new RegExp(`^${NAME}$`, 'm'))
  assert.equal(JSON.parse((await here.done('vm', 'show', NAME, '-o', 'json')).stdout).home, 'blade2')
})

test('by post-copy, which the destination’s kernel has to allow: it goes on there before its memory is whole', async (t) => {
  const move = ['vm', 'migrate', NAME, '--to', 'blade1', ...SLOW, '--downtime', '0.5', '--post-copy']
  const allow = (value: string) => here.on('blade1', 'sysctl -qw "vm.unprivileged_userfaultfd=$1"', value)
  await allow('0')
  const { exit, stdout } = await here.anyblade(...move)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /unprivileged_userfaultfd/)
  await allow('1')
  const since = (await here.lab.verify(NAME)).last ?? 0
  let isSwitched = false
  const switched = atEvent(here, 'blade2', `'${NAME}': Suspended Post-copy`, () => {
    isSwitched = true
  })
  await switched.ready
  const moved = await here.done(...move)
  switched.stop()
  t.diagnostic(moved.stdout)
  await until('it answers again', 60_000, () => answersPing(here, MAC))
  await untouched('blade1')
  t.diagnostic(`without a write ${(await here.lab.verify(NAME, since)).longestGapMs} ms`)
  assert.ok(isSwitched, 'libvirt tells of no switch to post-copy')
  const keys = await here.on('blade1', 'mpathpersist --in -k "/dev/mapper/$1"', NAME)
  const blades = new Set([...keys.matchAll(/0x[0-9a-f]{1,4}(\d{4})[0-9a-f]{8}/g)].map(([, blade]) => blade))
  assert.deepEqual([...blades], ['0001'], keys)
})
