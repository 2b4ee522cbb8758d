/** Where a domain's interfaces meet the network of its blade: on which interface there, and under which VLAN tag. */
import { DomainXmlError, type NetworkInterface, parseDomain } from '@anyblade/domain-xml'
import { isInterfaceName, type LanPlace, placeText } from '#survey'

/** Each once; none where the XML can't be read, of which the finding about the domain itself tells. */
export function lanPlaces(xml: string): LanPlace[] {
  try {
    const places = parseDomain(xml).interfaces.flatMap(placesOf)
    return [...new Map(places.map((place) => [placeText(place), place])).values()]
  } catch (error) {
    if (error instanceof DomainXmlError) return []
    throw error
  }
}

/** A trunk is each of its VLANs. Of an interface of another kind nobody can tell where it is: see `fits`. */
function placesOf({ source, vlanTags }: NetworkInterface): LanPlace[] {
  const device = source.kind === 'bridge' ? source.bridge : source.kind === 'direct' ? source.dev : ''
  if (!isInterfaceName(device)) return []
  return (vlanTags.length === 0 ? [0] : vlanTags).map((vlan) => ({ device, vlan }))
}
