/** A disk on the IDE bus, as old guests have it. Proof is what the guest wrote. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answersPing, CMDLINE, GUEST, running, type Site, site, until } from './site.ts'

let here: Site
before(async () => {
  here = await site()
})
after(async () => {
  await here.lab.restore()
})

const MAC = '52:54:00:88:00:51'

test('a disk on the IDE bus, the how-to’s hda: created, started, moved live, no record lost', async () => {
  await here.done('volume', 'create', 'old', '--size', '1G')
  const network = ['--network', 'br0', '--mac', MAC]
  await here.done('vm', 'create', 'old', '--volume', 'old', '--bus', 'ide', ...network, ...GUEST, ...CMDLINE)
  await here.done('vm', 'start', 'old')
  await until('old answers', 120_000, () => answersPing(here, MAC))
  assert.match(await here.on('blade1', 'virsh -q domblklist old'), /^ *hda +\/dev\/mapper\/old$/)
  await here.done('vm', 'migrate', 'old', '--to', 'blade2')
  assert.ok(!(await running(here, 'blade1')).includes('old'))
  assert.ok((await running(here, 'blade2')).includes('old'))
  await here.done('vm', 'stop', 'old', '--force', '--yes')
  const written = await here.lab.verify('old')
  assert.ok(written.records > 50, `${written.records} records`)
  assert.equal(written.boots.length, 1)
  assert.deepEqual([written.holes, written.rollbacks, written.foreignWrites], [[], 0, 0])
})
