/**
 * The processor that a domain asks for.
 * May come in: a `<cpu>`. May not: what a model name stands for (libvirt's and QEMU's tables know).
 */
import { attribute, child, children, type Document, type Element, textOf } from '#xml'

/** `hypervisor-default`: a `<cpu>` with neither mode nor model (topology only): the hypervisor chooses the model. */
export type DomainCpuMode = 'custom' | 'host-model' | 'host-passthrough' | 'maximum' | 'hypervisor-default'

/** policy: force, require, optional, disable, forbid; require where it is not written. */
export type DomainCpuFeature = { readonly name: string; readonly policy: string }

export type DomainCpu = {
  readonly mode: DomainCpuMode
  readonly match: string | undefined // minimum, exact, strict
  readonly check: string | undefined // none, partial, full
  readonly model: string | undefined
  readonly fallback: string | undefined // allow, forbid
  readonly vendor: string | undefined
  readonly features: readonly DomainCpuFeature[]
  /** The whole element as it stands in the document. */
  readonly text: string
}

/** @throws DomainXmlError `value-invalid` for a mode that libvirt does not have */
export function readCpu(document: Document, cpu: Element): DomainCpu {
  const model = child(cpu, 'model')
  const name = model === undefined ? '' : textOf(model).trim()
  return {
    mode: readMode(document, cpu, name),
    match: attribute(cpu, 'match'),
    check: attribute(cpu, 'check'),
    model: name === '' ? undefined : name,
    fallback: attribute(model, 'fallback'),
    vendor: vendorOf(cpu),
    features: children(cpu, 'feature').flatMap(readFeature),
    text: document.text.slice(cpu.start, cpu.end),
  }
}

function readMode(document: Document, cpu: Element, model: string): DomainCpuMode {
  const mode = attribute(cpu, 'mode')
  switch (mode) {
    case 'custom':
    case 'host-model':
    case 'host-passthrough':
    case 'maximum':
      return mode
    case undefined:
      return model === '' ? 'hypervisor-default' : 'custom'
    default: {
      const hint = 'use custom, host-model, host-passthrough or maximum'
      return document.source.fail('value-invalid', cpu.start, `the processor mode "${mode}"`, hint)
    }
  }
}

function vendorOf(cpu: Element): string | undefined {
  const vendor = child(cpu, 'vendor')
  return vendor === undefined ? undefined : textOf(vendor).trim()
}

export function readFeature(feature: Element): DomainCpuFeature[] {
  const name = attribute(feature, 'name')
  return name === undefined ? [] : [{ name, policy: attribute(feature, 'policy') ?? 'require' }]
}
