/**
 * Devices that became another LUN under the kernel's hands: what the host takes them for, and what they are. Several
 * claims and the plan that takes them away ask here, so that what was named is what is deleted.
 */
import type { Alias, BladeName, Fleet, Wwid } from '#documents'
import { mapNamed, type Path, pathsOn, reportOf, type Survey, wwidOf } from '#survey'

export type StaleDevice = {
  readonly path: Path
  readonly was: Wwid
  readonly is: Wwid
  /** The kernel itself knows what it is, and only the map that holds it is another's. */
  readonly isMisplaced: boolean
}

/** Those of a blade; of its foreign ones too where no volumes are named. */
export function staleOn(fleet: Fleet, survey: Survey, blade: BladeName, volumes?: readonly Alias[]): StaleDevice[] {
  return devicesOf(fleet, survey, blade, volumes).flatMap((path) => {
    const [is, mapped] = [wwidOf(path), mapOver(survey, path)]
    if (is === undefined) return []
    if (path.known !== undefined && path.known !== is) return [{ path, was: path.known, is, isMisplaced: false }]
    if (mapped === undefined || mapped === is) return []
    return [{ path, was: mapped, is, isMisplaced: path.known === is }]
  })
}

/** All devices of the blade, or those that have to do with one of the volumes: by what they are, or are taken for. */
export function devicesOf(
  fleet: Fleet,
  survey: Survey,
  blade: BladeName,
  volumes: readonly Alias[] | undefined,
): readonly Path[] {
  const paths = pathsOn(survey, blade)
  if (volumes === undefined) return paths
  const ids = new Set<Wwid | undefined>(volumes.flatMap((alias) => documented(fleet, alias)?.wwid ?? []))
  return paths.filter((path) => ids.has(wwidOf(path)) || ids.has(path.known) || ids.has(mapOver(survey, path)))
}

/** The LUN that the map which holds the device is of. */
const mapOver = (survey: Survey, { blade, map }: Path): Wwid | undefined => {
  const report = reportOf(survey, blade)
  return report === undefined || map === undefined ? undefined : mapNamed(report, map)?.wwid
}

const documented = ({ volumes, aside }: Fleet, alias: Alias) => volumes.get(alias) ?? aside.get(alias)

/** One line: place, disk, fabric, map, both ids and whose they are. */
export function staleLine(fleet: Fleet, { path: { hctl, sd, fabric, map }, is, was }: StaleDevice): string {
  return [
    `${hctl}  ${sd}  ${fabric ?? '?'}  ${map === undefined ? 'in no map' : `in the map ${map}`}`,
    `known as ${was} (${nameOf(fleet, was)}), is ${is} (${nameOf(fleet, is)})`,
  ].join('  ')
}

function nameOf({ volumes, aside }: Fleet, wwid: Wwid): string {
  const volume = [...volumes.values(), ...aside.values()].find((one) => one.wwid === wwid)
  if (volume === undefined) return 'no volume of this fleet'
  return volume.state === undefined ? volume.alias : `${volume.alias}, ${volume.state}`
}
