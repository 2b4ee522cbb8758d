/** The files of a blade that a domain names: its emulator, its kernel, its initrd. */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'

export function domainFiles(xml: string | undefined): string[] {
  if (xml === undefined) return []
  try {
    const { emulator, os } = parseDomain(xml)
    return [emulator?.path, os.kernel, os.initrd].filter((file) => file !== undefined)
  } catch (error) {
    if (error instanceof DomainXmlError) return [] // the finding about the domain itself says so
    throw error
  }
}
