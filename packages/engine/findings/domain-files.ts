/** The files of a blade that a domain names: its emulator, its kernel, its initrd, its firmware; and what is in its drives. */
import { type Domain, DomainXmlError, parseDomain } from '@anyblade/domain-xml'

export const domainFiles = (xml: string | undefined): string[] =>
  filesOf(xml, ({ emulator, os }) => [emulator?.path, ...bootFiles(os)])

/** The firmware is read at a start, and its variables are laid out by their template before those of the guest come. */
export const bootFiles = ({ kernel, initrd, loader, nvram }: Domain['os']): string[] =>
  [kernel, initrd, loader?.path, nvram?.template].filter((file) => file !== undefined)

/** What lies in drives, as files of the blade. */
export const mediaFiles = (xml: string | undefined): string[] =>
  filesOf(xml, ({ disks }) => disks.map(({ source }) => (source.kind === 'file' ? source.path : undefined)))

function filesOf(xml: string | undefined, of: (domain: Domain) => readonly (string | undefined)[]): string[] {
  if (xml === undefined) return []
  try {
    return of(parseDomain(xml)).filter((file) => file !== undefined)
  } catch (error) {
    if (error instanceof DomainXmlError) return [] // the finding about the domain itself says so
    throw error
  }
}
