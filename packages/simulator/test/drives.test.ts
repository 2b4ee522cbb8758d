/**
 * A guest with an image in its drive that only its blade has: it comes out before the move, and in again where that fails; and
 * it starts cold elsewhere without it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDomain } from '@anyblade/domain-xml'
import type { Intent } from '@anyblade/engine'
import { Crew } from '../histories/crew.ts'
import { judging } from '../histories/history.ts'
import { AWAY, HOME, site, sure, UUID, VM, withVm, withVolume, XML } from '../histories/site.ts'

const ISO = '/srv/d.iso'
const DRIVE = `<disk type='file' device='cdrom'><source file='${ISO}'/><target dev='hdc' bus='ide'/><readonly/></disk>`
const MOVE = { kind: 'migrate-vm', vm: VM, to: AWAY, degraded: false } as const

function held(seed: number) {
  const world = site(seed, new Set())
  withVolume(world)
  withVm(world, 'running')
  const xml = XML.replace('<interface', `${DRIVE}<interface`)
  world.documents.record({ changes: [{ document: `vms/${VM}.xml`, text: xml }] })
  const domain = sure(world.machine(HOME).libvirt.domains.get(UUID), 'domain')
  domain.xml = xml
  const lies = (text: string | undefined) =>
    text === undefined
      ? 'absent'
      : (parseDomain(text).disks.find(({ target }) => target.dev === 'hdc')?.source.kind ?? 'no drive')
  return {
    ...{ world, domain, judged: judging(world) },
    /** What lies in the drive here, there, and by the document. */
    drives: () => [
      lies(world.machine(HOME).libvirt.domains.get(UUID)?.xml),
      lies(world.machine(AWAY).libvirt.domains.get(UUID)?.xml),
      lies(world.documents.fleet.vms.get(VM)?.xml),
    ],
  }
}

async function ended({ world }: ReturnType<typeof held>, intent: Intent, strike?: Parameters<Crew['begin']>[2]) {
  const crew = new Crew(world)
  const walking = crew.begin('mover', intent, strike)
  await crew.atEnd()
  return walking.end
}

const walked = (it: ReturnType<typeof held>, eject: boolean, strike?: Parameters<Crew['begin']>[2]) =>
  ended(it, { ...MOVE, ...(eject && { eject }) }, strike)

test('asked to, it ejects the image and goes; nothing asks for it any more, here, there and in the documents', async () => {
  const it = held(3)
  assert.equal(await walked(it, false), 'refused')
  assert.deepEqual(it.drives(), ['file', 'absent', 'file'])
  assert.equal(await walked(it, true), 'done')
  assert.deepEqual(it.drives(), ['absent', 'none', 'none'])
  assert.deepEqual(it.judged.violations, [])
})

test('a guest that holds it stays where it is, with it, and nothing else was begun', async () => {
  const it = held(4)
  it.domain.lockedDrives = ['hdc']
  assert.equal(await walked(it, true), 'undone')
  assert.deepEqual(it.drives(), ['file', 'absent', 'file'])
  assert.equal(it.domain.state, 'running')
  assert.deepEqual(it.judged.violations, [])
})

test('the move is refused by libvirt there: the image is put back', async () => {
  const it = held(5)
  const strike =
    ({ kind }: { readonly kind: string }) =>
    (boundary: string) => {
      if (kind === 'migrate-domain' && boundary === 'before') it.world.machine(AWAY).emulator = '/opt/another'
    }
  assert.equal(await walked(it, true, { strike }), 'undone')
  assert.deepEqual(it.drives(), ['file', 'absent', 'file'])
  assert.equal(it.domain.state, 'running')
  assert.deepEqual(it.judged.violations, [])
})

test('its blade is lost: cold elsewhere it is refused while the image is wanted there, and starts with an empty drive', async () => {
  const it = held(6)
  it.world.machine(HOME).losePower()
  assert.equal(await ended(it, { kind: 'fence-blade', blade: HOME }), 'done')
  const cold = { kind: 'start-vm-cold', vm: VM, on: AWAY, degraded: false } as const
  assert.equal(await ended(it, cold), 'refused')
  assert.deepEqual(it.drives(), ['file', 'absent', 'file'])
  assert.equal(await ended(it, { ...cold, eject: true }), 'done', it.world.trace.slice(-8).join('\n'))
  assert.deepEqual(it.drives(), ['file', 'none', 'none'])
  assert.equal(it.world.machine(AWAY).libvirt.domains.get(UUID)?.state, 'running')
  assert.deepEqual(it.judged.violations, [])
})
