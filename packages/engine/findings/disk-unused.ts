/**
 * Claim: on the blade no other domain that is active has the volume's map as a disk. libvirt starts the same disk twice
 * without a word (recordings/33). A domain that can't be read is not taken for harmless.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import { type Domain, domainsOf, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function diskUnused(claim: ClaimOf<'disk-unused'>, survey: Survey): Finding {
  const { blade, volume, except } = claim
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, `libvirt on ${blade} gave no answer`)
  const others = domains.filter((domain) => domain.uuid !== except && domain.state !== 'shut off')
  const sources = others.map((domain) => ({ domain, disks: diskSources(domain) }))
  const unread = sources.find(({ disks }) => disks === undefined)
  if (unread) return unknown(claim, `the XML of ${unread.domain.name} on ${blade} can't be read`)
  const user = sources.find(({ disks }) => disks?.includes(`/dev/mapper/${volume}`))
  if (user)
    return refuted(claim, `${user.domain.name} on ${blade} has ${volume} as its disk and is ${user.domain.state}`)
  return proved(claim, `${blade}: no other domain uses ${volume}`)
}

/** The paths that the domain has as disks; undefined where its XML can't be read. */
function diskSources(domain: Domain): string[] | undefined {
  try {
    return parseDomain(domain.xml).disks.flatMap(({ source }) => ('path' in source ? [source.path] : []))
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}
