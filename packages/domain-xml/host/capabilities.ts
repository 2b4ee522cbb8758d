/**
 * What libvirt says of its host as a whole (`virsh capabilities`).
 * May come in: that XML. May not: the topology and the guests' lists, which nobody here asks for.
 */
import { uuidOf } from '#domain'
import { attribute, child, children, childText, descend, parseXml } from '#xml'

export type Capabilities = {
  /** Must differ between blades, or libvirt refuses to migrate between them. Lower case, with hyphens. */
  readonly hostUuid: string | undefined
  readonly arch: string | undefined
  readonly cpu: {
    readonly model: string | undefined
    readonly vendor: string | undefined
    readonly features: readonly string[]
  }
  /** tcp, rdma … */
  readonly migrationTransports: readonly string[]
}

/** @throws DomainXmlError */
export function parseCapabilities(xml: string): Capabilities {
  const { root, source } = parseXml(xml, "libvirt's capabilities")
  if (root.name !== 'capabilities')
    source.fail('root-unexpected', root.start, `<${root.name}>`, 'give what `virsh capabilities` prints')
  const host = child(root, 'host')
  const cpu = child(host, 'cpu')
  const uuid = childText(host, 'uuid')
  const transports = children(descend(host, 'migration_features', 'uri_transports'), 'uri_transport')
  return {
    hostUuid: uuid === undefined ? undefined : uuidOf(uuid),
    arch: childText(cpu, 'arch'),
    cpu: {
      model: childText(cpu, 'model'),
      vendor: childText(cpu, 'vendor'),
      features: children(cpu, 'feature').flatMap((feature) => attribute(feature, 'name') ?? []),
    },
    migrationTransports: transports.flatMap((transport) => {
      const first = transport.children[0]
      return first?.kind === 'text' ? [first.value] : []
    }),
  }
}
