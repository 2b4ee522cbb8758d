/** A registration that a path has lost under a running guest, and a foreign key. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, registeredAt, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:52'
let here: Site
before(async () => {
  here = await site()
  if ((await here.anyblade('volume', 'show', 'mail')).exit === 2)
    await here.done('volume', 'create', 'mail', '--size', '1G')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'mail', '--volume', 'mail', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'mail')
  await until('mail answers', 120_000, () => answersPing(here, MAC))
})
after(async () => {
  await here.lab.restore()
})

test('one path loses its registration: a start would be refused, and reassert registers it again under a running guest', async () => {
  const sd = await here.on('blade1', 'multipathd show paths raw format "%d %m" | sed -n "s/ mail$//p" | head -n 1')
  const [key] = (await here.on('blade1', 'mpathpersist --in -k /dev/mapper/mail')).match(/0x[0-9a-f]{12,16}/) ?? []
  await here.on('blade1', 'sg_persist --out --register --param-rk="$2" --param-sark=0 "/dev/$1"', sd, key ?? '')
  const { exit, stdout } = await here.anyblade('volume', 'show', 'mail')
  assert.equal(exit, 3)
  assert.match(stdout, new RegExp(`unregistered path ${sd}:`))
  await here.done('volume', 'reassert', 'mail')
  assert.equal(await registeredAt(here, 'blade1', 'mail'), 2)
  // A write through the path that was not registered is refused, and the guest has stopped at it: nothing is lost.
  await here.on('blade1', 'if virsh domstate mail | grep -q paused; then virsh -q resume mail; fi')
  assert.equal(await here.on('blade1', 'virsh domstate mail'), 'running')
  assert.match((await here.done('volume', 'show', 'mail')).stdout, /2 of 2 paths registered/)
})

test('a foreign key is refused and its port named', async () => {
  const sd = await here.on('blade2', 'multipathd show paths raw format "%d %m" | sed -n "s/ mail$//p" | head -n 1')
  await here.on('blade2', 'sg_persist --out --register-ignore --param-sark=0xbad "/dev/$1"', sd)
  const { exit, stdout } = await here.anyblade('volume', 'reassert', 'mail')
  await here.on('blade2', 'sg_persist --out --register --param-rk=0xbad --param-sark=0 "/dev/$1"', sd)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /foreign key/)
  assert.match(stdout, /0000000000000bad +foreign, at 2000525400/)
})
