/**
 * The survey's paths and a report's maps by what they are asked for. A fleet of 64 blades with 1,000 volumes has 256,000
 * paths, and each finding about one volume would else look through all of them.
 */
import type { BladeName, LunNumber, Wwid } from '#documents'
import type { BladeReport, DmMap } from './report.ts'
import { type Path, type Survey, wwidOf } from './survey.ts'

type OnBlade = {
  readonly all: readonly Path[]
  readonly byMap: ReadonlyMap<string | undefined, readonly Path[]>
  readonly byWwid: ReadonlyMap<Wwid | undefined, readonly Path[]>
  readonly byLun: ReadonlyMap<number, readonly Path[]>
}

const surveyed = new WeakMap<readonly Path[], ReadonlyMap<BladeName, OnBlade>>()
const named = new WeakMap<readonly DmMap[], ReadonlyMap<string, DmMap>>()
const ofLuns = new WeakMap<readonly DmMap[], ReadonlyMap<Wwid | undefined, DmMap>>()
const NONE: OnBlade = { all: [], byMap: new Map(), byWwid: new Map(), byLun: new Map() }

function onBlade({ paths }: Survey, blade: BladeName): OnBlade {
  const known =
    surveyed.get(paths) ??
    new Map(
      [...Map.groupBy(paths, (path) => path.blade)].map(([name, all]) => [
        name,
        {
          all,
          byMap: Map.groupBy(all, ({ map }) => map),
          byWwid: Map.groupBy(all, wwidOf),
          byLun: Map.groupBy(all, ({ lun }) => lun),
        },
      ]),
    )
  surveyed.set(paths, known)
  return known.get(blade) ?? NONE
}

/** All paths of one blade. */
export const pathsOn = (survey: Survey, blade: BladeName): readonly Path[] => onBlade(survey, blade).all

/** Those at a LUN number, of whatever array. */
export const pathsAtLun = (survey: Survey, blade: BladeName, lun: LunNumber): readonly Path[] =>
  onBlade(survey, blade).byLun.get(lun) ?? []

/** Those that a multipath map of this name holds, by the kernel's word. */
export const pathsIn = (survey: Survey, blade: BladeName, map: string): readonly Path[] =>
  onBlade(survey, blade).byMap.get(map) ?? []

/** Those that lead to one LUN by the id that INQUIRY gave, in a map or not; none to one that is yet to be carved. */
export const pathsTo = (survey: Survey, blade: BladeName, wwid: Wwid | object): readonly Path[] =>
  (typeof wwid === 'string' && onBlade(survey, blade).byWwid.get(wwid)) || []

export function mapNamed({ maps }: BladeReport, name: string): DmMap | undefined {
  const known = named.get(maps) ?? new Map(maps.toReversed().map((map) => [map.name, map]))
  named.set(maps, known)
  return known.get(name)
}

/** The multipath map of a LUN, by the id that multipath has made it for. */
export function mapOfLun({ maps }: BladeReport, wwid: Wwid | object): DmMap | undefined {
  if (typeof wwid !== 'string') return undefined
  const known = ofLuns.get(maps) ?? new Map(maps.toReversed().map((map) => [map.wwid, map]))
  ofLuns.set(maps, known)
  return known.get(wwid)
}
