/**
 * What ends a hand-over that the unit could not end by itself, rule for rule what on-blade/writer/settle.py does: each
 * reads first, and done twice it is done.
 */
import type { GuestLun, HandOverKey, Pace } from '@anyblade/engine'
import { type Process, sleep, until } from '#time'
import { proveDisks } from './disks.ts'
import { type Domain, hasSwitched, isActive, isPostCopy, type Watched } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { cameWhole } from './migration.ts'
import { OpenVolume } from './open-volume.ts'
import { forgetKey, killed, stoodStill, type Told, takeBack } from './partner.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import type { World } from './world.ts'

const COMING_MS = 45_000
const ACTING_MS = 20_000
const BRING_MS = 60_000

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
  const domain = yield* landed(machine, of)
  if (domain === undefined)
    return { lines: [`${of.vm} has not landed here; the unit says: ${said ?? 'nothing'}`, 'answer absent'] }
  if (!isActive(domain)) return { lines: ['answer taken'] }
  const lines: string[] = []
  for (const volume of opened(world, machine, keys)) {
    yield* sleep(world.dice.between(10, 70))
    volume.preempt()
    lines.push(volume.told())
  }
  if (domain.state === 'paused') return { lines: [...lines, 'answer held'] }
  return { lines: [...lines, `answer ${isPostCopy(domain.why) ? 'switched' : 'taken'}`] }
}

/** Once it no longer comes in: preempted before that, the source would stop in the middle. */
function* landed(machine: Machine, { vm, uuid }: OfVm): Process<Domain | undefined> {
  const domain = () => machine.libvirt.domains.get(uuid)
  if (!(yield* until(() => domain()?.migrating !== true, COMING_MS)))
    throw new Refused(`${vm} is still coming in: the move goes on, though nobody attends it`)
  return domain()
}

export function* ask(
  world: World,
  machine: Machine,
  { vm, uuid }: OfVm,
  pace: Pace,
  landing: string,
  there: Machine,
): Process<Told> {
  const watch = machine.libvirt.watch(uuid, world.now)
  const domain = watch.domain
  if (domain === undefined) return { lines: ['answer gone'] }
  if (landing === 'switched' || hasSwitched(domain)) return yield* bring(world, machine, watch, landing, there)
  if (landing === 'taken' && domain.state !== 'running') {
    domain.still = isActive(domain)
    return { lines: [`answer ${isActive(domain) ? 'idle' : 'gone'}`] }
  }
  if (landing !== 'absent') {
    yield* until(() => watch.domain?.state !== 'shut off', ACTING_MS)
    return { lines: [`answer ${stoodStill(watch, pace === 'running')}`] }
  }
  // One that was made to stand still is gone soon, or has landed nowhere.
  const isOver = () => watch.domain === undefined || !isActive(watch.domain) || !watch.domain.migrating
  if (domain.still === true) yield* until(isOver, ACTING_MS)
  else if (!(yield* until(isOver, COMING_MS)))
    throw new Refused(`${vm} is still on its way: the move goes on, though nobody attends it`)
  return { lines: [`answer ${watch.domain === undefined ? 'gone' : 'stays'}`] }
}

/** Nobody goes on with the memory here: what is missing of it is sent after the guest, or given up. */
function* bring(world: World, machine: Machine, watch: Watched, landing: string, there: Machine): Process<Told> {
  if (landing === 'absent') {
    killed(machine, watch)
    world.hurts.guestStopped = true
    return { lines: ['what it had in memory is lost', 'answer stays'] }
  }
  if (landing === 'taken') return { lines: ['answer gone'] }
  const copy = there.libvirt.watch(watch.uuid, world.now)
  const untilMs = world.now() + BRING_MS
  const isThere = () => watch.domain !== undefined && hasSwitched(watch.domain)
  while (isThere()) {
    if (world.now() > untilMs) throw new Refused('what is missing of its memory at the destination does not come')
    yield* sleep(1000)
    if (!isThere() || watch.domain?.why !== 'post-copy failed' || !(copy.domain && isPostCopy(copy.domain.why)))
      continue
    if (!there.isUp || world.lan.isSilent || copy.domain.state !== 'running') continue
    yield* sleep(world.dice.between(500, 5000))
    const [source, domain] = [watch.domain, copy.domain]
    if (source === undefined || domain?.state !== 'running' || world.lan.isSilent) continue
    cameWhole(there.libvirt, domain)
    watch.remove(source)
  }
  if (watch.domain === undefined) return { lines: ['answer gone'] }
  return { lines: ['what was missing of its memory is lost', 'answer lost'] }
}

