/**
 * What may befall a history, each at a boundary of an act: the moment before its request leaves, while it is carried out,
 * or when its answer has come. Each heals by itself, so that what is left at the end is our own doing.
 */
import type { Wwpn } from '@anyblade/engine'
import { NO_KEY, type ReservationKey, UNRESERVED } from '@anyblade/scsi'
import type { Boundary, Operator } from '#operators'
import { sleep, until } from '#time'
import { bootByHand, domainOf, isPostCopy, type Machine, mayWrite, type World } from '#world'
import { AWAY, DISK, HOME, UUID, VM, XML } from './site.ts'

export type FaultName =
  | 'the operator dies before'
  | 'the operator dies during'
  | 'the operator dies after'
  | 'the operator sleeps'
  | 'the operator sleeps, and another takes over'
  | 'the operator sleeps before he sends'
  | 'another operator takes over'
  | 'another operator wants the same'
  | 'another operator creates a volume'
  | 'the operator calls it off'
  | 'the answer is lost'
  | 'a fabric fails at the source'
  | 'a fabric fails at the destination'
  | 'both fabrics fail at the source'
  | 'the network is mute'
  | 'connections break'
  | 'the source is out of reach'
  | 'the source loses power'
  | 'the destination loses power'
  | 'the destination is out of reach'
  | 'the array reboots'
  | 'the array loses an answer'
  | 'the array is slow to show'
  | 'a LUN number is reused'
  | 'the drop-in is reverted'
  | 'the drop-in is reverted again and again'
  | 'a foreign key is registered'
  | 'the array reboots, and forgets'
  | 'libvirt tells late at the destination'
  | 'libvirtd is killed at the source'
  | 'libvirtd is killed at the destination'
  | 'somebody starts it by hand'
  | 'the unit is killed'

/** Who else may come in. */
export type Others = {
  readonly wantTheSame: () => void
  readonly wantAnother: () => void
  readonly takeUp: (wish: 'on' | 'back') => void
  readonly reassert: () => void
}

/** Whom it befalls, undefined where nobody has begun yet, and at which act of what. */
export type Struck = {
  readonly by: Operator | undefined
  readonly act: string
  readonly intent: string
  readonly others: Others
}

export type Fault = { readonly boundary: Boundary; readonly strike: (world: World, struck: Struck) => void }

const during = (strike: Fault['strike']): Fault => ({ boundary: 'during', strike })

export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  'the operator dies before': { boundary: 'before', strike: (_, { by }) => by?.life.end() },
  'the operator dies during': during((_, { by }) => by?.life.end()),
  'the operator dies after': { boundary: 'after', strike: (_, { by }) => by?.life.end() },
  'the operator sleeps': during((world, { by }) => fallAsleep(world, by, world.dice.between(60_000, 900_000))),
  'the operator sleeps, and another takes over': during((world, { by, others }) => {
    fallAsleep(world, by, world.dice.between(200_000, 900_000))
    later(world, world.dice.between(150_000, 190_000), () => others.takeUp(wish(world)))
  }),
  'the operator sleeps before he sends': {
    boundary: 'before',
    strike: (world, { by, others }) => {
      fallAsleep(world, by, world.dice.between(200_000, 900_000))
      later(world, world.dice.between(150_000, 190_000), () => others.takeUp(wish(world)))
    },
  },
  'another operator takes over': during((world, { others }) => sometime(world, () => others.takeUp(wish(world)))),
  'another operator wants the same': during((world, { others }) => sometime(world, others.wantTheSame)),
  'another operator creates a volume': during((world, { others }) => sometime(world, others.wantAnother)),
  'the operator calls it off': during((_, { by }) => by?.cancel.abort()),
  'the answer is lost': during((world, { by }) => later(world, world.dice.between(0, 3000), () => by?.loseAnswers())),
  'a fabric fails at the source': during((world) => flap(world, HOME, 1)),
  'a fabric fails at the destination': during((world) => flap(world, AWAY, 1)),
  'both fabrics fail at the source': during((world) => flap(world, HOME, 2)),
  'the network is mute': during((world) => {
    sometime(world, () => {
      world.say('the network between the blades is mute')
      world.lan.fallSilent(world.now())
      later(world, world.dice.of([300, 2000, 10_000, 40_000]), () => world.lan.speakAgain())
    })
  }),
  'connections break': during((world) =>
    sometime(world, () => {
      world.say('connections between the blades break')
      world.lan.break()
    }),
  ),
  'the source loses power': during((world) => sometime(world, () => powerCut(world, world.machine(HOME)))),
  'the destination loses power': during((world) => sometime(world, () => powerCut(world, world.machine(AWAY)))),
  'the source is out of reach': during((world) => outOfReach(world, world.machine(HOME))),
  'the destination is out of reach': during((world) => outOfReach(world, world.machine(AWAY))),
  'the array reboots': during((world) => {
    world.say('the array loses power')
    world.san.losePower()
    later(world, world.dice.between(10_000, 60_000), () => {
      world.san.isUp = true
      for (const machine of world.machines.values()) machine.pathsReturn(world)
    })
  }),
  'the array loses an answer': {
    boundary: 'before',
    strike: (world) => {
      world.hurts.arrayLosesReply = true
    },
  },
  'the array is slow to show': {
    boundary: 'before',
    strike: (world) => {
      world.hurts.visibleAfterMs = world.dice.between(500, 6000)
    },
  },
  'a LUN number is reused': {
    boundary: 'before',
    strike: (world, { act, intent }) => {
      const machine = reusable(world, act, intent)
      if (AT_LAST.has(act)) sometime(world, () => reuse(world, machine))
      else reuse(world, machine)
    },
  },
  'the drop-in is reverted': {
    boundary: 'before',
    strike: (world, { act }) => {
      if (act === 'record-documents') return // nobody reads the file again
      revert(world, world.machine(AWAY))
    },
  },
  'the drop-in is reverted again and again': {
    boundary: 'before',
    strike: (world, { act }) => {
      if (act === 'record-documents') return
      for (let times = 0; times < REVERTS; times += 1)
        later(world, times * REVERTS_EVERY_MS, () => revert(world, world.machine(AWAY)))
    },
  },
  'a foreign key is registered': { boundary: 'before', strike: foreignKey },
  'the array reboots, and forgets': during((world, { others }) => {
    world.say('the array loses power, and its reservations')
    world.san.losePower()
    for (const unit of world.san.units) unit.reservation = UNRESERVED
    later(world, world.dice.between(10_000, 60_000), () => {
      world.san.isUp = true
      others.reassert()
    })
  }),
  'libvirt tells late at the destination': during((world) =>
    sometime(world, () => {
      const { libvirt } = world.machine(AWAY)
      libvirt.holdEvents()
      later(world, world.dice.between(300, 3000), () => libvirt.tellHeld())
    }),
  ),
  'libvirtd is killed at the source': during((world) => restartLater(world, world.machine(HOME))),
  'libvirtd is killed at the destination': during((world) => restartLater(world, world.machine(AWAY))),
  'somebody starts it by hand': during((world) => sometime(world, () => startByHand(world, world.machine(AWAY)))),
  'the unit is killed': during((world) =>
    sometime(world, () => {
      for (const machine of world.machines.values())
        for (const [folder, unit] of machine.units) {
          world.say(`${machine.name}: the unit is killed`)
          unit.life.end()
          machine.units.delete(folder)
        }
    }),
  ),
}

