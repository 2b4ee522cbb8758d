/**
 * Whether a domain's processor can be had on another blade, as far as the XML of both tells.
 * May come in: the domain's CPU (of a running domain the RUNNING XML, which says what the guest really has) and the
 * destination's domain capabilities, asked for the same emulator, machine and virt type. May not: silence as consent.
 */
import type { DomainCpu, DomainCpuFeature } from '#domain'
import type { DomainCapabilities, HostModel } from './domain-capabilities.ts'

export type Fit = { readonly fits: 'yes' | 'no' | 'unknown'; readonly because: string }

/** `source` is what the blade says that runs the domain now; only host-passthrough and host-model need it. */
export function processorFits(
  cpu: DomainCpu | undefined,
  destination: DomainCapabilities,
  source?: DomainCapabilities,
): Fit {
  if (cpu === undefined || cpu.mode === 'hypervisor-default') return defaultFits(destination)
  if (cpu.model !== undefined) return modelFits(cpu.model, cpu, destination)
  switch (cpu.mode) {
    case 'host-passthrough':
      return passthroughFits(destination, source)
    case 'host-model':
      return sameHost('host-model', destination, source)
    case 'maximum':
      return sameHost('maximum', destination, source)
    case 'custom':
      return unknown('the domain asks for a custom processor without a model')
    default:
      throw new TypeError(`no rule for ${JSON.stringify(cpu.mode satisfies never)}`)
  }
}

/** Source: qemuDomainDefaultCPU() of libvirt: qemu64 on x86, which all emulators have; elsewhere it varies. */
function defaultFits(destination: DomainCapabilities): Fit {
  if (destination.arch === 'x86_64' || destination.arch === 'i686') {
    const usable = usableOf('qemu64', destination)
    if (usable === 'yes') return { fits: 'yes', because: 'the default processor, qemu64, is usable there' }
  }
  return unknown('the domain names no processor, and the default may differ between emulators')
}

function modelFits(model: string, cpu: DomainCpu, destination: DomainCapabilities): Fit {
  const usable = usableOf(model, destination)
  if (usable === 'absent') return no(`the emulator there does not know the processor model ${model}`)
  if (usable === 'no') return no(`the processor there lacks something of the model ${model}`)
  const host = destination.cpu.hostModel
  if (cpu.vendor !== undefined && host?.vendor !== undefined && cpu.vendor !== host.vendor)
    return no(`the domain wants a processor of ${cpu.vendor}; there it is ${host.vendor}`)
  const features = featuresFit(cpu.features, host)
  if (features.fits !== 'yes') return features
  if (usable === 'unknown') return unknown(`libvirt there does not say whether the model ${model} is usable`)
  return {
    fits: 'yes',
    because: `the model ${model} is usable there${wanted(cpu.features).length ? ', and so is each feature' : ''}`,
  }
}

function usableOf(model: string, { cpu }: DomainCapabilities): 'yes' | 'no' | 'unknown' | 'absent' {
  return cpu.customModels.find(({ name }) => name === model)?.usable ?? 'absent'
}

function wanted(features: readonly DomainCpuFeature[]): DomainCpuFeature[] {
  return features.filter(({ policy }) => policy === 'require' || policy === 'force')
}

/** A feature that the host model does not list may be within its base model, whose contents the XML does not tell. */
function featuresFit(features: readonly DomainCpuFeature[], host: HostModel | undefined): Fit {
  const policies = new Map((host?.features ?? []).map(({ name, policy }) => [name, policy]))
  const names = wanted(features).map(({ name }) => name)
  const lacking = names.filter((name) => policies.get(name) === 'disable')
  if (lacking.length > 0) return no(`the processor there lacks ${lacking.join(', ')}`)
  const refused = features.filter(({ name, policy }) => policy === 'forbid' && policies.get(name) === 'require')
  if (refused.length > 0) return no(`the domain forbids ${refused.map(({ name }) => name).join(', ')}, which is there`)
  const untold = names.filter((name) => policies.get(name) !== 'require')
  if (untold.length === 0) return { fits: 'yes', because: 'each feature is there' }
  return unknown(`the capabilities there do not tell of ${untold.join(', ')}; let libvirt compare the processor`)
}

function passthroughFits(destination: DomainCapabilities, source: DomainCapabilities | undefined): Fit {
  if (destination.cpu.hostPassthrough === 'not-supported') return no('host-passthrough is not supported there')
  return sameHost('host-passthrough', destination, source)
}

function sameHost(mode: string, destination: DomainCapabilities, source: DomainCapabilities | undefined): Fit {
  const here = source?.cpu.hostModel
  const there = destination.cpu.hostModel
  if (here === undefined || there === undefined)
    return unknown(`${mode} takes the processor of the blade, and the two were not compared`)
  if (sameModel(here, there)) return { fits: 'yes', because: `${mode}: both blades have ${there.model ?? 'the same'}` }
  return unknown(`${mode}: ${here.model ?? 'unknown'} here and ${there.model ?? 'unknown'} there, or other features`)
}

function sameModel(a: HostModel, b: HostModel): boolean {
  const key = ({ model, vendor, features }: HostModel) =>
    JSON.stringify([model, vendor, features.map(({ name, policy }) => `${name} ${policy}`).toSorted()])
  return a.model !== undefined && key(a) === key(b)
}

function no(because: string): Fit {
  return { fits: 'no', because }
}

function unknown(because: string): Fit {
  return { fits: 'unknown', because }
}
