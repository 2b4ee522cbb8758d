/**
 * Claim: puppet's agent can deliver our file to the blade: it is there, enabled, known to puppet by the documented name,
 * and changes what it finds; and the blade's multipath reads drop-ins, for puppet owns no block in an operator's file.
 * One that runs just now is no hindrance: it is waited for.
 */
import { agentOf, type Fleet } from '#documents'
import { excuse, reportOf, type Survey } from '#survey'
import { releaseIn } from '../config/aliases.ts'
import { readsDropIns } from '../config/candidate.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function agent(claim: ClaimOf<'agent'>, fleet: Fleet, survey: Survey): Finding {
  const { blade } = claim
  const wanted = agentOf(fleet, blade)?.certname
  const report = reportOf(survey, blade)
  const next = { next: `ssh to ${blade} and see: puppet config print --section agent` }
  if (report === undefined || report.agent.state !== 'read')
    return unknown(claim, `puppet's agent on ${blade} was not read (${excuse(report?.agent)})`, next)
  const { version, certname, noop, disabled } = report.agent.value
  if (disabled !== undefined)
    return refuted(claim, `puppet's agent on ${blade} is disabled: ${disabled || 'no reason was given'}`, {
      next: `ask who disabled it, then on ${blade}: puppet agent --enable`,
    })
  if (noop)
    return refuted(claim, `puppet's agent on ${blade} changes nothing: noop is set`, {
      next: 'take noop out of its puppet.conf',
    })
  if (certname !== wanted)
    return refuted(claim, `puppet knows ${blade} as ${certname}, not ${wanted ?? 'at all'}`, {
      next: `certname: ${certname} in blades/${blade}.yaml`,
    })
  const release = releaseIn(report.tools.multipath)
  if (release === undefined || !readsDropIns(release))
    return refuted(claim, `multipath-tools ${release ?? '(none)'} on ${blade} read no drop-in that puppet could own`, {
      next: 'delivery: push, or multipath-tools 0.8.4 or later there',
    })
  return proved(claim, `puppet's agent ${version} on ${blade} is enabled, as ${certname}`)
}
