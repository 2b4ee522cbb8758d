/**
 * Claims: what a VM's domain names is there on the blade: its bridges, its kernel and initrd, and a processor that has what the guest was given. The live domain of `from` counts where there is one, for it may differ
 * from the document; else the document's XML.
 */
import {
  type DomainCapabilities,
  type Domain as DomainXml,
  DomainXmlError,
  parseDomain,
  parseDomainCapabilities,
  processorFits,
} from '@anyblade/domain-xml'
import type { BladeName, Fleet } from '#documents'
import { domainsOf, reportOf, type Survey } from '#survey'
import { bootFiles, domainFiles } from './domain-files.ts'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

type Fit = ClaimOf<'network' | 'processor' | 'boot-files'>
type Named = Pick<Fit, 'vm' | 'from'>

export function fits(claim: Fit, fleet: Fleet, survey: Survey): Finding {
  const xml = domainXml(claim, fleet, survey)
  if (xml === undefined) return unknown(claim, `there is no readable domain of ${claim.vm}`)
  if (reportOf(survey, claim.blade) === undefined) return unknown(claim, `${claim.blade} gave no answer`)
  switch (claim.kind) {
    case 'network':
      return network(claim, xml, survey)
    case 'boot-files':
      return files(claim, bootFilesAsked(claim, xml, fleet), survey)
    case 'processor':
      return processor(claim, xml, survey)
  }
}

/** A firmware that libvirt has chosen by itself is in no document and was not asked about: libvirt there chooses anew. */
function bootFilesAsked({ vm }: Fit, { os }: DomainXml, fleet: Fleet): string[] {
  const asked = domainFiles(fleet.vms.get(vm)?.xml)
  return bootFiles(os).filter((file) => file === os.kernel || file === os.initrd || asked.includes(file))
}

/** The domain's text as `from` runs it, or as the fleet's document has it. */
export function xmlText(claim: Named, fleet: Fleet, survey: Survey): string | undefined {
  const vm = fleet.vms.get(claim.vm)
  const live = claim.from && domainsOf(survey, claim.from)?.find((domain) => domain.uuid === vm?.uuid)
  return live ? live.xml : vm?.xml
}

/** The same, read; undefined where it can't be. */
export function domainXml(claim: Named, fleet: Fleet, survey: Survey): DomainXml | undefined {
  const text = xmlText(claim, fleet, survey)
  return text === undefined ? undefined : readDomain(text)
}

export function readDomain(xml: string): DomainXml | undefined {
  try {
    return parseDomain(xml)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
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

/** libvirt's domain capabilities as they came. */
function saidOf(survey: Survey, blade: BladeName): string | undefined {
  const reading = reportOf(survey, blade)?.capabilities
  return reading?.state === 'read' ? reading.value : undefined
}

export function capabilitiesOf(survey: Survey, blade: BladeName): DomainCapabilities | undefined {
  const said = saidOf(survey, blade)
  if (said === undefined) return undefined
  try {
    return parseDomainCapabilities(said)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}
