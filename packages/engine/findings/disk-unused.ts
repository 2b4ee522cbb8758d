/**
 * Claim: on the blade no other domain that is active has the volume as a disk; where a volume is to go, nor one that is
 * defined. libvirt starts the same disk twice without a word (recordings/33). A domain that can't be read is not taken
 * for harmless.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { Fleet, Wwid } from '#documents'
import { type Domain, domainsOf, lunAt, type Survey } from '#survey'
import { type ClaimOf, type Finding, proved, refuted, unknown } from './finding.ts'

export function diskUnused(claim: ClaimOf<'disk-unused'>, fleet: Fleet, survey: Survey): Finding {
  const { blade, volume, except } = claim
  const domains = domainsOf(survey, blade)
  if (domains === undefined) return unknown(claim, `libvirt on ${blade} gave no answer`)
  const counts = ({ uuid, state }: Domain) => uuid !== except && (claim.evenOff === true || state !== 'shut off')
  const others = domains.filter(counts)
  const sources = others.map((domain) => ({ domain, disks: diskSources(domain) }))
  const unread = sources.find(({ disks }) => disks === undefined)
  if (unread) return unknown(claim, `the XML of ${unread.domain.name} on ${blade} can't be read`)
  const isIt = names(claim, fleet, survey)
  const user = sources.find(({ disks }) => disks?.some(isIt))
  if (user)
    return refuted(claim, `${user.domain.name} on ${blade} has ${volume} as its disk and is ${user.domain.state}`)
  return proved(claim, `${blade}: no other domain uses ${volume}`)
}

/** Whether a path of /dev is the volume: by its alias, or as one of the devices and links that lead to it. */
export function names(
  { blade, volume }: Pick<ClaimOf<'disk-unused'>, 'blade' | 'volume'>,
  fleet: Fleet,
  survey: Survey,
): (path: string) => boolean {
  const id = fleet.volumes.get(volume)?.wwid
  return (path) =>
    path === `/dev/mapper/${volume}` || (id !== undefined && (lunAt(survey, blade, path) === id || isLinkTo(path, id)))
}

/** A link that is not there now may be again at the next start. */
const isLinkTo = (path: string, id: Wwid): boolean =>
  path.startsWith('/dev/disk/by-id/') && [`-${id}`, `/wwn-0x${id.slice(1)}`].some((ending) => path.endsWith(ending))

/** The paths that the domain has as disks; undefined where its XML can't be read. */
export function diskSources(domain: Domain): string[] | undefined {
  try {
    return parseDomain(domain.xml).disks.flatMap(({ source }) => ('path' in source ? [source.path] : []))
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}
