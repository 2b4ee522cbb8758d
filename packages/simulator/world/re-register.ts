/**
 * What multipathd before 0.13 does when a path comes back: it reads the keys, and where its own is among them it registers
 * the path. Between the two another blade may have preempted that key, and then it is there again. Only then it gives the
 * path back to the map, so that no write meets one that is not registered yet.
 * Source: multipath-tools 0.9.4, multipathd/main.c, check_path(), mpath_pr_event_handle(); measured in the lab
 */
import { Life, type Process, sleep } from '#time'
import type { Machine } from './machine.ts'
import type { DmMap } from './multipathd.ts'
import { Refused } from './refused.ts'
import { type Device, nexusOf } from './scsi.ts'
import type { World } from './world.ts'

export function registerAgain(world: World, machine: Machine, map: DmMap, device: Device): void {
  const reinstate = () => {
    map.waiting.delete(device.sd)
  }
  map.waiting.add(device.sd)
  world.time.run(new Life(machine.life), registering(world, machine, map, device), reinstate, (error) => {
    reinstate()
    ignored(error)
  })
}

function* registering(world: World, machine: Machine, map: DmMap, device: Device): Process<void> {
  yield* sleep(world.dice.between(200, 5000))
  const key = machine.multipathd.prkeys.get(map.wwid)
  if (!map.registers || key === undefined) return
  const before = machine.kernel.inquire(device, world.now())
  if (before.wwid !== map.wwid || !before.reservation.registrations.some((one) => one.key === key)) return
  yield* sleep(world.dice.between(10, 40))
  const unit = machine.kernel.inquire(device, world.now())
  world.say(`${machine.name}: multipathd registers ${device.sd} again`)
  world.san.reserveOut(unit, nexusOf(device), { kind: 'register-ignore', newKey: key, aptpl: true })
}

/** The path is gone again. */
const ignored = (error: unknown): void => {
  if (!(error instanceof Refused)) throw error
}
