/**
 * What an emulator on a host can run (`virsh domcapabilities`).
 * May come in: that XML. May not: device lists, which are the emulator's business at define.
 */

import { type DomainCpuFeature, readFeature } from '#domain'
import { attribute, child, children, childText, descend, type Element, parseXml, remembered, textOf } from '#xml'

export type HostModel = {
  readonly model: string | undefined
  readonly vendor: string | undefined
  readonly fallback: string | undefined
  /** Beyond the model: `require` is there, `disable` is in the model but not there. */
  readonly features: readonly DomainCpuFeature[]
}
export type CustomModel = { readonly name: string; readonly usable: 'yes' | 'no' | 'unknown' }

export type DomainCapabilities = {
  readonly emulator: string | undefined
  /** kvm or qemu. */
  readonly virtType: string | undefined
  readonly machine: string | undefined
  readonly arch: string | undefined
  readonly vcpuMaxCount: number | undefined
  /** passthrough, emulator, external; undefined where it is not said, as before libvirt 8. */
  readonly tpmBackends: readonly string[] | undefined
  readonly cpu: {
    readonly hostPassthrough: 'supported' | 'not-supported'
    /** Undefined where the host has none to offer. */
    readonly hostModel: HostModel | undefined
    readonly customModels: readonly CustomModel[]
  }
}

/** Blades, each with its own. */
const MOST_HOSTS = 100

/** @throws DomainXmlError */
export const parseDomainCapabilities: (xml: string) => DomainCapabilities = remembered(capabilitiesOf, MOST_HOSTS)

function capabilitiesOf(xml: string): DomainCapabilities {
  const { root, source } = parseXml(xml, "libvirt's domain capabilities")
  if (root.name !== 'domainCapabilities')
    source.fail('root-unexpected', root.start, `<${root.name}>`, 'give what `virsh domcapabilities` prints')
  const modes = children(child(root, 'cpu'), 'mode')
  const mode = (name: string) => modes.find((m) => attribute(m, 'name') === name && attribute(m, 'supported') === 'yes')
  const max = Number(attribute(child(root, 'vcpu'), 'max'))
  return {
    emulator: childText(root, 'path'),
    virtType: childText(root, 'domain'),
    machine: childText(root, 'machine'),
    arch: childText(root, 'arch'),
    tpmBackends: readTpmBackends(descend(root, 'devices', 'tpm')),
    vcpuMaxCount: Number.isSafeInteger(max) ? max : undefined,
    cpu: {
      hostPassthrough: mode('host-passthrough') === undefined ? 'not-supported' : 'supported',
      hostModel: readHostModel(mode('host-model')),
      customModels: children(mode('custom'), 'model').map(readCustomModel),
    },
  }
}

function readTpmBackends(tpm: Element | undefined): string[] | undefined {
  if (tpm === undefined) return undefined
  if (attribute(tpm, 'supported') !== 'yes') return []
  const backends = children(tpm, 'enum').find((one) => attribute(one, 'name') === 'backendModel')
  return children(backends, 'value').map(textOf)
}

function readHostModel(mode: Element | undefined): HostModel | undefined {
  if (mode === undefined) return undefined
  return {
    model: childText(mode, 'model'),
    vendor: childText(mode, 'vendor'),
    fallback: attribute(child(mode, 'model'), 'fallback'),
    features: children(mode, 'feature').flatMap(readFeature),
  }
}

function readCustomModel(model: Element): CustomModel {
  const usable = attribute(model, 'usable')
  return { name: textOf(model), usable: usable === 'yes' || usable === 'no' ? usable : 'unknown' }
}
