/**
 * Claim: where the VM is, by libvirt's word, told by uuid and by name.
 * A leftover definition of the same name with another uuid on the destination makes a migration fail with "End of file
 * while reading data" (recordings/93), so an absence means: neither the name nor the uuid.
 */
import { type Domain, domainsOf, libvirtSilenceOf, type Survey } from '#survey'
import { type ClaimOf, type DomainWanted, type Finding, proved, refuted, unknown } from './finding.ts'

const OFF: ReadonlySet<string> = new Set(['shut off', 'crashed'])

export function domain(claim: ClaimOf<'domain'>, survey: Survey): Finding {
  const { blade, vm, uuid, wanted } = claim
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const namesake = domains.find((candidate) => candidate.name === vm && candidate.uuid !== uuid)
  if (namesake !== undefined)
    return refuted(claim, `${blade} has another domain named ${vm}`, {
      evidence: [`recorded  ${uuid}`, `found     ${line(namesake)}`],
      next: `look at it with virsh on ${blade}; undefine it if it is a leftover`,
    })
  const found = domains.find((candidate) => candidate.uuid === uuid)
  if (found !== undefined && found.name !== vm)
    return refuted(claim, `${blade} has ${vm}'s uuid under the name ${found.name}`, { evidence: [line(found)] })
  return judged(claim, wanted, found)
}

function judged(claim: ClaimOf<'domain'>, wanted: DomainWanted, found: Domain | undefined): Finding {
  const { blade, vm } = claim
  const state = found === undefined ? 'absent' : found.state
  const evidence = found === undefined ? [] : [line(found)]
  const told = state === 'absent' ? `${blade} has no ${vm}` : `${vm} is ${state} on ${blade}`
  return suits(wanted, state) ? proved(claim, told, { evidence }) : refuted(claim, told, { evidence })
}

function suits(wanted: DomainWanted, state: Domain['state'] | 'absent'): boolean {
  switch (wanted) {
    case 'absent':
      return state === 'absent'
    case 'running':
      return state === 'running'
    case 'active':
      return state === 'running' || state === 'paused'
    case 'off':
      return OFF.has(state)
    case 'not running':
      return state === 'absent' || OFF.has(state)
    case 'present':
      return state !== 'absent'
    case 'any':
      return true
  }
}

const line = (found: Domain): string => `${found.name}  ${found.uuid}  ${found.state}`
