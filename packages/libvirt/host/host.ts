/**
 * Questions about a host and its emulators.
 * May come in: an open session. May not: reading of the XML that comes back (the room domain-xml does).
 * All throw those of `Session.call`.
 */
import { LibvirtRefused, REFUSAL } from '#errors'
import { type EmulatorChoice, procedures } from '#protocol'
import type { Limits, Session } from '#session'

export function hostname(session: Session, limits: Limits): Promise<string> {
  return session.call(procedures.hostname, undefined, limits)
}

/** As `9.0.0`. Source: virConnectGetLibVersion: 1,000,000 × major + 1,000 × minor + release */
export async function libVersion(session: Session, limits: Limits): Promise<string> {
  const version = Number(await session.call(procedures.libVersion, undefined, limits))
  return [Math.floor(version / 1_000_000), Math.floor(version / 1000) % 1000, version % 1000].join('.')
}

/** The XML of `virsh capabilities`. */
export function capabilities(session: Session, limits: Limits): Promise<string> {
  return session.call(procedures.capabilities, undefined, limits)
}

/** The XML of `virsh domcapabilities`. */
export function domainCapabilities(session: Session, choice: EmulatorChoice, limits: Limits): Promise<string> {
  return session.call(procedures.domainCapabilities, { choice, flags: 0 }, limits)
}

export type CpuComparison =
  | { readonly result: 'incompatible'; readonly because: string }
  | { readonly result: 'identical' | 'superset' | 'unknown' }

/** Source: VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE: the refusal then names what is lacking */
const FAIL_INCOMPATIBLE = 1

/**
 * Whether the host can run a `<cpu>` with this emulator: as libvirt itself computes it.
 * `superset`: it can, and more.
 */
export async function compareCpu(
  session: Session,
  cpuXml: string,
  choice: EmulatorChoice,
  limits: Limits,
): Promise<CpuComparison> {
  try {
    const values = { choice, xml: cpuXml, flags: FAIL_INCOMPATIBLE }
    return comparisonOf(await session.call(procedures.compareHypervisorCpu, values, limits))
  } catch (error) {
    if (error instanceof LibvirtRefused && error.refusal.number === REFUSAL.cpuIncompatible)
      return { result: 'incompatible', because: error.refusal.message }
    throw error
  }
}

/** Source: virCPUCompareResult */
function comparisonOf(result: number): CpuComparison {
  if (result === 0) return { result: 'incompatible', because: 'libvirt does not say what is lacking' }
  if (result === 1) return { result: 'identical' }
  return { result: result === 2 ? 'superset' : 'unknown' }
}
