/**
 * A VM's domain as claims about it are judged: the live one of the blade that runs it, where there is one, for it may differ from
 * the document; else the document's. And what a blade's libvirt says that it can run.
 */
import {
  type DomainCapabilities,
  type Domain as DomainXml,
  DomainXmlError,
  parseDomain,
  parseDomainCapabilities,
} from '@anyblade/domain-xml'
import type { BladeName, Fleet } from '#documents'
import { domainsOf, reportOf, type Survey, silenceOf } from '#survey'
import { type Claim, type Finding, unknown } from './finding.ts'

type OfDomain = Extract<Claim, { readonly from: BladeName | undefined; readonly vm: unknown; readonly blade: unknown }>
type Named = Pick<OfDomain, 'vm' | 'from'>

/** Judged by the domain, on a blade that answers; unknown where there is no domain to read, or no answer. */
export function byDomain(claim: OfDomain, fleet: Fleet, survey: Survey, judge: (xml: DomainXml) => Finding): Finding {
  const text = xmlText(claim, fleet, survey)
  const xml = text === undefined ? undefined : readDomain(text)
  if (xml === undefined) return unknown(claim, `there is no readable domain of ${claim.vm}`)
  if (reportOf(survey, claim.blade) === undefined) return unknown(claim, silenceOf(survey, claim.blade))
  return judge(xml)
}

/** The domain's text as `from` runs it, or as the fleet's document has it. */
export function xmlText(claim: Named, fleet: Fleet, survey: Survey): string | undefined {
  const vm = fleet.vms.get(claim.vm)
  const live = claim.from && domainsOf(survey, claim.from)?.find((domain) => domain.uuid === vm?.uuid)
  return live ? live.xml : vm?.xml
}

/** undefined where it can't be read. */
export function readDomain(xml: string): DomainXml | undefined {
  try {
    return parseDomain(xml)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}

/** libvirt's domain capabilities as they came. */
export function saidOf(survey: Survey, blade: BladeName): string | undefined {
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
