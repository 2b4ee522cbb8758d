/**
 * The survey as LUN × blade × path: one row a LUN, told apart by the id that INQUIRY gave through each path, whether
 * a map holds it or not. May not come in: trust in a map's name; where map and INQUIRY disagree the row says so.
 */
import { type BladeName, type Bytes, type Fleet, fabricsWanted, type Volume, volumeCalled, type Wwid } from '#documents'
import { excuse } from './reading.ts'
import { type Path, reportOf, type Survey, sizeOf, wwidOf } from './survey.ts'

export type LunRow = {
  /** undefined: paths that did not say what they lead to. */
  readonly wwid: Wwid | undefined
  readonly volume: Volume | undefined
  readonly size: Bytes | undefined
  readonly paths: ReadonlyMap<BladeName, readonly Path[]>
  /** What is wrong or missing; empty: the same LUN on every path of every blade. */
  readonly remarks: readonly string[]
}

/** Volumes of the fleet first, in the order of their names, those that nobody sees among them; then the others. */
export function matrix(fleet: Fleet, survey: Survey): LunRow[] {
  const blades = [...survey.blades.keys()]
  const byId = Map.groupBy(survey.paths, wwidOf)
  const volumes = [...fleet.volumes.values()].sort((a, b) => (a.alias < b.alias ? -1 : 1))
  const known = volumes.map((volume) => row(volume.wwid, volume, byId.get(volume.wwid) ?? [], blades, fleet, survey))
  const documented = new Set(volumes.map((volume) => volume.wwid))
  const others = [...byId].filter(([wwid]) => wwid === undefined || !documented.has(wwid))
  return [...known, ...others.map(([wwid, paths]) => row(wwid, undefined, paths, blades, fleet, survey))]
}

function row(
  wwid: Wwid | undefined,
  volume: Volume | undefined,
  paths: readonly Path[],
  blades: readonly BladeName[],
  fleet: Fleet,
  survey: Survey,
): LunRow {
  const seen = Map.groupBy(paths, ({ blade }) => blade)
  const byBlade = new Map(blades.map((blade) => [blade, seen.get(blade) ?? []]))
  const size = volume?.size ?? paths.map(sizeOf).find((bytes) => bytes !== undefined)
  const remarks =
    wwid === undefined
      ? paths.map((path) => `${path.sd} on ${path.blade}: ${excuse(path.inquiry)}`)
      : [
          ...(volume === undefined ? [`no document: ${wwid}`] : missing(byBlade, fleet, survey)),
          ...strangers(wwid, volume, paths, fleet),
          ...sizes(size, paths),
        ]
  return { wwid, volume, size, paths: byBlade, remarks }
}

/** Blades that see the volume on too few fabrics, or not at all. */
function missing(byBlade: ReadonlyMap<BladeName, readonly Path[]>, fleet: Fleet, survey: Survey): string[] {
  const wanted = fabricsWanted(fleet)
  return [...byBlade].flatMap(([blade, paths]) => {
    if (reportOf(survey, blade) === undefined) return []
    if (paths.length === 0) return [`${blade} does not see it`]
    const fabrics = new Set(paths.filter((path) => path.inMap !== 'failed').map((path) => path.fabric))
    return fabrics.size < wanted ? [`${blade} sees it on ${fabrics.size} of ${wanted} fabrics`] : []
  })
}

/** Paths that a map of another name or of another LUN holds: the alias would read this LUN's data. */
function strangers(wwid: Wwid, volume: Volume | undefined, paths: readonly Path[], fleet: Fleet): string[] {
  return paths.flatMap((path) => {
    if (path.map === undefined) return volume === undefined ? [] : [`${path.sd} on ${path.blade} is in no map`]
    if (volume !== undefined && path.map !== volume.alias)
      return [`${path.sd} on ${path.blade} is in the map ${path.map}`]
    const other = volumeCalled(fleet, path.map)
    return other !== undefined && other.wwid !== wwid
      ? [`${path.sd} on ${path.blade} is in the map ${path.map}, which should be ${other.wwid}`]
      : []
  })
}

const sizes = (size: Bytes | undefined, paths: readonly Path[]): string[] =>
  paths
    .filter((path) => sizeOf(path) !== undefined && sizeOf(path) !== size)
    .map((path) => `${path.sd} on ${path.blade} has another size: ${sizeOf(path)} bytes`)
