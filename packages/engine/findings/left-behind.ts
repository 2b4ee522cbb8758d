/**
 * Claim: a VM that starts cold on another blade leaves nothing behind that its disks do not have; or what it leaves can be
 * brought from there; or the operator has said that it may be lost. Firmware variables and the state of an emulated TPM are
 * files of the blade it was on: a live move carries them along with the guest's memory (pflash_post_load() of QEMU; swtpm is
 * set up to take its state), a cold start brings them only where that blade still answers, fenced as it is.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { Fleet, Vm } from '#documents'
import { domainsOf, excuse, libvirtSilenceOf, reportOf, type StateFile, type Survey } from '#survey'
import { answers } from './answers.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function leftBehind(claim: ClaimOf<'left-behind'>, fleet: Fleet, survey: Survey): Finding {
  const vm = fleet.vms.get(claim.vm)
  if (vm === undefined) return unknown(claim, `the fleet has no ${claim.vm}`)
  const evidence = localState(vm)
  if (evidence.length === 0) return proved(claim, `all that ${vm.name} keeps is on its disks`)
  const found = stateLeft(vm, fleet, survey)
  if ('files' in found)
    return proved(claim, `what ${vm.name} keeps beside its disks is brought from ${vm.home}`, {
      evidence: found.files.map(
        ({ kind, name, bytes, sha256 }) => `${kind} ${name}  ${bytes} bytes  ${sha256.slice(0, 12)}`,
      ),
    })
  const why = `it can’t be brought from there: ${found.because}`
  if (claim.mayBeLost)
    return proved(claim, 'the operator lets go of what is not on its disks', { evidence: [...evidence, why] })
  return refuted(claim, `${vm.name} keeps something on ${vm.home} that is not on its disks`, {
    evidence: [...evidence, why],
    next: `bring ${vm.home} back where that must not be lost; else say so: --lose-local-state`,
  })
}

type Left = { readonly files: readonly StateFile[] } | { readonly because: string }

/** All that the VM keeps on its home, where that can be brought from there as a whole; or why it can't. */
export function stateLeft(vm: Pick<Vm, 'name' | 'uuid' | 'home' | 'xml'>, fleet: Fleet, survey: Survey): Left {
  const { name, uuid, home } = vm
  const there = answers({ kind: 'answers', blade: home, fencedToo: true }, fleet, survey)
  if (there.verdict !== 'proved') return { because: there.because }
  const domains = domainsOf(survey, home)
  if (domains === undefined) return { because: libvirtSilenceOf(survey, home) }
  // It can't write its disks any more; what it keeps in files it still can.
  const state = domains.find((domain) => domain.uuid === uuid)?.state ?? 'absent'
  if (!STILL.has(state))
    return { because: `${name} is ${state} there, and may change it: virsh destroy ${name} on ${home}` }
  const states = reportOf(survey, home)?.states
  if (states?.state !== 'read') return { because: `what it keeps was not read (${excuse(states)})` }
  const files = states.value.find((one) => one.uuid === uuid)?.files
  if (files?.state !== 'read') return { because: `what it keeps was not read (${excuse(files)})` }
  const missing = keptBy(vm).filter((kind) => !files.value.some((file) => file.kind === kind))
  return missing.length === 0 ? { files: files.value } : { because: `${home} has none: ${missing.join(', ')}` }
}

const STILL: ReadonlySet<string> = new Set(['absent', 'shut off', 'crashed', 'paused'])

/** Of what kinds it keeps something; empty where the XML can't be read, of which other findings tell. */
export function keptBy({ xml }: Pick<Vm, 'xml'>): StateFile['kind'][] {
  try {
    const { os, tpms } = parseDomain(xml)
    return [
      ...(os.nvram !== undefined || os.firmware === 'efi' ? (['nvram'] as const) : []),
      ...(tpms.length > 0 ? (['tpm'] as const) : []),
    ]
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}

/** What is lost, in sentences. */
export const localState = ({ name, home, xml }: Pick<Vm, 'name' | 'home' | 'xml'>): string[] =>
  keptBy({ xml }).map((kind) =>
    kind === 'nvram'
      ? `the firmware variables (NVRAM) of ${name} stay on ${home}: boot entries and Secure Boot keys are made anew`
      : `what is sealed by the TPM of ${name} stays on ${home}, and can't be opened elsewhere: have its recovery keys`,
  )
