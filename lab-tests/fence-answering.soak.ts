/** A blade that answers is fenced, and taken back without a reboot. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:53'
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', 'dns', '--size', '1G', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'dns', '--volume', 'dns', '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'dns')
  await until('dns answers', 120_000, () => answersPing(here, MAC))
})
after(async () => {
  await here.lab.restore()
})

/** The blade numbers in the keys that the array has for the volume, as a blade's mpathpersist reads them. */
const registered = async (blade: string): Promise<string[]> => {
  const said = await here.on(blade, 'mpathpersist --in -k /dev/mapper/dns')
  const keys = [...said.matchAll(/0x([0-9a-f]{12,16})\b/g)].map(([, key = '']) => key.padStart(16, '0').slice(4, 8))
  return [...new Set(keys)].sort()
}

/** The initiators to which the array shows the volume, by its own configuration. */
const shownTo = (): Promise<string> =>
  here.on(
    'array',
    'cd /sys/kernel/config/target/fc; for l in */tpgt_1/acls/*/lun_*/*; do [ -L "$l" ] && ls "$(readlink -f "$l")" | grep -qx dns && echo "$l"; done | cut -d/ -f4 | sort -u | tr "\\n" " "',
  )

test('a blade that answers: its guest is cut off first; taken back without a reboot it may write again, and starts it', async () => {
  const { stdout } = await here.done('blade', 'fence', 'blade1', '--yes')
  assert.match(stdout, /rung +dns +cut off where it ran/)
  assert.match(stdout, /rung +dns +preempted, steady, hidden by the array/)
  assert.doesNotMatch(stdout, /not covered/)
  assert.ok(!(await running(here, 'blade1')).includes('dns'))
  assert.deepEqual(await registered('blade2'), ['0002'])
  assert.doesNotMatch(await shownTo(), /:0b /)
  const refused = await here.anyblade('vm', 'start', 'dns')
  assert.equal(refused.exit, 3, refused.stdout)
  assert.match(refused.stdout, /Next: anyblade blade return blade1/)
  await here.done('blade', 'return', 'blade1')
  assert.deepEqual(await registered('blade1'), ['0001'])
  await here.lab.resetLan()
  await here.done('vm', 'start', 'dns')
  await until('dns answers from blade1', 120_000, () => answersPing(here, MAC))
  const { holes, rollbacks, foreignWrites, vanished } = await here.lab.verify('dns')
  assert.deepEqual([holes, rollbacks, foreignWrites, vanished], [[], 0, 0, 0])
  assert.equal((await here.on('blade1', 'virsh -q dominfo dns')).match(/Autostart: +(\w+)/)?.[1], 'disable')
})
