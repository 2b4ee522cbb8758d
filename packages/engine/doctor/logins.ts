/**
 * Whether blades can log in at one another, as moves between them need it. Each log-in leaves its trace on the far side, and so
 * it is tried only where the operator wants it; on hosts without documents nobody knows how they name one another.
 */
import type { BladeName, Fleet } from '#documents'
import { type ClaimOf, prove } from '#findings'
import { loginHost } from '#plans'
import { excuse, reportOf, type Survey } from '#survey'
import type { Diagnosis, Untold } from './diagnosis.ts'

const answering = (survey: Survey): BladeName[] =>
  [...survey.blades.keys()].filter((blade) => reportOf(survey, blade) !== undefined)

/** Of all that answer, each at each other; who begins with its neighbour is not tried by all at once. */
export function loginsOf(documents: Fleet, survey: Survey): ClaimOf<'logs-in'>[] {
  if (documents.commit === '') return []
  const all = answering(survey)
  return all.flatMap((blade, i) =>
    [...all.slice(i + 1), ...all.slice(0, i)].flatMap((to): ClaimOf<'logs-in'>[] => {
      const far = documents.blades.get(to)
      return far === undefined ? [] : [{ kind: 'logs-in', blade, to, host: loginHost(far) }]
    }),
  )
}

/** `further`: the answer to the second question. */
export function wrongLogins(
  documents: Fleet,
  first: Survey,
  further: Survey,
): { readonly diagnoses: Diagnosis[]; readonly untold: Untold[] } {
  const claims = loginsOf(documents, first)
  const tried = claims.filter(({ blade }) => reportOf(further, blade)?.logins.state === 'read')
  const findings = tried.map((claim) => prove(claim, documents, further))
  const diagnoses = findings.flatMap(({ claim, verdict, because, evidence, next }): Diagnosis[] =>
    verdict !== 'refuted' || claim.kind !== 'logs-in'
      ? []
      : [
          {
            ...{ severity: 'major', check: 'credentials', blades: [claim.blade, claim.to], because, evidence },
            consequence: `no guest can be moved from ${claim.blade} to ${claim.to}`,
            mend: next ?? 'anyblade blade trust --plan',
          },
        ],
  )
  if (answering(first).length < 2) return { diagnoses, untold: [] }
  const untried = claims.filter((claim) => !tried.includes(claim))
  const why =
    documents.commit === '' ? 'without documents nobody knows how they name one another' : whyUntried(untried, further)
  const isTold = claims.length > 0 && untried.length === 0
  return {
    diagnoses,
    untold: isTold ? [] : [{ check: 'credentials', because: `whether blades can log in to one another: ${why}` }],
  }
}

function whyUntried([claim]: readonly ClaimOf<'logs-in'>[], further: Survey): string {
  const logins = claim && reportOf(further, claim.blade)?.logins
  if (claim === undefined || logins === undefined || excuse(logins).includes('not asked'))
    return 'only a log-in would tell, which --probe-logins tries'
  return `${claim.blade}: ${excuse(logins)}`
}
