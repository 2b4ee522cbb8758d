/**
 * Claim: a VM that starts cold on another blade leaves nothing behind that its disks do not have, or the operator has said
 * that it may be lost. Firmware variables and the state of an emulated TPM are files of the blade it was on: a live move
 * carries them along with the guest's memory (pflash_post_load() of QEMU; swtpm is set up to take its state), a cold start
 * can't.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { Fleet, Vm } from '#documents'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function leftBehind(claim: ClaimOf<'left-behind'>, fleet: Fleet): Finding {
  const vm = fleet.vms.get(claim.vm)
  if (vm === undefined) return unknown(claim, `the fleet has no ${claim.vm}`)
  const evidence = localState(vm)
  if (evidence.length === 0) return proved(claim, `all that ${vm.name} keeps is on its disks`)
  if (claim.mayBeLost) return proved(claim, 'the operator lets go of what is not on its disks', { evidence })
  return refuted(claim, `${vm.name} keeps something on ${vm.home} that is not on its disks`, {
    evidence,
    next: `bring ${vm.home} back where that must not be lost; else say so: --lose-local-state`,
  })
}

/** In sentences; empty where there is nothing, or where the XML can't be read, of which other findings tell. */
export function localState({ name, home, xml }: Pick<Vm, 'name' | 'home' | 'xml'>): string[] {
  try {
    const { os, tpms } = parseDomain(xml)
    const tpm = `what is sealed by the TPM of ${name} stays on ${home}, and can't be opened elsewhere: have its recovery keys`
    return [
      ...(os.nvram !== undefined || os.firmware === 'efi'
        ? [`the firmware variables (NVRAM) of ${name} stay on ${home}: boot entries and Secure Boot keys are made anew`]
        : []),
      ...(tpms.length === 0 ? [] : [tpm]),
    ]
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}
