/**
 * What guests need of a blade, and how much memory blades have for guests that come: what the kernel calls available, and no
 * more than what is left of all of it once each guest there has all that it was given. What a guest has not touched yet
 * looks available, and is not.
 */
import { type Domain as DomainXml, DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import type { BladeName } from '#documents'
import type { Domain } from './report.ts'
import { domainsOf, reportOf, type Survey } from './survey.ts'

/** What an emulator takes beside the memory of its guest. */
export const EMULATOR_BYTES = 128 * 1024 ** 2

const OFF: ReadonlySet<Domain['state']> = new Set(['shut off', 'crashed'])
export const isActive = ({ state }: Domain): boolean => !OFF.has(state)

/** `bytes`: its emulator's part among them. */
export type Need = { readonly bytes: number; readonly vcpuCount: number }

/** What it takes of a blade, or why that is not known. */
export function neededBy({ xml }: Pick<Domain, 'xml'>): Need | string {
  const domain = readable(xml)
  if (domain?.memoryBytes === undefined) return 'how much memory it has is not told'
  if (domain.hugepageBytes !== undefined) return 'it has huge pages, and how many are free on a blade is not asked'
  return { bytes: domain.memoryBytes + EMULATOR_BYTES, vcpuCount: domain.vcpuCount }
}

function readable(xml: string): DomainXml | undefined {
  try {
    return parseDomain(xml)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}

/** undefined: the blade does not tell. */
export function freeOn(survey: Survey, blade: BladeName): number | undefined {
  const memory = reportOf(survey, blade)?.host.memory
  const domains = domainsOf(survey, blade)
  if (memory === undefined || domains === undefined) return undefined
  const given = domains.filter(isActive).map((domain) => (readable(domain.xml)?.memoryBytes ?? 0) + EMULATOR_BYTES)
  const left = memory.totalBytes - given.reduce((sum, bytes) => sum + bytes, 0)
  return Math.max(0, Math.min(memory.availableBytes, left))
}

/** Virtual processors of all guests there. */
export const vcpusOn = (survey: Survey, blade: BladeName): number =>
  (domainsOf(survey, blade) ?? [])
    .filter(isActive)
    .reduce((sum, domain) => sum + (readable(domain.xml)?.vcpuCount ?? 0), 0)
