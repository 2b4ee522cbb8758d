/** A bridge of the same name in another segment: the cable behind blade2's br0 is plugged elsewhere. libvirt would move. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

const [NAME, MAC] = ['segment', '52:54:00:88:00:52']
let here: Site
before(async () => {
  here = await site()
  if ((await here.anyblade('volume', 'show', NAME)).exit === 2) {
    await here.done('volume', 'create', NAME, '--size', '1G')
    await here.done('vm', 'create', NAME, '--volume', NAME, '--network', 'br0', '--mac', MAC, ...GUEST, ...CMDLINE)
  }
  if (!(await running(here, 'blade1')).includes(NAME)) await here.done('vm', 'start', NAME)
})
after(async () => {
  await here.anyblade('vm', 'stop', NAME, '--force', '--yes')
  await here.lab.restore()
})

const plug = (bridge: string): Promise<string> =>
  here.on(
    'blade2',
    'ip link show "$1" >/dev/null || ip link add "$1" up type bridge; ip link set lan master "$1"',
    bridge,
  )

test('one network: a frame of each arrives on the other, and the plan says what was sent', async () => {
  const { stdout } = await here.done('vm', 'migrate', NAME, '--to', 'blade2', '--plan')
  assert.match(stdout, /br0: a frame of blade1 arrives on blade2, and one of blade2 on blade1/)
  assert.match(stdout, /Note: small broadcasts \(ethertype 0x88b5\) were sent on br0 of blade1 and blade2/)
})

test('another segment: refused with the evidence, and the guest stays and answers', async () => {
  await until('the guest answers', 120_000, () => answersPing(here, MAC))
  await plug('br9')
  try {
    const { exit, stdout } = await here.anyblade('vm', 'migrate', NAME, '--to', 'blade2')
    assert.equal(exit, 3, stdout)
    assert.match(stdout, /br0 on blade1 and on blade2 are not one network/)
    for (const way of ['blade1 → blade2', 'blade2 → blade1'])
      assert.match(stdout, new RegExp(`br0: ${way}: sent again and again, and none arrived`))
    assert.ok((await running(here, 'blade1')).includes(NAME))
    assert.ok(!(await running(here, 'blade2')).includes(NAME))
    const doctor = await here.anyblade('doctor', '--probe-network')
    assert.match(doctor.stdout, /br0 is not one network on all blades that have it/)
  } finally {
    await plug('br0')
    await here.on('blade2', 'ip link delete br9')
  }
  assert.equal((await here.anyblade('vm', 'migrate', NAME, '--to', 'blade2', '--plan')).exit, 0)
})
