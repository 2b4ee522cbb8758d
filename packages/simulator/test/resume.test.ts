/** A guest that a storage outage has stopped goes on from its memory, and only where nobody was given its disk meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Intent, reservationKey } from '@anyblade/engine'
import { nexusOf } from '#world'
import { Crew } from '../histories/crew.ts'
import { judging, passed } from '../histories/history.ts'
import { AWAY, DISK, HOME, site, sure, UUID, VM, withVm, withVolume } from '../histories/site.ts'
import { walked } from './walked.ts'

const RESUME = { kind: 'resume-vm', vm: VM, by: 'io-error', degraded: false } as const
/** Longer than I/O waits for a path. */
const OUTAGE_MS = 60_000

/** It has run for a while, then lost every path, and they have come back. */
async function afterOutage(seed: number, meanwhile: (it: Awaited<ReturnType<typeof standing>>) => unknown = () => {}) {
  const it = await standing(seed)
  await meanwhile(it)
  links(it, 'up')
  await passed(it.world, 1000)
  return it
}

async function standing(seed: number) {
  const world = site(seed, new Set())
  withVolume(world)
  withVm(world, 'running')
  const judged = judging(world)
  const crew = new Crew(world)
  const home = world.machine(HOME)
  const it = { world, judged, crew, home, domain: sure(home.libvirt.domains.get(UUID), 'domain') }
  await passed(world, 1000)
  links(it, 'down')
  await passed(world, 100)
  await passed(world, OUTAGE_MS)
  assert.deepEqual([it.domain.state, it.domain.why], ['paused', 'io error'])
  return it
}

function links({ world, home }: Pick<Awaited<ReturnType<typeof standing>>, 'world' | 'home'>, how: 'up' | 'down') {
  for (const { wwpn } of home.kernel.hosts) world.san.linksDown[how === 'down' ? 'add' : 'delete'](wwpn)
  if (how === 'up') home.pathsReturn(world)
}

const resumed = ({ crew }: Awaited<ReturnType<typeof standing>>, intent: Intent = RESUME) => walked(crew, intent)

for (const seed of [1, 2, 3])
  test(`the paths are back: it goes on, writes, and no promise is broken, seed ${seed}`, async () => {
    const it = await afterOutage(seed)
    const remembered = it.domain.memory.get(DISK) ?? 0
    assert.equal((await resumed(it)).end, 'done', it.world.trace.slice(-6).join('\n'))
    await passed(it.world, 10_000)
    assert.equal(it.domain.state, 'running')
    assert.ok((it.domain.memory.get(DISK) ?? 0) > remembered)
    assert.deepEqual(it.judged.violations, [])
  })

test('while no path is back it is refused, and stands still', async () => {
  const it = await standing(4)
  const { end, open } = await resumed(it)
  assert.notEqual(end, 'done')
  assert.ok(open.includes('identity'), open.join())
  assert.equal(it.domain.state, 'paused')
})

test('one that an operator has paused is not touched by what an I/O error is asked of, and goes on by its name', async () => {
  const it = await afterOutage(5)
  it.domain.why = 'user'
  assert.deepEqual((await resumed(it)).open, ['paused'])
  assert.equal(it.domain.state, 'paused')
  assert.equal((await resumed(it, { ...RESUME, by: 'either' })).end, 'done')
  assert.equal(it.domain.state, 'running')
})

test('its disk was given to another blade by hand, which nobody has recorded: its memory never goes on', async () => {
  const it = await afterOutage(6, ({ world }) => {
    const keyOf = (name: typeof HOME, generation: number) =>
      sure(reservationKey(world.documents.fleet, world.machine(name).document, generation), 'key')
    const [key, victim] = [keyOf(AWAY, 2), keyOf(HOME, 1)]
    const { kernel } = world.machine(AWAY)
    const nexuses = kernel.devices.map((one) => ({ unit: kernel.inquire(one, world.now()), nexus: nexusOf(one) }))
    for (const { unit, nexus } of nexuses)
      world.san.reserveOut(unit, nexus, { kind: 'register-ignore', newKey: key, aptpl: true })
    const [first] = nexuses
    if (first) world.san.reserveOut(first.unit, first.nexus, { kind: 'preempt', key, victim, type: 7 })
  })
  const { end, open, because } = await resumed(it)
  assert.deepEqual([end, it.domain.state], ['refused', 'paused'])
  assert.ok(open.includes('kept'), open.join())
  assert.match(because.join('\n'), /ldap was taken from blade1 while ldap stood still/)
})

test('its blade was fenced, and it was started cold elsewhere: what stands still there never goes on', async () => {
  const it = await afterOutage(7, async ({ home, world, crew }) => {
    home.isReachable = false
    for (const intent of [
      { kind: 'fence-blade', blade: HOME },
      { kind: 'start-vm-cold', vm: VM, on: AWAY, degraded: false },
    ] as const) {
      const walking = crew.begin('rescuer', intent)
      await crew.atEnd()
      assert.equal(walking.end, 'done', world.trace.slice(-6).join('\n'))
    }
    home.isReachable = true
  })
  assert.equal(it.domain.state, 'paused')
  const { end, open } = await resumed(it, { ...RESUME, by: 'either' })
  assert.deepEqual([end, it.domain.state], ['refused', 'paused'])
  assert.ok(open.includes('paused'), open.join())
  await passed(it.world, 10_000)
  assert.deepEqual(it.judged.violations, [])
})

test('only fenced so far: refused, for its blade must be taken back first', async () => {
  const it = await afterOutage(8, async ({ home, crew }) => {
    home.isReachable = false
    const walking = crew.begin('rescuer', { kind: 'fence-blade', blade: HOME })
    await crew.atEnd()
    assert.equal(walking.end, 'done')
    home.isReachable = true
  })
  const { end, open } = await resumed(it)
  assert.deepEqual([end, it.domain.state], ['refused', 'paused'])
  assert.ok(open.includes('answers') && open.includes('kept'), open.join())
})