/** At once, well into a migration, or at its moments that matter: when the guest stands still, and when it has landed. */
function sometime(world: World, act: () => void): void {
  const wait = world.dice.of(['at once', 'soon', 'later', 'standing still', 'landed'] as const)
  if (wait === 'standing still' || wait === 'landed') {
    const came = () => (wait === 'landed' ? isLanded(world) : isStandingStill(world))
    const moment = until(came, MOMENT_MS)
    world.time.run(
      world.life,
      moment,
      () => later(world, world.dice.of([0, world.dice.between(0, 300)]), act),
      () => {},
    )
  } else later(world, wait === 'at once' ? 0 : world.dice.between(0, wait === 'soon' ? 800 : 12_000), act)
}

/** A move that climbs its ladder to the end comes to its moments late. */
const MOMENT_MS = 60_000
const isLanded = (world: World): boolean =>
  world
    .machine(AWAY)
    .libvirt.active.some(({ state, why, migrating }) => isPostCopy(why) || (state === 'paused' && !migrating))
const isStandingStill = (world: World): boolean =>
  world.machine(HOME).libvirt.active.some(({ state, why }) => state === 'paused' && why === 'migration')

function later(world: World, ms: number, act: () => void): void {
  world.time.run(world.life, sleep(ms), act, () => {})
}

const wish = (world: World): 'on' | 'back' => world.dice.of(['on', 'back'] as const)

function outOfReach(world: World, machine: Machine): void {
  machine.isReachable = false
  later(world, world.dice.between(5000, 60_000), () => {
    machine.isReachable = true
  })
}

function fallAsleep(world: World, by: Operator | undefined, ms: number): void {
  if (by !== undefined) by.sleepsUntilMs = world.now() + ms
}

function flap(world: World, name: string, fabrics: 1 | 2): void {
  const machine = world.machine(name)
  const lost = fabrics === 2 ? machine.kernel.hosts : [world.dice.of(machine.kernel.hosts)]
  sometime(world, () => {
    world.say(`${name}: ${fabrics} fabric(s) fail`)
    for (const { wwpn } of lost) world.san.linksDown.add(wwpn)
    later(world, world.dice.between(1000, 40_000), () => {
      for (const { wwpn } of lost) world.san.linksDown.delete(wwpn)
      machine.pathsReturn(world)
    })
  })
}

function powerCut(world: World, machine: Machine): void {
  world.say(`${machine.name}: loses power`)
  // Not a copy that is still coming: one that runs, or has landed, may be the only one that there is.
  if (machine.libvirt.active.some(({ persistent }) => persistent)) world.hurts.guestStopped = true
  machine.losePower()
  later(world, world.dice.between(60_000, 200_000), () => {
    world.say(`${machine.name}: boots`)
    machine.boot(world.now())
  })
}

