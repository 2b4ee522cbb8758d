/** A guest with firmware variables, started cold elsewhere: they come along where its fenced home still gives them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Intent } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging } from '../histories/history.ts'
import { AWAY, HOME, site, sure, UUID, VM, withVm, withVolume, XML } from '../histories/site.ts'

const COLD = { kind: 'start-vm-cold', vm: VM, on: AWAY, degraded: false } as const
const KEPT = {
  ...({ kind: 'nvram', name: 'nvram', bytes: 540_672, owner: 'libvirt-qemu', group: 'kvm', mode: '600' } as const),
  ...{ sha256: 'a'.repeat(64), content: 'variables' },
}

async function fenced(seed: number) {
  const world = site(seed, new Set())
  withVolume(world)
  withVm(world, 'running')
  const xml = XML.replace('</os>', '<nvram>/var/lib/libvirt/qemu/nvram/ldap_VARS.fd</nvram></os>')
  world.documents.record({ changes: [{ document: `vms/${VM}.xml`, text: xml }] })
  const [home, there] = [world.machine(HOME), world.machine(AWAY)]
  home.states.set(UUID, [KEPT])
  const judged = judging(world)
  const walked = async (intent: Intent, strike?: Parameters<Crew['begin']>[2]) => {
    const crew = new Crew(world)
    const walking = crew.begin('rescuer', intent, strike)
    await crew.atEnd()
    return walking.end
  }
  home.isReachable = false
  assert.equal(await walked({ kind: 'fence-blade', blade: HOME }), 'done')
  return { world, home, there, judged, walked, domain: sure(home.libvirt.domains.get(UUID), 'domain') }
}

test('its home answers again, and it stands still there: they are brought, byte for byte, and it starts with them', async () => {
  const it = await fenced(3)
  it.home.isReachable = true
  it.home.libvirt.stop(it.domain)
  assert.equal(await it.walked(COLD), 'done', it.world.trace.slice(-8).join('\n'))
  assert.deepEqual(it.there.states.get(UUID), [KEPT])
  assert.equal(it.there.libvirt.domains.get(UUID)?.state, 'running')
  assert.deepEqual(it.judged.violations, [])
})

test('its home is silent: refused, until the loss is agreed to; then it starts without them', async () => {
  const it = await fenced(4)
  assert.equal(await it.walked(COLD), 'refused')
  assert.equal(await it.walked({ ...COLD, loseLocalState: true }), 'done')
  assert.equal(it.there.states.get(UUID), undefined)
})

test('it changes between plan and act: nothing is put down, and nothing starts', async () => {
  const it = await fenced(5)
  it.home.isReachable = true
  it.home.libvirt.stop(it.domain)
  const strike =
    ({ kind }: { readonly kind: string }) =>
    (boundary: string) => {
      if (kind === 'define-domain' && boundary === 'after')
        it.home.states.set(UUID, [{ ...KEPT, sha256: 'b'.repeat(64), content: 'others' }])
    }
  assert.equal(await it.walked(COLD, { strike }), 'undone')
  assert.deepEqual([it.there.states.get(UUID), it.there.libvirt.domains.get(UUID)], [undefined, undefined])
  assert.deepEqual(it.judged.violations, [])
})

test('the start fails: what was brought goes again, and its home still has it', async () => {
  const it = await fenced(6)
  it.home.isReachable = true
  it.home.libvirt.stop(it.domain)
  const strike =
    ({ kind }: { readonly kind: string }) =>
    (boundary: string) => {
      if (kind === 'start-domain' && boundary === 'before') it.there.kernel.forgetAll()
    }
  const end = await it.walked(COLD, { strike })
  if (end !== 'done') assert.equal(it.there.states.get(UUID), undefined)
  assert.deepEqual(it.home.states.get(UUID), [KEPT])
})
