/** A path is lost and comes back under a running guest, while the array keeps its disk to one blade. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, registeredAt, type Site, site, until } from './site.ts'

const MAC = '52:54:00:88:00:57'
let here: Site
before(async () => {
  here = await site()
  await here.done('volume', 'create', 'steady', '--size', '1G', '--home', 'blade1')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'steady', '--volume', 'steady', '--home', 'blade1', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'steady')
  await until('steady answers', 120_000, () => answersPing(here, MAC))
})
after(async () => {
  await here.lab.restore()
  await here.anyblade('vm', 'stop', 'steady', '--force', '--yes')
})

const livePaths = async (blade: string): Promise<number> => {
  const script = 'multipathd show paths raw format "%m %t" | grep -c "^steady active" || true'
  return Number(await here.on(blade, script))
}
const allPaths = (blade: string) =>
  until(`both paths of ${blade} are back`, 180_000, async () => (await livePaths(blade)) === 2)

test('a path is lost and returns while the volume is reserved: the guest sees no error, and the path is registered', async () => {
  await here.lab.cut({ network: 'fabA', node: 'blade1' })
  await until('one path is left', 60_000, async () => (await livePaths('blade1')) === 1)
  await here.lab.restore()
  await allPaths('blade1')
  await until('the path is registered', 60_000, async () => (await registeredAt(here, 'blade1', 'steady')) === 2)
  assert.equal(await here.on('blade1', 'virsh domstate steady'), 'running')
  const shown = await here.done('volume', 'show', 'steady')
  assert.match(shown.stdout, /2 of 2 paths registered/)
  const { boots, holes, rollbacks } = await here.lab.verify('steady')
  assert.deepEqual([boots.length, holes, rollbacks], [1, [], 0])
})
