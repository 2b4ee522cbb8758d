/**
 * Whose disk a LUN is on a blade, by libvirt: by its alias, by its id, or as one of the devices that lead to it. A domain
 * whose XML can't be read is not taken for harmless.
 */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { Alias, BladeName, Wwid } from '#documents'
import { type Domain, domainsOf, lunAt, type Survey } from '#survey'

type Lun = { readonly blade: BladeName; readonly alias: Alias; readonly wwid: Wwid | undefined }

/** `paths`: under which names of /dev it has the LUN; undefined where its XML can't be read. */
export type DiskUser = { readonly domain: Domain; readonly paths: readonly string[] | undefined }

/** Those that have it and those that nobody can tell of; undefined where libvirt gave no answer. */
export function diskUsers(lun: Lun, survey: Survey): readonly DiskUser[] | undefined {
  const isIt = names(lun, survey)
  return domainsOf(survey, lun.blade)?.flatMap((domain) => {
    const paths = diskSources(domain)?.filter(isIt)
    return paths?.length === 0 ? [] : [{ domain, paths }]
  })
}

export const isOff = ({ state }: Domain): boolean => state === 'shut off'

/** Whether a path of /dev is the LUN: by its alias, or as one of the devices and links that lead to it. */
const names =
  ({ blade, alias, wwid }: Lun, survey: Survey) =>
  (path: string): boolean =>
    path === `/dev/mapper/${alias}` ||
    (wwid !== undefined && (lunAt(survey, blade, path) === wwid || isLinkTo(path, wwid)))

/** A link that is not there now may be again at the next start. */
const isLinkTo = (path: string, id: Wwid): boolean =>
  path.startsWith('/dev/disk/by-id/') && [`-${id}`, `/wwn-0x${id.slice(1)}`].some((ending) => path.endsWith(ending))

/** The paths that the domain has as disks; undefined where its XML can't be read. */
function diskSources(domain: Domain): string[] | undefined {
  try {
    return parseDomain(domain.xml).disks.flatMap(({ source }) => ('path' in source ? [source.path] : []))
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}
