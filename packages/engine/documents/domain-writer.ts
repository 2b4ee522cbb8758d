/** What a VM's domain says of who keeps its volumes to one writer. */
import { type DiskWriter, DomainXmlError, diskWriter, parseDomain } from '@anyblade/domain-xml'
import { type Alias, alias } from './names.ts'

const MAPS = '/dev/mapper/'

/** By volume; without those of which the domain says nothing. A text that is no domain says nothing at all. */
export function writersInDomain(xml: string): Map<Alias, DiskWriter> {
  try {
    const domain = parseDomain(xml)
    return new Map(
      domain.disks.flatMap((disk): [Alias, DiskWriter][] => {
        const path = 'path' in disk.source && disk.source.path.startsWith(MAPS) ? disk.source.path : undefined
        const volume = path === undefined ? undefined : alias(path.slice(MAPS.length))
        const writer = diskWriter(domain, disk)
        return volume === undefined || writer === undefined ? [] : [[volume, writer]]
      }),
    )
  } catch (error) {
    if (error instanceof DomainXmlError) return new Map() // the reader of the document says so, with its place
    throw error
  }
}
