/**
 * Claim: the VM stands still on the blade, and by whom it was stopped. One that a disk's error has stopped goes on where
 * the disk is back; one that waits for the end of a move, or that has crashed, is nobody's to set going.
 */
import { domainsOf, libvirtSilenceOf, type PausedBy, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function paused(claim: ClaimOf<'paused'>, survey: Survey): Finding {
  const { blade, vm, uuid, by } = claim
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const found = domains.find((domain) => domain.uuid === uuid && domain.name === vm)
  if (found === undefined) return refuted(claim, `${blade} has no ${vm}`)
  if (found.state !== 'paused')
    return refuted(claim, `${vm} is ${found.state} on ${blade}: it does not stand still`, {
      ...(found.state === 'running' ? {} : { next: `anyblade vm start ${vm}` }),
    })
  if (found.pausedBy === undefined) return unknown(claim, `libvirt on ${blade} does not say why ${vm} is paused`)
  const told = `${vm} is paused on ${blade} ${BY[found.pausedBy]}`
  if (found.pausedBy === 'io-error' || (by === 'either' && found.pausedBy === 'operator')) return proved(claim, told)
  return refuted(claim, told, {
    next: found.pausedBy === 'operator' ? `anyblade vm resume ${vm}` : 'anyblade run list',
  })
}

const BY: Readonly<Record<PausedBy, string>> = {
  'io-error': 'by an I/O error',
  operator: 'by an operator',
  other: 'neither by an I/O error nor by an operator',
}