export function* take(
  world: World,
  machine: Machine,
  of: OfVm,
  folder: string,
  pace: Pace,
  source: string,
  keys: readonly HandOverKey[],
  disks: readonly GuestLun[],
): Process<Told> {
  if (source !== 'idle' && source !== 'gone' && source !== 'lost')
    throw new Refused(`${of.vm} has run at the source since it was suspended: that memory is the newer one`)
  const domain = machine.libvirt.domains.get(of.uuid)
  if (domain === undefined) throw new Refused(`${of.vm} is neither here nor at its source`)
  if (source === 'lost' && isPostCopy(domain.why)) {
    saidBy(machine, folder, 'stop')
    machine.libvirt.stop(domain)
    world.hurts.guestStopped = true
    return { lines: ['what it had in memory is lost', 'answer lost'] }
  }
  const untilMs = world.now() + ACTING_MS
  let said = saidBy(machine, folder, 'status')
  while (said !== undefined && said !== 'taken' && !said.startsWith('held') && world.now() < untilMs) {
    saidBy(machine, folder, source)
    yield* sleep(200)
    said = saidBy(machine, folder, 'status')
  }
  if (said?.startsWith('held') === true) saidBy(machine, folder, 'stop')
  else if (said !== undefined && said !== 'taken') throw new Refused(`the unit does not take ${of.vm} over: ${said}`)
  if (said !== 'taken') for (const volume of opened(world, machine, keys)) volume.preempt()
  if (pace === 'running' && domain.state === 'paused') {
    const lookedAtMs = proveDisks(world, machine, disks)
    yield* sleep(world.dice.between(100, 120))
    setGoing(world, machine, domain, lookedAtMs, () => machine.libvirt.resume(domain))
  }
  return { lines: ['answer taken'] }
}

export function clear(world: World, machine: Machine, of: OfVm, keys: readonly HandOverKey[]): Told {
  const watch = machine.libvirt.watch(of.uuid, world.now)
  const domain = watch.domain
  if (domain?.state === 'running') throw new Refused(`${of.vm} runs here`)
  if (domain !== undefined && !world.bugs.has('leave the source')) watch.remove(domain)
  for (const volume of opened(world, machine, keys)) forgetKey(machine, volume)
  return { lines: ['here it is gone'] }
}

/** At the destination, where the source's memory is the newer one: nobody goes on here any more, and the copy goes. */
export function drop(world: World, machine: Machine, of: OfVm, folder: string): Told {
  if (['taken', 'switched'].includes(saidBy(machine, folder, 'status') ?? ''))
    throw new Refused(`the unit has taken ${of.vm} over: it is this blade's`)
  saidBy(machine, folder, 'stop')
  const watch = machine.libvirt.watch(of.uuid, world.now)
  const domain = watch.domain
  const isLost = domain?.state === 'shut off' && domain.why === 'lost power'
  const isCopy = domain === undefined || isLost || (domain.state === 'paused' && domain.why !== 'io error')
  if (!isCopy) throw new Refused(`${of.vm} may have run here: ${domain.state}`)
  if (domain !== undefined) watch.remove(domain)
  return { lines: ['here it is gone'] }
}

/** At the source, once nothing of it is at the destination: it may write again, and goes on. */
export function giveBack(world: World, machine: Machine, of: OfVm, pace: Pace, keys: readonly HandOverKey[]): Told {
  const watch = machine.libvirt.watch(of.uuid, world.now)
  if (watch.domain === undefined) throw new Refused(`${of.vm} is not here`)
  takeBack(world, machine, watch, pace === 'running', opened(world, machine, keys))
  return { lines: [`here it is ${watch.domain?.state}`] }
}
