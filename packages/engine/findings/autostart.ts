/**
 * Claim: the blade does not start the VM by itself when it boots. One that did would come up beside the copy that was
 * started elsewhere meanwhile, and nobody would have asked.
 */
import { domainsOf, libvirtSilenceOf, type Survey } from '#survey'
import { startedByHost, startsByItself } from '../config/baseline/autostart.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function autostart(claim: ClaimOf<'autostart'>, survey: Survey): Finding {
  const { blade, vm, uuid } = claim
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const [found] = startedByHost(domains, new Set([uuid]))
  if (found === undefined) return proved(claim, `${blade} does not start ${vm} by itself`)
  return refuted(claim, `${blade}: ${startsByItself(found)}`, {
    evidence: ['a managed VM is started by hand only, once it is proved that it runs nowhere'],
    next: `ssh ${blade} virsh autostart --disable ${vm}`,
  })
}
