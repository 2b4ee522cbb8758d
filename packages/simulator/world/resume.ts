/** A guest that stands still goes on from its memory: rule for rule what on-blade/acts/resume-domain.sh does. */
import type { BladeAct } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import { proveDisks } from './disks.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import type { World } from './world.ts'

/** It has written within that, or was refused. */
const STAYS_MS = 2000

type Resume = Extract<BladeAct, { readonly kind: 'resume-domain' }>

/** Who became another LUN while it went on is stopped; one that stops by itself again is told of. */
export function* resume(world: World, machine: Machine, { uuid, vm: name, by, disks }: Resume): Process<Told> {
  const domain = machine.libvirt.domains.get(uuid)
  if (domain === undefined) throw new Refused(`${name} is not here`)
  if (domain.state !== 'running') {
    const isMeant = domain.why === 'io error' || (domain.why === 'user' && by === 'either')
    if (domain.state !== 'paused' || !isMeant) throw new Refused(`${name} is ${domain.state} (${domain.why})`)
    const lookedAtMs = proveDisks(world, machine, disks)
    yield* sleep(world.dice.between(20, 120))
    setGoing(world, machine, domain, lookedAtMs, () => machine.libvirt.resume(domain))
    try {
      proveDisks(world, machine, disks)
    } catch (error) {
      machine.libvirt.set(domain, 'paused', 'user', 'suspended')
      throw error
    }
    yield* sleep(STAYS_MS)
  }
  if (domain.state !== 'running') throw new Refused(`${name} is ${domain.state} (${domain.why}) again`)
  return { lines: [`${name} ${uuid} is running`] }
}
