/** A bridge of one name in two networks: libvirt would move the guest there without a word, and nobody could reach it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging, passed } from '../histories/history.ts'
import { AWAY, HOME, site, UUID, VM, withVm, withVolume } from '../histories/site.ts'
import { walked } from './walked.ts'

const MOVE = { kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false } as const

async function moved(intent: Intent, where: string) {
  const world = site(1, new Set())
  withVolume(world)
  withVm(world, 'running')
  const judged = judging(world)
  await passed(world, 1000)
  world.machine(AWAY).otherNetworks.set('br0', where)
  const { end, open } = await walked(new Crew(world), intent)
  assert.deepEqual(judged.violations, [])
  const at = [HOME, AWAY].filter((blade) => world.machine(blade).libvirt.domains.get(UUID)?.state === 'running')
  return { end, open, at }
}

test('the bridge there is in another network: refused, and the guest stays', async () => {
  assert.deepEqual(await moved(MOVE, 'backup'), { end: 'refused', open: ['segment'], at: [HOME] })
})

test('the operator knows better: it is moved', async () => {
  assert.deepEqual(await moved({ ...MOVE, trustNetwork: true }, 'backup'), { end: 'done', open: [], at: [AWAY] })
})
