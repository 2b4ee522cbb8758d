/**
 * Claim: a VM that is fenced stops: each of its disks has no host cache and stops on an error. Without that a fenced
 * guest sees errors instead of a pause, and damages its own file system (DESIGN "One writer").
 * The live domain counts where there is one; the document says what the next start will be.
 */
import { DomainXmlError, managedDomain } from '@anyblade/domain-xml'
import type { Fleet } from '#documents'
import { domainsOf, libvirtSilenceOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function errorPolicy(claim: ClaimOf<'error-policy'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, vm: name } = claim
  const vm = fleet.vms.get(name)
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, libvirtSilenceOf(survey, blade))
  const live = domains.find((domain) => domain.uuid === vm?.uuid)
  const [text, where] = live ? [live.xml, `on ${blade}`] : [vm?.xml, 'in its document']
  const broken = text === undefined ? undefined : brokenRules(text)
  if (broken === undefined) return unknown(claim, `there is no readable domain of ${name} ${where}`)
  if (broken.length === 0) return proved(claim, `${name} ${where}: no host cache, and every disk stops on an error`)
  return refuted(claim, `${name} ${where} would not stop when it is fenced`, {
    evidence: broken,
    next: `correct vms/${name}.xml and define it again; a running guest has it from its next start on`,
  })
}

/** In the words for an operator; undefined where the text is no domain. */
function brokenRules(xml: string): string[] | undefined {
  try {
    const { notes } = managedDomain(xml)
    const stops = (disk: string) => !notes.some((note) => note.disk === disk && note.attribute === 'error_policy')
    // Where nothing is said of reads, what is said of writes holds for them too (libvirt formatdomain, rerror_policy).
    const isMeant = (note: (typeof notes)[number]) =>
      note.attribute === 'rerror_policy' && note.from === undefined && stops(note.disk)
    return notes.filter((note) => !isMeant(note)).map((note) => note.sentence)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}
