/** A reservation that an array forgets or a path loses, and a host that leaves the disks of guests alone. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:60'
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', 'post', '--size', '1G')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'post', '--volume', 'post', ...network, ...GUEST, ...CMDLINE)
})
after(async () => {
  await here.lab.restore()
})

/** How many nexuses the array has registered, by a blade's own tool. */
const registered = async (blade: string): Promise<number> => {
  const said = await here.on(blade, 'mpathpersist --in -k /dev/mapper/post')
  return said.match(/^ *0x[0-9a-f]{15,16}$/gm)?.length ?? 0
}
const livePaths = async (blade: string): Promise<number> => {
  const script = 'multipathd show paths raw format "%m %t" | grep -c "^post active" || true'
  return Number(await here.on(blade, script))
}
const allPaths = (blade: string) =>
  until(`both paths of ${blade} are back`, 180_000, async () => (await livePaths(blade)) === 2)

test('a path is lost and returns while the volume is reserved: the guest sees no error, and the path is registered', async () => {
  await here.done('vm', 'start', 'post')
  await until('post answers', 120_000, () => answersPing(here, MAC))
  await here.lab.cut({ network: 'fabA', node: 'blade1' })
  await until('one path is left', 60_000, async () => (await livePaths('blade1')) === 1)
  await here.lab.restore()
  await allPaths('blade1')
  await until('the path is registered', 60_000, async () => (await registered('blade1')) === 2)
  assert.equal(await here.on('blade1', 'virsh domstate post'), 'running')
  const shown = await here.done('volume', 'show', 'post')
  assert.match(shown.stdout, /2 of 2 paths registered/)
  const { boots, holes, rollbacks } = await here.lab.verify('post')
  assert.deepEqual([boots.length, holes, rollbacks], [1, [], 0])
})

test('one path loses its registration: a start would be refused, and reassert registers it again under a running guest', async () => {
  const sd = await here.on('blade1', 'multipathd show paths raw format "%d %m" | sed -n "s/ post$//p" | head -n 1')
  const [key] = (await here.on('blade1', 'mpathpersist --in -k /dev/mapper/post')).match(/0x[0-9a-f]{15,16}/) ?? []
  await here.on('blade1', 'sg_persist --out --register --param-rk="$2" --param-sark=0 "/dev/$1"', sd, key ?? '')
  const { exit, stdout } = await here.anyblade('volume', 'show', 'post')
  assert.equal(exit, 3)
  assert.match(stdout, new RegExp(`unregistered path ${sd}:`))
  await here.done('volume', 'reassert', 'post')
  assert.equal(await registered('blade1'), 2)
  assert.match((await here.done('volume', 'show', 'post')).stdout, /2 of 2 paths registered/)
})

test('an array that forgot its reservations: nothing starts until it is reasserted', async () => {
  await here.done('vm', 'stop', 'post', '--force')
  await here.on('array', 'rm -f /var/target/pr/aptpl_*; sync')
  await here.lab.powerOff('array')
  await here.lab.powerOn('array')
  for (const blade of here.lab.blades) await allPaths(blade)
  assert.equal(await registered('blade1'), 0, 'the array has forgotten')
  const refused = await here.anyblade('vm', 'start', 'post')
  assert.equal(refused.exit, 3, refused.stdout)
  assert.match(refused.stdout, /reservation absent/)
  assert.match(refused.stdout, /^Next: anyblade volume reassert post$/m)
  await here.done('volume', 'reassert', 'post', '--plan')
  assert.equal(await registered('blade1'), 0, 'a plan changes nothing')
  await here.done('volume', 'reassert', 'post')
  assert.match(await here.on('blade2', 'mpathpersist --in -r /dev/mapper/post'), /Write Exclusive, all registrants/)
  await here.done('vm', 'start', 'post')
  assert.equal(await here.on('blade1', 'virsh domstate post'), 'running')
})

test('a foreign key is refused and its port named', async () => {
  const sd = await here.on('blade2', 'multipathd show paths raw format "%d %m" | sed -n "s/ post$//p" | head -n 1')
  await here.on('blade2', 'sg_persist --out --register-ignore --param-sark=0xbad "/dev/$1"', sd)
  const { exit, stdout } = await here.anyblade('volume', 'reassert', 'post')
  await here.on('blade2', 'sg_persist --out --register --param-rk=0xbad --param-sark=0 "/dev/$1"', sd)
  assert.equal(exit, 3, stdout)
  assert.match(stdout, /foreign key/)
  assert.match(stdout, /0000000000000bad +foreign, at 2000525400/)
})

test('the baseline of a blade: a plan with its differences, in effect by each tool’s word, and done twice it is done', async () => {
  const planned = await here.done('blade', 'baseline', 'blade2', '--plan')
  assert.match(planned.stdout, /\+ +no_path_retry/)
  await here.done('blade', 'baseline', 'blade2')
  assert.match(await here.on('blade2', 'lvmconfig --type full devices/global_filter'), /^global_filter="r\|\.\*\|"$/)
  assert.match(await here.on('blade2', 'systemctl show -p After libvirtd.service'), /multipathd\.service/)
  const overrides = await here.on('blade2', "multipathd -k'show config local' | sed -n '/^overrides/,/^}/p'")
  for (const line of [/skip_kpartx "?yes/, /recheck_wwid "?yes/, /no_path_retry 75/]) assert.match(overrides, line)
  assert.match((await here.done('blade', 'baseline', 'blade2', '--plan')).stdout, /Nothing is to be done/)
  assert.match((await here.done('blade', 'show', 'blade2')).stdout, /proved +baseline/)
})
