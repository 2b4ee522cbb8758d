/**
 * The network interfaces of a domain.
 * May come in: an `<interface>`. May not: whether the bridge is there, or in which segment it is.
 */
import type { Place } from '#errors'
import { attribute, child, children, type Document, descend, type Element } from '#xml'
import { numberAttribute } from './reading.ts'

export type NetworkSource =
  | { readonly kind: 'bridge'; readonly bridge: string }
  | { readonly kind: 'network'; readonly network: string; readonly portgroup: string | undefined }
  | { readonly kind: 'direct'; readonly dev: string; readonly mode: string | undefined }
  | { readonly kind: 'other'; readonly type: string } // user, hostdev, vdpa, vhostuser …

export type NetworkInterface = {
  readonly place: Place
  readonly source: NetworkSource
  /** As written; undefined when libvirt is to make one at each define. */
  readonly mac: string | undefined
  readonly model: string | undefined
  readonly vlanTags: readonly number[]
  /** The tap device on the blade, in a running domain's XML. */
  readonly targetDev: string | undefined
  /** `<virtualport type=…>`: openvswitch, 802.1Qbg … */
  readonly virtualPort: string | undefined
}

/** @throws DomainXmlError `value-invalid` for a VLAN tag that is not a number */
export function readInterface(document: Document, element: Element): NetworkInterface {
  const tags = children(child(element, 'vlan'), 'tag').flatMap((tag) => numberAttribute(document, tag, 'id') ?? [])
  return {
    place: document.place(element),
    source: readSource(attribute(element, 'type') ?? '', child(element, 'source')),
    mac: attribute(child(element, 'mac'), 'address')?.toLowerCase(),
    model: attribute(child(element, 'model'), 'type'),
    vlanTags: tags,
    targetDev: attribute(child(element, 'target'), 'dev'),
    virtualPort: attribute(descend(element, 'virtualport'), 'type'),
  }
}

function readSource(type: string, source: Element | undefined): NetworkSource {
  const bridge = attribute(source, 'bridge')
  const network = attribute(source, 'network')
  const dev = attribute(source, 'dev')
  if (type === 'bridge' && bridge !== undefined) return { kind: 'bridge', bridge }
  if (type === 'network' && network !== undefined)
    return { kind: 'network', network, portgroup: attribute(source, 'portgroup') }
  if (type === 'direct' && dev !== undefined) return { kind: 'direct', dev, mode: attribute(source, 'mode') }
  return { kind: 'other', type }
}
