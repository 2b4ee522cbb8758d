/**
 * What may befall a history, each at a boundary of an act: the moment before its request leaves, while it is carried out,
 * or when its answer has come. Each heals by itself, so that what is left at the end is our own doing.
 */
import type { Boundary, Operator } from '#operators'
import { sleep } from '#time'
import { boot, domainOf, type Machine, mayWrite, type World } from '#world'
import { AWAY, DISK, HOME, UUID, VM, XML } from './site.ts'

export type FaultName =
  | 'the operator dies before'
  | 'the operator dies during'
  | 'the operator dies after'
  | 'the operator sleeps'
  | 'the operator calls it off'
  | 'the answer is lost'
  | 'a fabric fails at the source'
  | 'a fabric fails at the destination'
  | 'both fabrics fail at the source'
  | 'the network is mute'
  | 'connections break'
  | 'the source loses power'
  | 'the destination loses power'
  | 'the destination is out of reach'
  | 'the array reboots'
  | 'the array loses an answer'
  | 'the array is slow to show'
  | 'a LUN number is reused'
  | 'the drop-in is reverted'
  | 'somebody starts it by hand'
  | 'the unit is killed'

export type Fault = { readonly boundary: Boundary; readonly strike: (world: World, by: Operator, act: string) => void }

const during = (strike: Fault['strike']): Fault => ({ boundary: 'during', strike })

export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  'the operator dies before': { boundary: 'before', strike: (_, by) => by.life.end() },
  'the operator dies during': during((_, by) => by.life.end()),
  'the operator dies after': { boundary: 'after', strike: (_, by) => by.life.end() },
  'the operator sleeps': during((world, by) => {
    by.sleepsUntilMs = world.now() + world.dice.between(60_000, 900_000)
  }),
  'the operator calls it off': during((_, by) => by.cancel.abort()),
  'the answer is lost': during((world, by) => later(world, world.dice.between(0, 3000), () => by.loseAnswers())),
  'a fabric fails at the source': during((world) => flap(world, HOME, 1)),
  'a fabric fails at the destination': during((world) => flap(world, AWAY, 1)),
  'both fabrics fail at the source': during((world) => flap(world, HOME, 2)),
  'the network is mute': during((world) => {
    later(world, delay(world), () => {
      world.say('the network between the blades is mute')
      world.lan.fallSilent(world.now())
      later(world, world.dice.of([300, 2000, 10_000, 40_000]), () => world.lan.speakAgain())
    })
  }),
  'connections break': during((world) =>
    later(world, delay(world), () => {
      world.say('connections between the blades break')
      world.lan.break()
    }),
  ),
  'the source loses power': during((world) => later(world, delay(world), () => powerCut(world, world.machine(HOME)))),
  'the destination loses power': during((world) =>
    later(world, delay(world), () => powerCut(world, world.machine(AWAY))),
  ),
  'the destination is out of reach': during((world) => {
    const machine = world.machine(AWAY)
    machine.isReachable = false
    later(world, world.dice.between(5000, 60_000), () => {
      machine.isReachable = true
    })
  }),
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
  'a LUN number is reused': { boundary: 'before', strike: (world) => reuse(world, world.machine(AWAY)) },
  'the drop-in is reverted': {
    boundary: 'before',
    strike: (world, _, act) => {
      // Between its installing and its recording nobody reads the file again.
      if (act === 'reserve-volume' || act === 'record-documents') return
      revert(world, world.machine(AWAY))
    },
  },
  'somebody starts it by hand': during((world) =>
    later(world, delay(world), () => startByHand(world, world.machine(AWAY))),
  ),
  'the unit is killed': during((world) =>
    later(world, delay(world), () => {
      for (const machine of world.machines.values())
        for (const [folder, unit] of machine.units) {
          world.say(`${machine.name}: the unit is killed`)
          unit.life.end()
          machine.units.delete(folder)
        }
    }),
  ),
}

/** From at once to well into a migration, and often close to its landing. */
const delay = (world: World): number => world.dice.of([0, world.dice.between(0, 800), world.dice.between(0, 12_000)])

function later(world: World, ms: number, act: () => void): void {
  world.time.run(world.life, sleep(ms), act, () => {})
}

function flap(world: World, name: string, fabrics: 1 | 2): void {
  const machine = world.machine(name)
  const lost = fabrics === 2 ? machine.kernel.hosts : [world.dice.of(machine.kernel.hosts)]
  later(world, delay(world), () => {
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
  // Running, or landed: then it may be the only one that there is.
  if (machine.libvirt.active.some(({ state, migrating }) => state === 'running' || !migrating))
    world.hurts.guestStopped = true
  machine.losePower()
  later(world, world.dice.between(60_000, 200_000), () => {
    world.say(`${machine.name}: boots`)
    machine.boot(world.now())
  })
}

/** Another LUN under the number of ours, through one port only; never where the VM runs. */
function reuse(world: World, machine: Machine): void {
  // Between the last look and the landing nobody looks again: a number that is reused then is not seen in time.
  if (machine.libvirt.active.length > 0 || machine.units.size > 0) return
  const [fc] = machine.kernel.hosts
  const [shown] = world.san.shown
  if (fc === undefined || shown === undefined) return
  world.say(`${machine.name}: LUN ${shown.lun} is another one through ${fc.port}`)
  const stranger = world.san.carve('stranger', undefined, shown.unit.size)
  world.san.show(stranger, fc.wwpn, fc.port, shown.lun, 0)
  const { unit } = shown
  later(world, 120_000, () => {
    const isShown = world.san.shown.some((one) => one.unit === unit)
    world.san.hide(stranger)
    if (isShown) world.san.show(unit, fc.wwpn, fc.port, shown.lun, 0)
    // Whoever it was takes his paths away as well, and looks for what is there now.
    for (const device of machine.kernel.devices) if (device.cached.wwid === stranger.wwid) machine.kernel.remove(device)
    if (machine.isUp) machine.kernel.scanAll(world.now())
    machine.multipathd.update()
  })
}

const DROP_IN = 'anyblade.conf'

/** By somebody, who sees later what he has done. */
function revert(world: World, { name, multipathd }: Machine): void {
  const before = multipathd.dropIn(DROP_IN)
  if (before === undefined) return
  world.say(`${name}: the drop-in is reverted by somebody`)
  multipathd.put(DROP_IN, undefined)
  later(world, world.dice.between(30_000, 200_000), () => {
    if (multipathd.dropIn(DROP_IN) !== undefined) return
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
  if (mayWrite(world, machine, DISK)) return
  world.say(`${machine.name}: somebody starts ${VM} by hand`)
  const domain = machine.libvirt.add(domainOf(VM, UUID, XML))
  boot(world, machine, domain)
  later(world, 60_000, () => {
    domain.persistent = false
    if (machine.libvirt.domains.get(UUID) === domain) machine.libvirt.stop(domain)
    if (machine.libvirt.domains.get(UUID) === domain) machine.libvirt.domains.delete(UUID)
  })
}
