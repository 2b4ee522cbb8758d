/**
 * What a blade's kernel knows of its disks. A device keeps the id that its LUN had when it was scanned, whatever the
 * array shows there later; only a fresh INQUIRY tells the truth.
 */
import type { Bytes, FabricName, Wwid, Wwpn } from '@anyblade/engine'
import type { Nexus } from '@anyblade/scsi'
import { Refused } from './refused.ts'
import type { San, Unit } from './san.ts'

/** An initiator port with the array's port that it sees: one on each fabric. */
export type FcHost = { readonly host: number; readonly wwpn: Wwpn; readonly port: Wwpn; readonly fabric: FabricName }

export type Device = {
  readonly hctl: string
  readonly sd: string
  readonly fc: FcHost
  readonly lun: number
  /** As it was at the scan. */
  readonly cached: { readonly wwid: Wwid }
  /** As it was at the scan, or when it was told to look again. */
  size: Bytes
}

export const nexusOf = ({ fc }: Device): Nexus => ({ initiator: fc.wwpn, target: fc.port })

export class Kernel {
  readonly hosts: readonly FcHost[]
  #devices: Device[] = []
  #letters = 0
  readonly #san: San

  constructor(hosts: readonly FcHost[], san: San) {
    this.hosts = hosts
    this.#san = san
  }

  get devices(): readonly Device[] {
    return this.#devices
  }

  device(sd: string): Device | undefined {
    return this.#devices.find((one) => one.sd === sd)
  }

  /** Looks for one LUN through one port. One that is known already is not looked at again. */
  scan(fc: FcHost, lun: number, nowMs: number): Device | undefined {
    const known = this.#devices.find((one) => one.fc === fc && one.lun === lun)
    const unit = this.#san.reaches(fc.wwpn, fc.port, lun, nowMs)
    if (known !== undefined || unit === undefined) return known
    const cached = { wwid: unit.wwid }
    const device = {
      hctl: `${fc.host}:0:0:${lun}`,
      sd: `sd${letters(this.#letters)}`,
      fc,
      lun,
      cached,
      size: unit.size,
    }
    this.#letters += 1
    this.#devices.push(device)
    return device
  }

  scanAll(nowMs: number): void {
    for (const fc of this.hosts)
      for (const { initiator, lun } of this.#san.shown) if (initiator === fc.wwpn) this.scan(fc, lun, nowMs)
  }

  remove(device: Device): void {
    this.#devices = this.#devices.filter((one) => one !== device)
  }

  forgetAll(): void {
    this.#devices = []
  }

  /** @throws Refused where the device gives no answer, or no LUN is there any more */
  inquire(device: Device, nowMs: number): Unit {
    const unit = this.#san.at(device.fc.wwpn, device.fc.port, device.lun, nowMs)
    if (unit === undefined) throw new Refused('no LUN answers there')
    return unit
  }

  /** Since when it is that. */
  behindSince(device: Device, nowMs: number): number {
    return this.#san.shownSince(device.fc.wwpn, device.fc.port, device.lun, nowMs)
  }

  /** What I/O through the device meets; undefined where it meets nothing. */
  behind(device: Device, nowMs: number): Unit | undefined {
    return this.#san.reaches(device.fc.wwpn, device.fc.port, device.lun, nowMs)
  }
}

/** a … z, aa … */
function letters(number: number): string {
  const last = String.fromCharCode(97 + (number % 26))
  return number < 26 ? last : letters(Math.floor(number / 26) - 1) + last
}
