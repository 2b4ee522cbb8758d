/** What the baseline changes on a host, as on-blade/acts/install-host-file.sh and its like do it. */
import type { BladeAct } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends BladeAct['kind']> = Extract<BladeAct, { readonly kind: Kind }>

export function* installHostFile(world: World, { host }: Machine, act: Of<'install-host-file'>): Process<Told> {
  const { path, before, after } = act
  const now = host.files.get(path)
  if (now !== before && now !== after) throw new Refused(`${path} changed meanwhile`)
  yield* sleep(world.dice.between(50, 500))
  if (after === undefined) host.files.delete(path)
  else host.files.set(path, after)
  return { lines: [`${path} is in effect`] }
}

export function autostart({ libvirt }: Machine, act: Of<'disable-autostart'> | Of<'enable-autostart'>): Told {
  const domain = libvirt.domains.get(act.uuid)
  if (domain === undefined) throw new Refused(`${act.vm} is not defined here`)
  domain.autostart = act.kind === 'enable-autostart'
  return { lines: [`${act.vm} ${domain.autostart ? 'starts' : 'no longer starts'} by itself`] }
}
