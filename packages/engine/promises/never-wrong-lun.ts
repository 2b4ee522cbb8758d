/**
 * Promise 3: no VM starts or moves by us unless its disks are, through every path, the recorded WWID and size. A map's
 * name and a cached id prove nothing, so only what an INQUIRY says counts here.
 */
import type { Fleet, Volume } from '#documents'
import type { GuestDisk, Judge } from './history.ts'

export const neverWrongLun: Judge = ({ happening, facts }) => {
  if (happening.kind !== 'set going') return []
  const { vm, blade, disks } = happening.guest
  return disks.flatMap((disk) => {
    const volume = volumeCalled(facts.fleet, disk.alias)
    if (volume === undefined) return []
    return wrong(disk, volume).map((found) => `${vm} on ${blade} was set going on ${found} as ${disk.alias}`)
  })
}

const volumeCalled = ({ volumes }: Fleet, name: string): Volume | undefined =>
  [...volumes.values()].find((volume) => volume.alias === name)

const wrong = (disk: GuestDisk, volume: Volume): string[] =>
  disk.leadsTo
    .filter(({ wwid, size }) => wwid !== volume.wwid || size !== volume.size)
    .map(({ wwid, size }) => `${wwid} (${size} bytes)`)
