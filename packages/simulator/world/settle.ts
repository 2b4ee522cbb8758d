/**
 * What ends a hand-over that the unit could not end by itself, rule for rule what on-blade/writer/settle.py does: each
 * reads first, and done twice it is done.
 */
import type { HandOverKey, Pace } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import type { Machine } from './machine.ts'
import { OpenVolume } from './open-volume.ts'
import { forgetKey, sinceSuspended, type Told } from './partner.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import type { World } from './world.ts'

type OfVm = { readonly vm: string; readonly uuid: string }

const opened = (world: World, machine: Machine, keys: readonly HandOverKey[]): OpenVolume[] =>
  keys.map(({ alias, ours, theirs }) => new OpenVolume(world, machine, alias, ours, theirs))

const saidBy = (machine: Machine, folder: string, line: string): string | undefined =>
  machine.units.get(folder)?.asked(line)

export function dismiss(machine: Machine, { vm }: OfVm, folder: string): Told {
  const said = saidBy(machine, folder, 'stop')
  return { lines: [`no unit waits for ${vm}${said === 'stopped' ? '' : ' here'}`] }
}

export function* hold(
  world: World,
  machine: Machine,
  of: OfVm,
  folder: string,
  keys: readonly HandOverKey[],
): Process<Told> {
  const said = saidBy(machine, folder, 'status')
  const domain = machine.libvirt.domains.get(of.uuid)
  if (domain === undefined) throw new Refused(`${of.vm} has not landed here; the unit says: ${said ?? 'nothing'}`)
  if (domain.state !== 'paused') return { lines: ['answer taken'] }
  const lines: string[] = []
  for (const volume of opened(world, machine, keys)) {
    yield* sleep(world.dice.between(10, 70))
    volume.preempt()
    lines.push(volume.told())
  }
  return { lines: [...lines, 'answer held'] }
}

export function ask(world: World, machine: Machine, { uuid }: OfVm): Told {
  const watch = machine.libvirt.watch(uuid, world.now)
  return { lines: [`answer ${watch.domain === undefined ? 'gone' : sinceSuspended(watch, true)}`] }
}

export function* take(
  world: World,
  machine: Machine,
  of: OfVm,
  folder: string,
  pace: Pace,
  source: string,
): Process<Told> {
  if (source !== 'idle' && source !== 'gone')
    throw new Refused(`${of.vm} has run at the source since it was suspended: that memory is the newer one`)
  const domain = machine.libvirt.domains.get(of.uuid)
  if (domain === undefined) throw new Refused(`${of.vm} is not here`)
  const untilMs = world.now() + 20_000
  let said = saidBy(machine, folder, 'status')
  while (said !== undefined && said !== 'taken' && world.now() < untilMs) {
    saidBy(machine, folder, source)
    yield* sleep(200)
    said = saidBy(machine, folder, 'status')
  }
  if (said !== undefined && said !== 'taken') throw new Refused(`the unit does not take ${of.vm} over: ${said}`)
  if (pace === 'running' && domain.state === 'paused') {
    yield* sleep(world.dice.between(100, 120))
    setGoing(world, machine, domain, () => machine.libvirt.resume(domain))
  }
  return { lines: ['answer taken'] }
}

export function clear(world: World, machine: Machine, of: OfVm, keys: readonly HandOverKey[]): Told {
  const watch = machine.libvirt.watch(of.uuid, world.now)
  const domain = watch.domain
  if (domain?.state === 'running') throw new Refused(`${of.vm} runs here`)
  if (domain !== undefined) watch.remove(domain)
  for (const volume of opened(world, machine, keys)) forgetKey(machine, volume)
  return { lines: ['here it is gone'] }
}
