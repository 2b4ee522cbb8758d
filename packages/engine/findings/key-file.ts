/**
 * Claim: `reservation_key file` is in effect in multipathd for the volume, by the daemon's own word and not by what its
 * files say. Without it a path that returns stays unregistered, and mpathpersist registers nothing that lasts.
 * It must stand in `defaults`: in a multipath section mpathpersist 0.9.4 does not see it (measured).
 */
import { excuse, reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function keyFile(claim: ClaimOf<'key-file'>, survey: Survey): Finding {
  const { blade, volume } = claim
  const report = reportOf(survey, blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, blade))
  if (report.registering.state !== 'read')
    return unknown(claim, `multipathd on ${blade} does not say under which keys it registers`, {
      evidence: [excuse(report.registering)],
    })
  const { configured } = report.registering.value
  const wrong = [
    ['defaults', configured.get('')] as const,
    ...(configured.has(String(volume.wwid)) ? [[volume.alias, configured.get(String(volume.wwid))] as const] : []),
  ].filter(([, value]) => value !== 'file')
  if (wrong.length === 0) return proved(claim, `${blade}: multipathd keeps the key and registers a path that returns`)
  return refuted(claim, `reservation_key file is not in effect in multipathd on ${blade}`, {
    evidence: wrong.map(
      ([where, value]) => `${where}: ${value === undefined ? 'nothing' : `reservation_key ${value}`}`,
    ),
    next: `set reservation_key file in the defaults of multipath.conf on ${blade}, then multipathd reconfigure`,
  })
}
