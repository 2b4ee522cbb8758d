/**
 * Which LUN a path of /dev is on a blade, by whatever name a domain has it: the map's, its device's, one path's, a link's.
 * May come in: a report's maps, ids that INQUIRY gave. May not: a guess; a name that nobody has is undefined.
 */
import type { BladeName, Wwid } from '#documents'
import { mapNamed, pathsOn } from './paths.ts'
import type { BladeReport } from './report.ts'
import { reportOf, type Survey, wwidOf } from './survey.ts'

const BY_ID = '/dev/disk/by-id/'

export function lunAt(survey: Survey, blade: BladeName, path: string): Wwid | undefined {
  const report = reportOf(survey, blade)
  if (report === undefined) return undefined
  if (path.startsWith(BY_ID)) return linkedTo(report, path.slice(BY_ID.length))
  const mapped = /^\/dev\/mapper\/([^/]+)$/.exec(path)?.[1]
  if (mapped !== undefined) return mapNamed(report, mapped)?.wwid
  const device = /^\/dev\/([^/]+)$/.exec(path)?.[1]
  const map = report.maps.find(({ dm }) => dm === device)
  if (map !== undefined) return map.wwid
  const one = pathsOn(survey, blade).find(({ sd }) => sd === device)
  return one && wwidOf(one)
}

/** Source: 60-persistent-storage.rules and 13-dm-disk.rules of systemd and lvm2 */
function linkedTo(report: BladeReport, link: string): Wwid | undefined {
  const named = /^dm-name-(.+)$/.exec(link)?.[1]
  if (named !== undefined) return mapNamed(report, named)?.wwid
  const ids = report.maps.flatMap(({ wwid }) => wwid ?? [])
  return ids.find((id) => link.endsWith(`-${id}`) || link === `wwn-0x${id.slice(1)}`)
}
