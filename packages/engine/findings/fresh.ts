/**
 * Claim: every device that came over the SAN is still the LUN for which the kernel knows it, be it in a map or in none,
 * and the map that holds it is of that LUN.
 * When an array gives a LUN number to another LUN, on one fabric or on both, the kernel keeps the device under the old
 * id: sysfs, udev and multipathd go on with it, and what is read and written is the other LUN (recordings/44). Only a fresh
 * INQUIRY tells.
 */
import type { Fleet } from '#documents'
import { reportOf, type Survey, silenceOf } from '#survey'
import { pathLines } from './evidence-of-paths.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'
import { devicesOf, staleLine, staleOn } from './stale.ts'

export function fresh(claim: ClaimOf<'fresh'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volumes } = claim
  if (reportOf(survey, blade) === undefined) return unknown(claim, silenceOf(survey, blade))
  const devices = devicesOf(fleet, survey, blade, volumes)
  const stale = staleOn(fleet, survey, blade, volumes)
  if (stale.length > 0)
    return refuted(claim, `${blade}: ${stale.length} of ${devices.length} devices became another LUN`, {
      evidence: stale.map((one) => staleLine(fleet, one)),
      next: 'anyblade volume rescan --purge --plan',
    })
  const silent = devices.filter(({ inquiry }) => inquiry.state !== 'read')
  if (silent.length > 0)
    return unknown(claim, `${silent.length} of ${devices.length} devices on ${blade} gave no answer`, {
      evidence: pathLines(silent),
    })
  return proved(claim, `${blade}: ${devices.length} of ${devices.length} devices are what the kernel knows them for`)
}
