/** Blades of two distributions, whose emulator lies under another path each: a guest goes there, back, and is started cold. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDomain } from '@anyblade/domain-xml'
import type { Intent } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging } from '../histories/history.ts'
import { AWAY, HOME, site, UUID, VM, withVm, withVolume } from '../histories/site.ts'

const THERE = '/usr/libexec/qemu-kvm'

test('a guest goes where its emulator has another path, and back: its definitions and its document name that of its home', async () => {
  const world = site(5, new Set())
  withVolume(world)
  withVm(world, 'running')
  const [here, there] = [world.machine(HOME), world.machine(AWAY)]
  const was = here.emulator
  there.emulator = THERE
  const judged = judging(world)
  const done = async (intent: Intent) => {
    const crew = new Crew(world)
    const walking = crew.begin('mover', intent)
    await crew.atEnd()
    assert.equal(walking.end, 'done', world.trace.slice(-8).join('\n'))
  }
  const emulators = () =>
    [
      there.libvirt.domains.get(UUID)?.xml,
      here.libvirt.domains.get(UUID)?.xml,
      world.documents.fleet.vms.get(VM)?.xml,
    ].map((xml) => xml && parseDomain(xml).emulator?.path)
  await done({ kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false })
  assert.deepEqual(emulators(), [THERE, undefined, THERE])
  await done({ kind: 'migrate-vm', vm: VM, to: HOME, degraded: false })
  assert.deepEqual(emulators(), [undefined, was, was])
  here.losePower()
  await done({ kind: 'fence-blade', blade: HOME })
  await done({ kind: 'start-vm-cold', vm: VM, on: AWAY, degraded: false })
  assert.deepEqual([emulators()[0], emulators()[2]], [THERE, THERE])
  assert.equal(there.libvirt.domains.get(UUID)?.state, 'running')
  assert.deepEqual(judged.violations, [])
})
