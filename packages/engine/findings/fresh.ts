/**
 * Claim: every device that came over the SAN is still the LUN for which the kernel knows it, be it in a map or in none.
 * When an array gives a LUN number to another LUN, on one fabric or on both, the kernel keeps the device under the old
 * id: sysfs, udev and multipathd go on with it, and what is read and written is the other LUN (recordings/44). Only a fresh
 * INQUIRY tells.
 */
import type { Fleet, Wwid } from '#documents'
import { type BladeReport, mapNamed, type Path, pathsOn, reportOf, type Survey, wwidOf } from '#survey'
import { pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function fresh(claim: ClaimOf<'fresh'>, fleet: Fleet, survey: Survey): Finding {
  const { blade } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, `${blade} gave no answer`)
  const paths = pathsOn(survey, blade)
  const stale = paths.flatMap((path) => {
    const [is, was] = [wwidOf(path), believed(path, report)]
    return is === undefined || was === undefined || is === was ? [] : [{ path, is, was }]
  })
  if (stale.length > 0)
    return refuted(claim, `${blade}: ${stale.length} of ${paths.length} devices became another LUN`, {
      evidence: stale.map(({ path: { hctl, sd, fabric, map }, is, was }) =>
        [
          `${hctl}  ${sd}  ${fabric ?? '?'}  ${map === undefined ? 'in no map' : `in the map ${map}`}`,
          `known as ${was} (${nameOf(fleet, was)}), is ${is} (${nameOf(fleet, is)})`,
        ].join('  '),
      ),
      next: 'start, move or grow nothing on these LUNs before the devices are deleted and found anew',
    })
  const silent = paths.filter((path) => path.inquiry.state !== 'read')
  if (silent.length > 0)
    return unknown(claim, `${silent.length} of ${paths.length} devices on ${blade} gave no answer`, {
      evidence: pathLines(silent),
    })
  return proved(claim, `${blade}: ${paths.length} of ${paths.length} devices are what the kernel knows them for`)
}

/** By the kernel's own note; where it has none, by the map that holds the device. */
const believed = ({ known, map }: Path, report: BladeReport): Wwid | undefined =>
  known ?? (map === undefined ? undefined : mapNamed(report, map)?.wwid)

function nameOf(fleet: Fleet, wwid: Wwid): string {
  const volume = [...fleet.volumes.values(), ...fleet.aside.values()].find((one) => one.wwid === wwid)
  if (volume === undefined) return 'no volume of this fleet'
  const state = fleet.aside.get(volume.alias)?.state
  return state === undefined ? volume.alias : `${volume.alias}, ${state}`
}
