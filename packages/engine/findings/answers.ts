/**
 * Claim: the blade answers, it is the machine that its document means, and it is not fenced.
 * A host that was set up anew, or a name that now leads elsewhere, has another machine-id.
 */
import type { Fleet } from '#documents'
import { reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function answers(claim: ClaimOf<'answers'>, fleet: Fleet, survey: Survey): Finding {
  const report = reportOf(survey, claim.blade)
  if (report === undefined)
    return unknown(claim, silenceOf(survey, claim.blade), {
      next: `anyblade blade show ${claim.blade}`,
    })
  const wanted = fleet.blades.get(claim.blade)?.machine_id
  if (wanted !== report.host.machineId)
    return refuted(claim, `${claim.blade} is another machine than its document says`, {
      evidence: [`recorded  ${wanted ?? 'nothing'}`, `found     ${report.host.machineId} (${report.host.hostname})`],
      next: `compare blades/${claim.blade}.yaml with the host, then correct it`,
    })
  if (fleet.blades.get(claim.blade)?.fenced === true && claim.fencedToo !== true)
    return refuted(claim, `${claim.blade} is fenced: nothing is planned for it before it has been taken back`, {
      next: `anyblade blade return ${claim.blade}`,
    })
  return proved(claim, `${claim.blade} answers as ${report.host.hostname}`)
}
