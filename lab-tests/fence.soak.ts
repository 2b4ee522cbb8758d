/**
 * A blade dies with a running guest: it is fenced without its help, the guest starts elsewhere from its disk, and the
 * blade is taken back. Proof is what the array's configuration, the keys at the LUN, libvirt and the guest's records say.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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
  await here.anyblade('vm', 'stop', 'dns', '--force', '--yes')
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

test('a blade without power is fenced by the other one, rung by rung, and the guest writes again there', async () => {
  const before = await here.lab.verify('dns')
  await here.lab.resetLan()
  const dead = performance.now()
  await here.lab.powerOff('blade1')
  const { stdout } = await here.done('blade', 'fence', 'blade1', '--yes')
  const fenced = performance.now()
  assert.match(stdout, /rung +dns +preempted, steady, hidden by the array/)
  assert.match(stdout, /not covered +processor and network of the old copies on blade1/)
  assert.deepEqual(await registered('blade2'), ['0002'])
  assert.doesNotMatch(await shownTo(), /:0b /)
  const document = execFileSync('git', ['-C', here.fleet, 'show', 'HEAD:blades/blade1.yaml'], { encoding: 'utf8' })
  assert.match(document, /^fenced: true/m)
  await here.done('vm', 'start', 'dns', '--on', 'blade2', '--cold')
  const started = performance.now()
  await until('dns answers from blade2', 120_000, () => answersPing(here, MAC))
  const again = performance.now()
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`
  console.log(
    `power off to ping ${seconds(dead, again)}: fence ${seconds(dead, fenced)}, start ${seconds(fenced, started)}, ` +
      `boot of the guest ${seconds(started, again)}`,
  )
  assert.ok((await running(here, 'blade2')).includes('dns'))
  const written = await here.lab.verify('dns')
  assert.ok((written.last ?? 0) > (before.last ?? 0), 'it writes again')
  assert.deepEqual([written.boots.length, written.holes, written.rollbacks, written.foreignWrites], [2, [], 0, 0])
})

test('nothing is planned for the fenced blade', async () => {
  const { exit, stdout } = await here.anyblade('vm', 'migrate', 'dns', '--to', 'blade1')
  assert.ok(exit === 3 || exit === 5, `${exit} ${stdout}`)
  assert.deepEqual(await running(here, 'blade2').then((names) => names.includes('dns')), true)
})

test('back with power it can’t write; taken back its stale copy is gone, it has the LUN again, and the guest moves home', async () => {
  await here.lab.powerOn('blade1')
  assert.match(await here.on('blade1', 'virsh -q list --all --name'), /^dns$/m, 'a definition from before the fence')
  await here.done('blade', 'return', 'blade1')
  assert.doesNotMatch(await here.on('blade1', 'virsh -q list --all --name'), /^dns$/m)
  assert.match(await shownTo(), /:0b /)
  assert.deepEqual(await registered('blade1'), ['0002'])
  const write = 'dd if=/dev/zero of=/dev/mapper/dns bs=4096 count=1 oflag=direct conv=nocreat 2>&1; echo "exit $?"'
  assert.match(await here.on('blade1', write), /exit 1$/, 'it is not registered yet')
  const document = execFileSync('git', ['-C', here.fleet, 'show', 'HEAD:blades/blade1.yaml'], { encoding: 'utf8' })
  assert.doesNotMatch(document, /fenced/)
  await here.done('vm', 'migrate', 'dns', '--to', 'blade1')
  assert.ok((await running(here, 'blade1')).includes('dns'))
  const { boots, holes, rollbacks, foreignWrites } = await here.lab.verify('dns')
  assert.deepEqual([boots.length, holes, rollbacks, foreignWrites], [2, [], 0, 0])
})

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
