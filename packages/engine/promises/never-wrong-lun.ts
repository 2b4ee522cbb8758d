/**
 * Promise 3: no VM starts or moves by us unless its disks are, through every path, the recorded WWID and size. A map's
 * name and a cached id prove nothing, so only what an INQUIRY says counts here. What became another LUN after the last look
 * nobody could know: an array gives no lock on a number. So the look must be a young one (docs/decisions/0012).
 */
import { type Volume, volumeCalled } from '#documents'
import type { GuestDisk, Judge } from './history.ts'

/** What libvirt may need to start a guest, and a unit to hear whether the source has run. */
const LOOK_LASTS_MS = 3000

export const neverWrongLun: Judge = ({ atMs, happening, facts }) => {
  if (happening.kind !== 'set going') return []
  const { lookedAtMs, guest } = happening
  const { vm, blade, disks } = guest
  const ageMs = lookedAtMs === undefined ? 0 : atMs - lookedAtMs
  return [
    ...(ageMs > LOOK_LASTS_MS ? [`${vm} on ${blade} was set going on a look of ${ageMs} ms ago`] : []),
    ...disks.flatMap((disk) => {
      const volume = volumeCalled(facts.fleet, disk.alias)
      if (volume === undefined) return []
      return wrong(disk, volume, lookedAtMs).map(
        (found) => `${vm} on ${blade} was set going on ${found} as ${disk.alias}`,
      )
    }),
  ]
}

const wrong = (disk: GuestDisk, volume: Volume, lookedAtMs = Number.POSITIVE_INFINITY): string[] =>
  disk.leadsTo
    .filter(({ wwid, size }) => wwid !== volume.wwid || size !== volume.size)
    .filter(({ sinceMs }) => sinceMs === undefined || sinceMs <= lookedAtMs)
    .map(({ wwid, size }) => `${wwid} (${size} bytes)`)
