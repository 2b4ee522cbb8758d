/** A bridge of one name in two networks: libvirt would move the guest there without a word, and nobody could reach it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging, passed } from '../histories/history.ts'
import { AWAY, HOME, site, UUID, VM, withVm, withVolume } from '../histories/site.ts'

const MOVE = { kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false } as const

async function walked(intent: Parameters<Crew['begin']>[1], where: string) {
  const world = site(1, new Set())
  withVolume(world)
  withVm(world, 'running')
  const judged = judging(world)
  await passed(world, 1000)
  world.machine(AWAY).otherNetworks.set('br0', where)
  const crew = new Crew(world)
  let open: readonly Finding[] = []
  const walking = crew.begin('operator', intent, {
    heard: (event) => {
      if (event.kind === 'judged') open = event.findings.filter(({ verdict }) => verdict !== 'proved')
    },
  })
  await crew.atEnd()
  assert.deepEqual(judged.violations, [])
  const at = [HOME, AWAY].filter((blade) => world.machine(blade).libvirt.domains.get(UUID)?.state === 'running')
  return { end: walking.end, open: open.map(({ claim }) => claim.kind), at }
}

test('the bridge there is in another network: refused, and the guest stays', async () => {
  assert.deepEqual(await walked(MOVE, 'backup'), { end: 'refused', open: ['segment'], at: [HOME] })
})

test('the operator knows better: it is moved', async () => {
  assert.deepEqual(await walked({ ...MOVE, trustNetwork: true }, 'backup'), { end: 'done', open: [], at: [AWAY] })
})
