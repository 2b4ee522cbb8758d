/**
 * A volume's reservation as it is changed on a blade: raw commands on the paths that answered when it was opened. Rule
 * for rule what on-blade/writer/reservation.py does.
 */
import { mayWrite as mayWriteBy, type ReservationKey, registeredKey } from '@anyblade/scsi'
import type { Machine } from './machine.ts'
import type { DmMap } from './multipathd.ts'
import { Refused } from './refused.ts'
import type { Unit } from './san.ts'
import { type Device, nexusOf } from './scsi.ts'
import type { World } from './world.ts'

const ALL_REGISTRANTS = 7

export class OpenVolume {
  readonly alias: string
  readonly ours: ReservationKey
  readonly theirs: ReservationKey | undefined
  readonly map: DmMap
  readonly paths: readonly Device[]
  readonly #world: World
  readonly #machine: Machine

  constructor(world: World, machine: Machine, alias: string, ours: ReservationKey, theirs?: ReservationKey) {
    this.#world = world
    this.#machine = machine
    this.alias = alias
    this.ours = ours
    this.theirs = theirs
    const map = machine.multipathd.map(alias)
    if (map === undefined || map.slaves.length === 0)
      throw new Refused(`${alias}: there is no such map, or it has no path`)
    this.map = map
    this.paths = machine.multipathd
      .devicesOf(map)
      .filter((path) => machine.kernel.behind(path, world.now()) !== undefined)
    if (this.paths.length === 0) throw new Refused(`${alias}: no path of it answers`)
  }

  #onAnyPath<T>(act: (unit: Unit, path: Device) => T): T {
    let error = new Refused(`${this.alias}: no path of it answers`)
    for (const path of this.paths)
      try {
        return act(this.#machine.kernel.inquire(path, this.#world.now()), path)
      } catch (failed) {
        if (!(failed instanceof Refused)) throw failed
        error = failed
        if (failed.isConflict) break
      }
    throw error
  }

  keys(): ReservationKey[] {
    return this.#onAnyPath((unit) => unit.reservation.registrations.map(({ key }) => key))
  }

  /** The type of the reservation, 0 where there is none. */
  kind(): number {
    return this.#onAnyPath((unit) => unit.reservation.held?.type ?? 0)
  }

  count(key: ReservationKey): number {
    return this.keys().filter((one) => one === key).length
  }

  preempt(): void {
    this.takeAway()
    this.expectTaken()
  }

  takeAway(): void {
    if (this.theirs === undefined) throw new RangeError('nobody to preempt')
    if (!this.#world.bugs.has('skip the preempt')) this.preemptKey(this.theirs)
  }

  /** Nobody is registered and nothing reserved: the array has lost that with its power. */
  get isForgotten(): boolean {
    return this.keys().length === 0 && this.kind() === 0
  }

  /** After the array has forgotten who may write: from here on this blade alone, whoever wrote until now. */
  keepAnew(): void {
    this.register()
    this.reserve()
  }

  expectTaken(): void {
    if (this.#world.bugs.has('skip the preempt')) return
    if (this.isForgotten) this.keepAnew()
    const keys = this.keys()
    const isGone = this.theirs !== undefined && !keys.includes(this.theirs)
    this.expect(keys.includes(this.ours) && isGone, 'after the preempt')
    this.expect(this.kind() === ALL_REGISTRANTS, 'after the preempt')
  }

  /** A conflict is what the array answers too when that key is gone already; who asks reads back. */
  preemptKey(victim: ReservationKey): void {
    try {
      this.#onAnyPath((unit, path) =>
        this.#world.san.reserveOut(unit, nexusOf(path), {
          kind: 'preempt',
          key: this.ours,
          victim,
          type: ALL_REGISTRANTS,
        }),
      )
    } catch (error) {
      if (!(error instanceof Refused && error.isConflict)) throw error
    }
  }

  register(): void {
    for (const path of this.paths) {
      const unit = this.#machine.kernel.inquire(path, this.#world.now())
      this.#world.san.reserveOut(unit, nexusOf(path), { kind: 'register-ignore', newKey: this.ours, aptpl: true })
    }
    this.expect(this.count(this.ours) >= this.paths.length, 'after the registration')
  }

  /** Where nobody has. */
  reserve(): void {
    if (this.kind() !== 0 || this.#world.bugs.has('skip the reservation')) return
    this.#onAnyPath((unit, path) =>
      this.#world.san.reserveOut(unit, nexusOf(path), { kind: 'reserve', key: this.ours, type: ALL_REGISTRANTS }),
    )
  }

  /** mpathpersist --register --param-sark=0 */
  unregister(newKey: ReservationKey): void {
    for (const path of this.paths) {
      const unit = this.#machine.kernel.inquire(path, this.#world.now())
      if (registeredKey(unit.reservation, nexusOf(path)) === this.ours)
        this.#world.san.reserveOut(unit, nexusOf(path), { kind: 'register', key: this.ours, newKey, aptpl: true })
    }
  }

  /** Every path of ours is registered, the other blade too, and the reservation is one that lets us preempt. */
  check(): void {
    const keys = this.keys()
    this.expect(this.count(this.ours) >= this.paths.length, `${this.paths.length} paths should be registered`)
    this.expect(this.theirs !== undefined && keys.includes(this.theirs), 'the other blade should be registered')
    this.expect(this.kind() === ALL_REGISTRANTS, 'it should be reserved')
  }

  expect(holds: boolean, what: string): void {
    if (!holds) throw new Refused(`${this.alias}: ${what}: ${this.told()}`)
  }

  told(): string {
    const counted = [...new Set(this.keys())].sort().map((key) => `${key} by ${this.count(key)}`)
    return `reservation of type ${this.kind()}, registered ${counted.join(', ') || 'nobody'}`
  }
}

/** Whether the array would take a write of this blade to what the map leads to. */
export function mayWrite(world: World, machine: Machine, alias: string): boolean {
  const map = machine.multipathd.map(alias)
  if (map === undefined) return false
  return machine.multipathd.devicesOf(map).some((path) => {
    const unit = machine.kernel.behind(path, world.now())
    return unit !== undefined && mayWriteBy(unit.reservation, nexusOf(path))
  })
}
