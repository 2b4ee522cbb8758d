/** Blades with nothing to log in at one another with: no guest moves before they have been given it, and a cut undoes all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging, passed } from '../histories/history.ts'
import { AWAY, HOME, site, UUID, VM, withVm, withVolume } from '../histories/site.ts'
import { walked } from './walked.ts'

const MOVE = { kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false } as const
const TRUST = { kind: 'trust-blades', blades: [] } as const

async function strangers() {
  const world = site(1, new Set())
  withVolume(world)
  withVm(world, 'running')
  const judged = judging(world)
  await passed(world, 1000)
  for (const machine of world.machines.values()) machine.trust.hasOthers = false
  const walkedBy = async (intent: Intent) => {
    const { end, open } = await walked(new Crew(world), intent)
    assert.deepEqual(judged.violations, [])
    return { end, open }
  }
  return { world, walked: walkedBy }
}

test('a move is refused before anything is done; once the blades trust one another it is made', async () => {
  const { world, walked } = await strangers()
  assert.deepEqual(await walked(MOVE), { end: 'refused', open: ['logs-in'] })
  assert.deepEqual(await walked(TRUST), { end: 'done', open: [] })
  assert.deepEqual(await walked(MOVE), { end: 'done', open: [] })
  assert.equal(world.machine(AWAY).libvirt.domains.get(UUID)?.state, 'running')
})

test('what does not let the log-in in after all is taken back, and no key stays', async () => {
  const { world, walked } = await strangers()
  world.machine(AWAY).trust.letsNobodyIn = true
  assert.equal((await walked(TRUST)).end, 'undone')
  for (const blade of [HOME, AWAY]) {
    const { key, lines } = world.machine(blade).trust
    assert.deepEqual([key, lines], [undefined, []])
  }
})

test('a blade that leaves is let in nowhere any more, and keeps nothing', async () => {
  const { world, walked } = await strangers()
  await walked(TRUST)
  assert.equal((await walked({ kind: 'remove-blade', blade: AWAY, keepBaseline: true })).end, 'done')
  for (const machine of world.machines.values())
    assert.ok(!machine.trust.lines.some(({ text }) => text.endsWith(`:${AWAY}`)), machine.name)
  assert.deepEqual([world.machine(AWAY).trust.key, world.machine(AWAY).trust.lines], [undefined, []])
})
