/**
 * The array, the two fabrics and the LUNs: what is shown to whom as which number, who may write it, and how often it was
 * written. May come in: commands through one pair of ports. May not: what a blade believes.
 */
import type { ArrayVolume, Bytes, FabricName, Wwid, Wwpn } from '@anyblade/engine'
import {
  applyReservation,
  type ModelCommand,
  mayWrite,
  type Nexus,
  powerLost,
  type ReservationState,
  UNRESERVED,
  unmapped,
} from '@anyblade/scsi'
import { Refused } from './refused.ts'

/** A logical unit. `writes` counts them all; a guest that remembers fewer is older than its disk. */
export type Unit = {
  readonly name: string
  tag: string | undefined
  readonly wwid: Wwid
  size: Bytes
  reservation: ReservationState
  writes: number
}

type Shown = {
  readonly initiator: Wwpn
  readonly port: Wwpn
  readonly lun: number
  readonly unit: Unit
  fromMs: number
}

export type ArrayPort = { readonly wwpn: Wwpn; readonly fabric: FabricName }

const ARRAY_BYTES = 1024 ** 4

export class San {
  readonly ports: readonly ArrayPort[]
  readonly units = new Set<Unit>()
  isUp = true
  /** By run, the newest epoch that has acted here: it outlives the power. */
  readonly epochs = new Map<string, number>()
  /** By WWPN of the initiator. */
  readonly linksDown = new Set<Wwpn>()
  #shown: Shown[] = []
  #serial = 0

  constructor(ports: readonly ArrayPort[]) {
    this.ports = ports
  }

  carve(name: string, tag: string | undefined, size: Bytes): Unit {
    this.#serial += 1
    const wwid = `36001405${this.#serial.toString(16).padStart(25, '0')}` as Wwid
    const unit = { name, tag, wwid, size, reservation: UNRESERVED, writes: 0 }
    this.units.add(unit)
    return unit
  }

  show(unit: Unit, initiator: Wwpn, port: Wwpn, lun: number, fromMs: number): void {
    this.#shown = this.#shown.filter((one) => !(one.initiator === initiator && one.port === port && one.lun === lun))
    this.#shown.push({ initiator, port, lun, unit, fromMs })
  }

  /** From these initiators, or from all. */
  hide(unit: Unit, from?: readonly Wwpn[]): void {
    const hidden = this.#shown.filter(
      (one) => one.unit === unit && (from === undefined || from.includes(one.initiator)),
    )
    for (const { initiator, port } of hidden) unit.reservation = unmapped(unit.reservation, { initiator, target: port })
    this.#shown = this.#shown.filter((one) => !hidden.includes(one))
  }

  /** All that is shown; an array says so before every blade can see it. */
  get shown(): readonly Readonly<Shown>[] {
    return this.#shown
  }

  /** What answers there now, undefined for nothing. @throws Refused where the way to it is down */
  at(initiator: Wwpn, port: Wwpn, lun: number, nowMs: number): Unit | undefined {
    if (!this.isUp || this.linksDown.has(initiator)) throw new Refused('no answer')
    return this.reaches(initiator, port, lun, nowMs)
  }

  /** As `at`, without a word of how the way to it is. */
  reaches(initiator: Wwpn, port: Wwpn, lun: number, nowMs: number): Unit | undefined {
    if (!this.isUp || this.linksDown.has(initiator)) return undefined
    return this.#at(initiator, port, lun, nowMs)?.unit
  }

  /** Since when it is what answers there. */
  shownSince(initiator: Wwpn, port: Wwpn, lun: number, nowMs: number): number {
    return this.#at(initiator, port, lun, nowMs)?.fromMs ?? 0
  }

  #at = (initiator: Wwpn, port: Wwpn, lun: number, nowMs: number): Shown | undefined =>
    this.#shown.find(
      (one) => one.initiator === initiator && one.port === port && one.lun === lun && one.fromMs <= nowMs,
    )

  /** @throws Refused for a conflict */
  reserveOut(unit: Unit, nexus: Nexus, command: ModelCommand): void {
    const applied = applyReservation(unit.reservation, nexus, command)
    if (applied.status !== 'good')
      throw new Refused(
        `${command.kind}: ${applied.status === 'conflict' ? 'reservation conflict' : 'illegal request'}`,
        {
          isConflict: applied.status === 'conflict',
        },
      )
    unit.reservation = applied.state
  }

  losePower(): void {
    this.isUp = false
    for (const unit of this.units) unit.reservation = powerLost(unit.reservation)
  }

  get freeBytes(): number {
    return [...this.units].reduce((free, { size }) => free - size, ARRAY_BYTES)
  }

  report(): ArrayVolume[] {
    return [...this.units].map((unit) => ({
      name: unit.name,
      tag: unit.tag,
      wwid: unit.wwid,
      size: unit.size,
      mappings: this.#shown
        .filter((one) => one.unit === unit)
        .map(({ initiator, port, lun }) => ({ initiator, port, lun })),
    }))
  }
}

/** One write through one pair of ports: done, or refused by the reservation. */
export function write(unit: Unit, nexus: Nexus): boolean {
  if (!mayWrite(unit.reservation, nexus)) return false
  unit.writes += 1
  return true
}
