/**
 * Claims: what a VM's domain names is there on the blade: its bridges, its kernel and initrd, and a processor that has what
 * the guest was given.
 */
import { type Domain as DomainXml, processorFits } from '@anyblade/domain-xml'
import type { Fleet } from '#documents'
import { reportOf, type Survey } from '#survey'
import { bootFiles, domainFiles } from './domain-files.ts'
import { byDomain, capabilitiesOf, saidOf } from './domain-seen.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Fit = ClaimOf<'network' | 'processor' | 'boot-files'>

export function fits(claim: Fit, fleet: Fleet, survey: Survey): Finding {
  return byDomain(claim, fleet, survey, (xml) => {
    switch (claim.kind) {
      case 'network':
        return network(claim, xml, survey)
      case 'boot-files':
        return files(claim, bootFilesAsked(claim, xml, fleet), survey)
      case 'processor':
        return processor(claim, xml, survey)
    }
  })
}

/** A firmware that libvirt has chosen by itself is in no document and was not asked about: libvirt there chooses anew. */
function bootFilesAsked({ vm }: Fit, { os }: DomainXml, fleet: Fleet): string[] {
  const asked = domainFiles(fleet.vms.get(vm)?.xml)
  return bootFiles(os).filter((file) => file === os.kernel || file === os.initrd || asked.includes(file))
}

/** The same name is not yet the same network: see `segment`. */
function network(claim: Fit, xml: DomainXml, survey: Survey): Finding {
  const { bridges = [], links = [] } = reportOf(survey, claim.blade) ?? {}
  const strange = xml.interfaces.find(({ source }) => source.kind !== 'bridge' && source.kind !== 'direct')
  if (strange)
    return unknown(
      claim,
      `${claim.vm} has a network interface of kind ${strange.source.kind}: nobody can tell what it needs`,
    )
  const wanted = xml.interfaces.flatMap(({ source, virtualPort }) => {
    if (source.kind === 'direct') return { name: source.dev, what: 'network interface', among: links }
    if (source.kind !== 'bridge') return []
    // a bridge of Open vSwitch is none of the kernel's
    return { name: source.bridge, what: 'bridge', among: virtualPort === 'openvswitch' ? links : bridges }
  })
  const missing = wanted.filter(({ name, among }) => !among.includes(name))
  const [first] = missing
  if (first !== undefined)
    return refuted(claim, `${claim.blade} has no ${first.what} ${missing.map(({ name }) => name).join(', ')}`, {
      evidence: [`bridges there: ${bridges.join(', ') || 'none'}`],
    })
  const names = [...new Set(wanted.map(({ name }) => name))]
  return proved(claim, names.length === 0 ? `${claim.vm} has no network` : `${claim.blade} has ${names.join(', ')}`)
}

function files(claim: Fit, wanted: readonly string[], survey: Survey): Finding {
  const there = reportOf(survey, claim.blade)?.files ?? []
  const missing = wanted.filter((file) => !there.includes(file))
  if (missing.length > 0)
    return refuted(claim, `${claim.blade} has no boot file ${missing.join(', ')}`, { next: `put it on ${claim.blade}` })
  return proved(claim, wanted.length === 0 ? 'no boot file is named' : `${claim.blade} has ${wanted.join(', ')}`)
}

/**
 * A running domain's XML has its processor expanded into features that capabilities do not list one by one; where both
 * blades say exactly the same of emulator and processor, what runs on the one has all it needs on the other.
 */
function processor(claim: Fit, xml: DomainXml, survey: Survey): Finding {
  const { blade, from } = claim
  const [there, here] = [capabilitiesOf(survey, blade), from && capabilitiesOf(survey, from)]
  if (there === undefined) return unknown(claim, `${blade} does not say what its processor can do`)
  const { fits: verdict, because } = processorFits(xml.cpu, there, here)
  if (verdict === 'yes') return proved(claim, `${blade}: ${because}`)
  if (verdict === 'no') return refuted(claim, `${blade}: ${because}`)
  if (from !== undefined && from !== blade && saidOf(survey, from) === saidOf(survey, blade))
    return proved(claim, `${blade} says the same of its emulator and processor as ${from}, which runs it`)
  return unknown(claim, `${blade}: ${because}`, { next: `virsh hypervisor-cpu-compare, on ${blade}` })
}
