/**
 * Claim: nothing that the blade's host itself stands on is the volume: its root, boot and swap, and all else that it has
 * mounted, are resolved down to disks, and none of these is a path or the map of it. A host whose root LUN is taken away
 * under it goes on for a while and can't be reached to mend it.
 */
import {
  excuse,
  type HostDisks,
  mapNamed,
  mapOfLun,
  pathsTo,
  ROOT_USE,
  reportOf,
  type Survey,
  silenceOf,
} from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function noHostDisk(claim: ClaimOf<'no-host-disk'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  if (report.hostDisks.state !== 'read')
    return unknown(claim, `${blade} does not say which disks it stands on (${excuse(report.hostDisks)})`)
  const { uses, untold } = report.hostDisks.value
  const its = new Set([
    ...[mapOfLun(report, volume.wwid), mapNamed(report, volume.alias)].flatMap((map) => map?.dm ?? []),
    ...pathsTo(survey, blade, volume.wwid).map(({ sd }) => sd),
  ])
  const standing = standingOn(uses, its)
  if (standing.length > 0)
    return refuted(claim, `the host ${blade} itself stands on ${volume.alias}`, {
      evidence: standing.map(chainLine),
      next: `move ${standing.map(({ use }) => use).join(', ')} of ${blade} off this LUN; it is no volume for guests before`,
    })
  if (untold.length > 0 || !uses.some(({ use }) => use === ROOT_USE))
    return unknown(claim, `${blade} does not say on which disks all of it stands`, {
      evidence: untold.length > 0 ? untold.map(({ use, source }) => `${use}: ${source}`) : ['its root is not told'],
      next: `look with lsblk -s on ${blade}`,
    })
  const disks = new Set(uses.flatMap(({ devices }) => devices.slice(-1)))
  return proved(claim, `${blade} stands on ${[...disks].join(', ') || 'no disk'}, and nothing of ${volume.alias}`)
}

/** What of the host has one of these devices below it. */
export const standingOn = (uses: HostDisks['uses'], these: ReadonlySet<string>): HostDisks['uses'] =>
  uses.filter(({ devices }) => devices.some((device) => these.has(device)))

export const chainLine = ({ use, devices }: HostDisks['uses'][number]): string => `${use}: ${devices.join(' on ')}`
