/**
 * Claims: one blade can log in at another as a move from it needs it, and reaches that machine and no other; or, for who
 * is to mend it, what became of the try. A move's source connects to its destination by ssh, past whoever began it.
 */
import type { Fleet } from '#documents'
import { excuse, type Login, reportOf, type Survey, silenceOf } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Claimed = ClaimOf<'logs-in' | 'login-known'>

/** The try that the claim is about; a text: why there was none. */
export function loginSeen({ blade, host }: Claimed, survey: Survey): Login | string {
  const report = reportOf(survey, blade)
  if (report === undefined) return silenceOf(survey, blade)
  if (report.logins.state !== 'read')
    return `whether ${blade} can log in elsewhere is not told: ${excuse(report.logins)}`
  return report.logins.value.find((one) => one.host === host) ?? `${blade} has not tried to log in at ${host}`
}

/** undefined: it can; else why not. */
export function whyNot(claim: Claimed, fleet: Fleet, { reached }: Login): string | undefined {
  if (reached.state !== 'read') return reached.because
  const wanted = fleet.blades.get(claim.to)?.machine_id
  return reached.value.machineId === wanted ? undefined : `another machine answers there: ${reached.value.machineId}`
}

export function logsIn(claim: ClaimOf<'logs-in'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, to, host } = claim
  const login = loginSeen(claim, survey)
  if (typeof login === 'string') return unknown(claim, login)
  const because = whyNot(claim, fleet, login)
  if (because === undefined) return proved(claim, `${blade} logs in at ${to}`)
  return refuted(claim, `${blade} can’t log in at ${to}, as a move between them needs it`, {
    evidence: [`ssh ${host}, as root on ${blade}: ${because}`],
    next: `anyblade blade trust ${blade} ${to} --plan`,
  })
}

export function loginKnown(claim: ClaimOf<'login-known'>, fleet: Fleet, survey: Survey): Finding {
  const login = loginSeen(claim, survey)
  if (typeof login === 'string') return unknown(claim, login)
  const because = whyNot(claim, fleet, login)
  const { blade, to } = claim
  return proved(
    claim,
    because === undefined ? `${blade} logs in at ${to}` : `${blade} does not log in at ${to} yet: ${because}`,
  )
}

/** What stands of the fleet's own on a blade was read. */
export function credentialsKnown(claim: ClaimOf<'credentials-known'>, survey: Survey): Finding {
  const report = reportOf(survey, claim.blade)
  if (report === undefined) return unknown(claim, silenceOf(survey, claim.blade))
  const { credentials } = report
  if (credentials.state !== 'read')
    return unknown(claim, `the credentials on ${claim.blade} were not read: ${excuse(credentials)}`)
  const { key, lines } = credentials.value
  const own = key === undefined ? 'no key of this fleet' : 'a key of this fleet'
  return proved(claim, `${claim.blade} has ${own}, and ${lines.length} lines for other blades`)
}
