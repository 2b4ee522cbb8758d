/** An array that loses its power and forgets its reservations. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CMDLINE, GUEST, registeredAt, type Site, site, until } from './site.ts'

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
  await here.anyblade('vm', 'stop', 'post', '--force', '--yes')
})

const livePaths = async (blade: string): Promise<number> => {
  const script = 'multipathd show paths raw format "%m %t" | grep -c "^post active" || true'
  return Number(await here.on(blade, script))
}
const allPaths = (blade: string) =>
  until(`both paths of ${blade} are back`, 180_000, async () => (await livePaths(blade)) === 2)

test('an array that forgot its reservations: nothing starts until it is reasserted', async () => {
  await here.on('array', 'rm -f /var/target/pr/aptpl_*; sync')
  await here.lab.powerOff('array')
  await here.lab.powerOn('array')
  for (const blade of here.lab.blades) await allPaths(blade)
  assert.equal(await registeredAt(here, 'blade1', 'post'), 0, 'the array has forgotten')
  const refused = await here.anyblade('vm', 'start', 'post')
  assert.equal(refused.exit, 3, refused.stdout)
  assert.match(refused.stdout, /reservation absent/)
  assert.match(refused.stdout, /^Next: anyblade volume reassert post$/m)
  await here.done('volume', 'reassert', 'post', '--plan')
  assert.equal(await registeredAt(here, 'blade1', 'post'), 0, 'a plan changes nothing')
  await here.done('volume', 'reassert', 'post')
  assert.match(await here.on('blade2', 'mpathpersist --in -r /dev/mapper/post'), /Write Exclusive, all registrants/)
  await here.done('vm', 'start', 'post')
  assert.equal(await here.on('blade1', 'virsh domstate post'), 'running')
})
