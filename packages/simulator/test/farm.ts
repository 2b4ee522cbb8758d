/** Three simulated blades with guests at the first one, for tests that move them all. */
import assert from 'node:assert/strict'
import { type Alias, alias, type Intent, type VmName, vmName } from '@anyblade/engine'
import type { World } from '#world'
import { Crew } from '../histories/crew.ts'
import { judging } from '../histories/history.ts'
import { ARRAY, HOME, SIZE, sure, widerSite, XML } from '../histories/site.ts'

export const GUESTS = ['ldap', 'mail', 'news', 'wiki'].map((name, i) => ({
  vm: sure(vmName(name), 'VM'),
  volume: sure(alias(name), 'volume'),
  uuid: `11111111-2222-3333-4444-55555555555${i}`,
  memory: 160 * (i + 1),
}))
/** Three blades, and these guests running at the first one, each brought there as an operator would. */
export async function farm(seed: number) {
  const world = widerSite(seed)
  const judged = judging(world)
  const done = async (intent: Intent) => {
    const crew = new Crew(world)
    const walking = crew.begin('earlier', intent)
    await crew.atEnd()
    assert.equal(walking.end, 'done', `${intent.kind}: ${world.trace.slice(-6).join('\n')}`)
  }
  const volumes = GUESTS.map(({ volume }) => ({ volume, size: SIZE }))
  await done({ kind: 'create-volume', volumes, array: ARRAY, writer: undefined, home: HOME })
  for (const { vm, volume, uuid, memory } of GUESTS) {
    await done({ kind: 'define-vm', vm, uuid, xml: xmlOf(vm, volume, uuid, memory), home: HOME, volumes: [volume] })
    await done({ kind: 'start-vm', vm, degraded: false })
  }
  return { world, judged }
}

const xmlOf = (vm: VmName, volume: Alias, uuid: string, memory: number): string =>
  XML.replace('<name>ldap<', `<name>${vm}<`)
    .replace('/dev/mapper/ldap', `/dev/mapper/${volume}`)
    .replace(/<uuid>[^<]*</, `<uuid>${uuid}<`)
    .replace("'MiB'>160<", `'MiB'>${memory}<`)

export const XML_OF_NONE = XML.replace(/<disk[\s\S]*<\/disk>/, '')

/** Where each VM runs, by the world and by its document. */
export const whereabouts = (world: World) =>
  GUESTS.map(({ vm, uuid }) => ({
    runs: [...world.machines.values()].flatMap(({ name, libvirt }) =>
      libvirt.domains.get(uuid)?.state === 'running' ? [name] : [],
    ),
    recorded: world.documents.fleet.vms.get(vm)?.home,
  }))