/** Where the VM is at home too, if nothing of it is there yet. */
const reusable = (world: World, act: string, intent: string): Machine =>
  world.machine((act === '' || intent === 'start-vm') && world.machine(HOME).libvirt.active.length === 0 ? HOME : AWAY)
/** Acts that set a guest going: also in the middle of them, between their last look and the guest's first write. */
const AT_LAST: ReadonlySet<string> = new Set([
  'start-domain',
  'resume-domain',
  'migrate-domain',
  'await-landing',
  'take-landing',
])

/** Another LUN under the number of ours, through one port only; never where the VM runs. */
function reuse(world: World, machine: Machine): void {
  if (machine.libvirt.active.some(({ state }) => state === 'running')) return
  const [fc] = machine.kernel.hosts
  const [shown] = world.san.shown
  if (fc === undefined || shown === undefined) return
  world.say(`${machine.name}: LUN ${shown.lun} is another one through ${fc.port}`)
  const stranger = world.san.carve('stranger', undefined, shown.unit.size)
  world.san.show(stranger, fc.wwpn, fc.port, shown.lun, world.now())
  const { unit } = shown
  later(world, 120_000, () => {
    const ports = new Set(machine.kernel.hosts.map(({ wwpn }) => wwpn))
    const isShown = world.san.shown.some((one) => one.unit === unit && ports.has(one.initiator))
    world.san.hide(stranger)
    if (isShown) world.san.show(unit, fc.wwpn, fc.port, shown.lun, 0)
    // Whoever it was takes his paths away as well, and looks for what is there now.
    for (const device of machine.kernel.devices) if (device.cached.wwid === stranger.wwid) machine.kernel.remove(device)
    if (machine.isUp) machine.kernel.scanAll(world.now())
    machine.multipathd.update()
  })
}

const REVERTS = 8
const REVERTS_EVERY_MS = 15_000
const STRANGER = { initiator: '21000000000000ff' as Wwpn, key: 'dead000000000001' as ReservationKey }

/** By somebody's own hand and through a port of his own; he takes it back later. */
function foreignKey(world: World): void {
  const [shown] = world.san.shown
  if (shown === undefined) return
  const { unit } = shown
  const nexus = { initiator: STRANGER.initiator, target: shown.port }
  const register = (newKey: ReservationKey) =>
    world.san.reserveOut(unit, nexus, { kind: 'register-ignore', newKey, aptpl: true })
  world.say(`the key ${STRANGER.key} is registered at ${unit.name} by a stranger`)
  register(STRANGER.key)
  later(world, 120_000, () => register(NO_KEY))
}

/**
 * A daemon that is killed, and back at once: what it carried out has ended. The restarted one cancels a migration that
 * leaves here, and ends a copy that was still coming. Source: facts measured with 9.0.0
 */
function restartLater(world: World, machine: Machine): void {
  sometime(world, () => {
    if (!machine.isUp) return
    world.say(`${machine.name}: libvirtd is killed, and starts again`)
    machine.libvirt.restart()
  })
}

const DROP_IN = 'anyblade.conf'

/** By somebody, who sees later what he has done, by a map that has lost its name; where none is left there is nothing to see. */
function revert(world: World, { name, multipathd }: Machine): void {
  const before = multipathd.dropIn(DROP_IN)
  if (before === undefined) return
  world.say(`${name}: the drop-in is reverted by somebody`)
  multipathd.put(DROP_IN, undefined)
  later(world, world.dice.between(30_000, 200_000), () => {
    const names = new TextDecoder().decode(before)
    if (multipathd.dropIn(DROP_IN) !== undefined || !multipathd.maps.some(({ wwid }) => names.includes(wwid))) return
    world.say(`${name}: somebody puts the drop-in back`)
    multipathd.put(DROP_IN, before)
    multipathd.update()
  })
}

/**
 * virsh define and start, by somebody who has not asked; he takes it away again. Not while this blade is registered for a
 * move: then the array would let both write.
 */
function startByHand(world: World, machine: Machine): void {
  if (!machine.isUp || machine.libvirt.namesake(VM, UUID) !== undefined || machine.multipathd.map(DISK) === undefined)
    return
  // Where a bug has left the disk to everybody, he writes.
  if (!canRead(world, machine)) return
  if (mayWrite(world, machine, DISK) && !world.bugs.has('skip the reservation')) return
  world.say(`${machine.name}: somebody starts ${VM} by hand`)
  const domain = machine.libvirt.add(domainOf(VM, UUID, XML))
  bootByHand(world, machine, domain)
  later(world, 60_000, () => {
    domain.persistent = false
    if (machine.libvirt.domains.get(UUID) === domain) machine.libvirt.stop(domain)
    if (machine.libvirt.domains.get(UUID) === domain) machine.libvirt.domains.delete(UUID)
  })
}

const canRead = (world: World, { multipathd, kernel }: Machine): boolean => {
  const map = multipathd.map(DISK)
  return map !== undefined && multipathd.devicesOf(map).some((path) => kernel.behind(path, world.now()) !== undefined)
}
