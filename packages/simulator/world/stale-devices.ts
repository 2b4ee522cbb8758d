/** Devices that became another LUN under the kernel's hands, deleted as on-blade/acts/remove-stale.sh does it. */
import type { RemoveStale } from '@anyblade/engine'
import { type Process, sleep } from '#time'
import { identity } from './acts-on-lun.ts'
import type { Machine } from './machine.ts'
import type { Told } from './partner.ts'
import { Refused } from './refused.ts'
import type { Device } from './scsi.ts'
import type { World } from './world.ts'

/** Who writes through a map over such a device is stopped first; what the kernel knows rightly stays. */
export function* removeStale(world: World, machine: Machine, action: RemoveStale): Process<Told> {
  const { kernel, multipathd, libvirt } = machine
  const there = () =>
    action.devices.flatMap((one) => {
      const device = kernel.devices.find(({ hctl }) => hctl === one.hctl)
      return device === undefined ? [] : [{ ...one, device, said: identity(world, machine, device) }]
    })
  const isStale = ({ device, said, is }: ReturnType<typeof there>[number]): boolean => {
    if (typeof said === 'string') throw new Refused(`${device.hctl} does not say which LUN it is (${said})`)
    if (said.wwid === device.cached.wwid) return false
    if (said.wwid !== is) throw new Refused(`${device.hctl} ${device.sd} is ${said.wwid} by now, not ${is}`)
    return true
  }
  const mapOver = ({ sd }: Device) => multipathd.maps.find(({ slaves }) => slaves.includes(sd))
  const needUnused = (device: Device) => {
    const map = mapOver(device)
    const user = libvirt.active.find(({ disks }) => map !== undefined && disks.includes(map.name))
    if (user !== undefined)
      throw new Refused(`${device.hctl} in the map ${map?.name} is in use: ${user.name} has it open`)
  }
  for (const { device } of there().filter(isStale)) needUnused(device)
  const lines: string[] = []
  for (const one of there()) {
    yield* sleep(world.dice.between(10, 100))
    const { device } = one
    if (!isStale({ ...one, said: identity(world, machine, device) })) continue
    needUnused(device)
    const map = mapOver(device)
    if (map !== undefined) map.slaves = map.slaves.filter((sd) => sd !== device.sd)
    kernel.remove(device)
    lines.push(`${device.hctl} ${device.sd} ${one.is}, known as ${one.was}`)
  }
  yield* sleep(1000)
  return { lines }
}
