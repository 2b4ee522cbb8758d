/**
 * Claim: on the blade, /dev/mapper/<alias> is the volume: it is a multipath map, and every path in it leads to the LUN
 * whose WWID and size are recorded. Only a fresh INQUIRY counts: once the array reuses a LUN number, sysfs, udev and
 * multipathd keep the old id (recordings/44). libvirt compares nothing but the path's text (recordings/32).
 */
import { formatSize } from '#documents'
import {
  type DmMap,
  mapNamed,
  type Path,
  pathsIn,
  pathsTo,
  reportOf,
  type Survey,
  silenceOf,
  sizeOf,
  wwidOf,
} from '#survey'
import { pathLine, pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function identity(claim: ClaimOf<'identity'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  if (report.impostors.includes(volume.alias))
    return refuted(claim, `what lies at /dev/mapper/${volume.alias} on ${blade} is no device`, {
      evidence: ['whatever is written there goes into a file and never to the LUN'],
      next: `look at it on ${blade}, then remove the file`,
    })
  const map = mapNamed(report, volume.alias)
  if (map === undefined)
    return refuted(claim, `there is no /dev/mapper/${volume.alias} on ${blade}`, absent(claim, survey))
  return ofMap(claim, map, pathsIn(survey, blade, map.name))
}

function ofMap(claim: ClaimOf<'identity'>, map: DmMap, paths: readonly Path[]): Finding {
  const { blade, volume } = claim
  const another = `/dev/mapper/${volume.alias} on ${blade} is another LUN`
  const recorded = `recorded  ${volume.wwid}  ${formatSize(volume.size)}`
  const next = 'Moved or started by hand, the VM would write on that LUN'
  const strange = paths.filter((path) => wwidOf(path) !== undefined && wwidOf(path) !== volume.wwid)
  if (strange.length > 0)
    return refuted(claim, another, {
      evidence: [recorded, ...strange.map((path) => `found     ${pathLine(path)}`)],
      next,
    })
  if (map.wwid !== volume.wwid)
    return refuted(claim, another, {
      evidence: [recorded, `found     ${map.dm} ${map.wwid ?? 'no multipath map'}`],
      next,
    })
  const wrong = paths.filter((path) => sizeOf(path) !== undefined && sizeOf(path) !== volume.size)
  if (wrong.length > 0 || map.size !== volume.size)
    return refuted(claim, `/dev/mapper/${volume.alias} on ${blade} has another size`, {
      evidence: [recorded, `found     ${map.dm}  ${formatSize(map.size)}`, ...pathLines(wrong)],
    })
  const silent = paths.filter((path) => path.inquiry.state !== 'read' && path.inMap !== 'failed')
  if (paths.length < map.slaves.length || silent.length > 0)
    return unknown(claim, `not every path of /dev/mapper/${volume.alias} on ${blade} answered`, {
      evidence: pathLines(silent),
    })
  const answered = paths.filter((path) => path.inquiry.state === 'read')
  // A path that the kernel has failed carries no I/O; it is asked again before it counts (multipathd: recheck_wwid).
  if (answered.length === 0) return unknown(claim, `no path of /dev/mapper/${volume.alias} on ${blade} answered`)
  return proved(
    claim,
    `${volume.wwid}, ${formatSize(volume.size)}, INQUIRY on ${answered.length} of ${paths.length} paths`,
    {
      evidence: pathLines(paths),
    },
  )
}

/** Where the map is missing: is the LUN there at all? */
function absent({ blade, volume }: ClaimOf<'identity'>, survey: Survey) {
  const paths = pathsTo(survey, blade, volume.wwid)
  return paths.length === 0
    ? {
        evidence: [`no path on ${blade} leads to ${volume.wwid}`],
        next: `show the LUN to ${blade} on the array and rescan`,
      }
    : { evidence: pathLines(paths), next: `write the alias on ${blade}: the LUN is there under another name` }
}
