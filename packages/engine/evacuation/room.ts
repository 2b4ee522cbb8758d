/**
 * What a blade has for guests that come, and why one does not fit: its memory, its processors, and who must not be where
 * another one of its anti-affinity group is. Pure values: a guest that is placed gives a new room.
 */
import { type BladeName, bladesInService, type Fleet, type VmName } from '#documents'
import { domainsOf, freeOn, isActive, type Need, reportOf, type Survey, vcpusOn } from '#survey'

/** `vm`, `group`: of the fleet's own. */
export type Guest = Need & { readonly vm: VmName | undefined; readonly group: string | undefined }

export type Room = {
  /** undefined: not told. */
  readonly freeBytes: number | undefined
  readonly processorCount: number | undefined
  readonly vcpuCount: number
  /** Virtual processors for each processor, at most. */
  readonly vcpusEach: number | undefined
  readonly chassis: string | undefined
  /** Who of each anti-affinity group is there. */
  readonly apart: ReadonlyMap<string, VmName>
}
export type Rooms = ReadonlyMap<BladeName, Room>

/** Of every blade in service but those that are to be empty. */
export const roomsOf = (fleet: Fleet, survey: Survey, empty: readonly BladeName[]): Rooms =>
  new Map(
    bladesInService(fleet)
      .filter((blade) => !empty.includes(blade))
      .map((blade) => [blade, roomOf(fleet, survey, blade)]),
  )

function roomOf(fleet: Fleet, survey: Survey, blade: BladeName): Room {
  return {
    freeBytes: freeOn(survey, blade),
    processorCount: reportOf(survey, blade)?.host.processorCount,
    vcpuCount: vcpusOn(survey, blade),
    vcpusEach: fleet.settings.policies?.vcpus,
    chassis: fleet.blades.get(blade)?.chassis,
    apart: new Map(groupsOn(fleet, survey, blade).map(({ vm, group }) => [group, vm])),
  }
}

/** The VMs of anti-affinity groups that are active on a blade, by name. */
export function groupsOn(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
): { readonly vm: VmName; readonly group: string }[] {
  const active = new Set((domainsOf(survey, blade) ?? []).filter(isActive).map(({ uuid }) => uuid))
  return [...fleet.vms.values()]
    .flatMap(({ name, uuid, anti_affinity: group }) =>
      group !== undefined && active.has(uuid) ? [{ vm: name, group }] : [],
    )
    .sort((a, b) => (a.vm < b.vm ? -1 : 1))
}

/** Why the guest does not fit, without the blade's name; undefined: it does. */
export function objectionOf(room: Room, { bytes, vcpuCount, group }: Guest): string | undefined {
  const other = group === undefined ? undefined : room.apart.get(group)
  if (other !== undefined) return `${other} of its anti-affinity group ${group} is there`
  if (room.freeBytes === undefined) return 'how much memory is free there is not told'
  if (room.freeBytes < bytes) return `${mebibytes(bytes)} are needed, ${mebibytes(room.freeBytes)} are free`
  return tooMany(room, vcpuCount)
}

function tooMany({ processorCount, vcpuCount, vcpusEach }: Room, more: number): string | undefined {
  if (processorCount === undefined)
    return vcpusEach === undefined ? undefined : 'how many processors it has is not told'
  if (more > processorCount) return `it has ${more} virtual processors, the blade ${processorCount} processors`
  if (vcpusEach === undefined || vcpuCount + more <= vcpusEach * processorCount) return undefined
  return `${vcpuCount + more} virtual processors on ${processorCount} processors are more than ${vcpusEach} for each`
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`

export const withGuest = (rooms: Rooms, to: BladeName, { bytes, vcpuCount, group, vm }: Guest): Rooms => {
  const room = rooms.get(to)
  if (room === undefined) return rooms
  const apart = group === undefined || vm === undefined ? room.apart : new Map(room.apart).set(group, vm)
  const freeBytes = room.freeBytes === undefined ? undefined : room.freeBytes - bytes
  return new Map(rooms).set(to, { ...room, freeBytes, vcpuCount: room.vcpuCount + vcpuCount, apart })
}

/** Who of its group is on another blade of the same chassis, which is to be avoided and not forbidden. */
export function sharesChassis(rooms: Rooms, to: BladeName, { group }: Guest): VmName | undefined {
  const chassis = rooms.get(to)?.chassis
  if (group === undefined || chassis === undefined) return undefined
  const others = [...rooms].filter(([blade, room]) => blade !== to && room.chassis === chassis)
  return others.flatMap(([, room]) => room.apart.get(group) ?? [])[0]
}
