/**
 * A blade is shut out of volumes by another one, and one that comes back gives up its keys: rule for rule what
 * on-blade/writer/fence.py does. All generations of a blade's key go together, as they were just read.
 */
import type { FenceAction } from '@anyblade/engine'
import { NO_KEY, type ReservationKey } from '@anyblade/scsi'
import { type Process, sleep } from '#time'
import type { Machine } from './machine.ts'
import { OpenVolume } from './open-volume.ts'
import { forgetKey, type Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { World } from './world.ts'

type Of<Kind extends FenceAction['kind']> = Extract<FenceAction, { readonly kind: Kind }>

const STEADY_LOOKS = 3
const STEADY_LIMIT_MS = 40_000
/** Fleet and blade in a key; the rest is its generation. */
const BLADE_DIGITS = 8

const keysOf = (volume: OpenVolume, key: ReservationKey): ReservationKey[] => [
  ...new Set(volume.keys().filter((one) => one.slice(0, BLADE_DIGITS) === key.slice(0, BLADE_DIGITS))),
]

/** The keys that were there. */
function shutOut(volume: OpenVolume, theirs: ReservationKey): number {
  const found = keysOf(volume, theirs)
  for (const victim of found) volume.preemptKey(victim)
  volume.expect(volume.count(volume.ours) >= volume.paths.length, 'every path should be registered here')
  volume.expect(volume.kind() !== 0, 'it should be reserved')
  return found.length
}

export function fenceVolume(world: World, machine: Machine, { alias, key, theirs }: Of<'fence-volume'>): Told {
  const volume = new OpenVolume(world, machine, alias, key)
  volume.expect(volume.keys().includes(key), 'this blade should be registered before it shuts another one out')
  const times = shutOut(volume, theirs)
  volume.expect(keysOf(volume, theirs).length === 0, 'after the preempt')
  return { lines: [`${alias}: preempted ${times} keys; ${volume.told()}`] }
}

export function* holdFence(world: World, machine: Machine, { volumes }: Of<'hold-fence'>): Process<Told> {
  const held = volumes.map(({ alias, key, theirs }) => ({ volume: new OpenVolume(world, machine, alias, key), theirs }))
  const untilMs = world.now() + STEADY_LIMIT_MS
  for (let steady = 0; steady < STEADY_LOOKS; ) {
    if (world.now() > untilMs) throw new Refused('the keys come back again and again')
    yield* sleep(1000)
    const came = held.reduce((times, { volume, theirs }) => times + shutOut(volume, theirs), 0)
    steady = came > 0 ? 0 : steady + 1
  }
  return { lines: held.map(({ volume }) => `${volume.alias}: no key came back; ${volume.told()}`) }
}

export function dropKeys(world: World, machine: Machine, { alias, key }: Of<'drop-keys'>): Told {
  const volume = new OpenVolume(world, machine, alias, key)
  const mine = keysOf(volume, key)
  if (mine.length > 0)
    volume.expect(
      volume.keys().some((one) => !mine.includes(one)),
      'nobody else is registered: if this blade gave up its key, every blade could write',
    )
  for (const one of mine) new OpenVolume(world, machine, alias, one).unregister(NO_KEY)
  volume.expect(keysOf(volume, key).length === 0, 'after this blade\u2019s keys were given up')
  forgetKey(machine, volume)
  return { lines: [`${alias}: no key of this blade; ${volume.told()}`] }
}
