/**
 * Which LUN a path of /dev is on a blade, by whatever name a domain has it: the map's, its device's, one path's, a link's.
 * May come in: a report's maps, ids that INQUIRY gave. May not: a guess; a name that nobody has is undefined.
 */
import type { BladeName, Wwid } from '#documents'
import { mapNamed, pathsOn } from './paths.ts'
import type { BladeReport, DmMap } from './report.ts'
import { type Path, reportOf, type Survey, wwidOf } from './survey.ts'

const BY_ID = '/dev/disk/by-id/'

/** A map, or one path by itself. */
export type LeadsTo = { readonly map: DmMap } | { readonly path: Path }

export function lunAt(survey: Survey, blade: BladeName, path: string): Wwid | undefined {
  const found = deviceAt(survey, blade, path)
  if (found === undefined) return undefined
  return 'map' in found ? found.map.wwid : wwidOf(found.path)
}

export function deviceAt(survey: Survey, blade: BladeName, path: string): LeadsTo | undefined {
  const report = reportOf(survey, blade)
  if (report === undefined) return undefined
  const device = /^\/dev\/([^/]+)$/.exec(path)?.[1]
  const map = mapAt(report, path, device)
  if (map !== undefined) return { map }
  const one = device === undefined ? undefined : pathsOn(survey, blade).find(({ sd }) => sd === device)
  return one && { path: one }
}

function mapAt(report: BladeReport, path: string, device: string | undefined): DmMap | undefined {
  if (path.startsWith(BY_ID)) return linkedTo(report, path.slice(BY_ID.length))
  const mapped = /^\/dev\/mapper\/([^/]+)$/.exec(path)?.[1]
  return mapped === undefined ? report.maps.find(({ dm }) => dm === device) : mapNamed(report, mapped)
}

/** Source: 60-persistent-storage.rules and 13-dm-disk.rules of systemd and lvm2 */
function linkedTo(report: BladeReport, link: string): DmMap | undefined {
  const named = /^dm-name-(.+)$/.exec(link)?.[1]
  if (named !== undefined) return mapNamed(report, named)
  return report.maps.find(
    ({ wwid }) => wwid !== undefined && (link.endsWith(`-${wwid}`) || link === `wwn-0x${wwid.slice(1)}`),
  )
}
