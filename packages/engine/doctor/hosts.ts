/** What differs between blades that guests shall move between: processor, emulator, releases, bridges. */
import { type DomainCapabilities, DomainXmlError, parseDomainCapabilities } from '@anyblade/domain-xml'
import { fewOf } from '#actions'
import type { BladeName, Fleet, Vm } from '#documents'
import { domainFiles, prove } from '#findings'
import { type BladeReport, domainsOf, reportOf, type Survey, valueRead } from '#survey'
import { releaseIn } from '../config/aliases.ts'
import type { Diagnosis } from './diagnosis.ts'

type Asked = { readonly blade: BladeName; readonly report: BladeReport }

export function unlikeHosts(fleet: Fleet, survey: Survey): Diagnosis[] {
  const all = [...survey.blades.keys()].flatMap((blade): Asked[] => {
    const report = reportOf(survey, blade)
    return report === undefined ? [] : [{ blade, report }]
  })
  return [
    ...differing(all, 'processor', ({ report }) => processorOf(report), PROCESSOR),
    ...differing(all, 'emulator', ({ report }) => capabilitiesOf(report)?.emulator, EMULATOR),
    ...differing(all, 'machine-type', ({ report }) => capabilitiesOf(report)?.machine, MACHINE),
    ...differing(all, 'libvirt-release', ({ report }) => report.tools.libvirt, LIBVIRT),
    ...differing(all, 'multipath-release', ({ report }) => releaseIn(report.tools.multipath), MULTIPATH),
    ...[...fleet.vms.values()].flatMap((vm) => cantRunOn(vm, all, fleet, survey)),
  ]
}

type Words = { readonly what: string; readonly consequence: string; readonly mend: string }
const PROCESSOR: Words = {
  what: 'their processors',
  consequence: 'a guest that was given more than the other blade has can’t be moved there while it runs',
  mend: 'give guests a named processor model that all blades have: virsh hypervisor-cpu-baseline',
}
const EMULATOR: Words = {
  what: 'the path of their emulator',
  consequence: 'a domain names its emulator by its path, and does not start where there is none',
  mend: 'set <emulator> of each domain to one that all blades have, or make a link',
}
const MACHINE: Words = {
  what: 'the machine type that their emulator takes by itself',
  consequence: 'a guest of the newer type can’t be moved to the older emulator',
  mend: 'bring all blades to one release of qemu, or give guests the older type',
}
const LIBVIRT: Words = {
  what: 'the release of libvirt',
  consequence: 'a guest that started on the newer one may not be moved back to the older',
  mend: 'bring all blades to one release',
}
const MULTIPATH: Words = {
  what: 'the release of multipath-tools',
  consequence:
    'the same configuration may be in effect differently: built-in values and keywords change from release to release',
  mend: 'bring all blades to one release; anyblade multipath explain compares what a release makes of a file',
}

function differing(
  all: readonly Asked[],
  check: string,
  tell: (asked: Asked) => string | undefined,
  { what, consequence, mend }: Words,
): Diagnosis[] {
  const by = Map.groupBy(
    all.filter((asked) => tell(asked) !== undefined),
    tell,
  )
  if (by.size < 2) return []
  return [
    {
      ...{ severity: 'minor', check, blades: [...by.values()].flat().map(({ blade }) => blade) },
      because: `blades differ in ${what}`,
      evidence: [...by].map(([value, of]) => `${value}: ${fewOf(of.map(({ blade }) => blade))}`),
      ...{ consequence, mend },
    },
  ]
}

/** Several checks ask for it. */
const known = new WeakMap<BladeReport, DomainCapabilities | undefined>()

function capabilitiesOf(report: BladeReport): DomainCapabilities | undefined {
  if (!known.has(report)) known.set(report, readCapabilities(valueRead(report.capabilities)))
  return known.get(report)
}

function readCapabilities(xml: string | undefined): DomainCapabilities | undefined {
  try {
    return xml === undefined ? undefined : parseDomainCapabilities(xml)
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined
    throw error
  }
}

function processorOf(report: BladeReport): string | undefined {
  const model = capabilitiesOf(report)?.cpu.hostModel
  if (model === undefined) return undefined
  const features = model.features.map(({ name, policy }) => `${policy === 'disable' ? '-' : '+'}${name}`)
  return [model.vendor, model.model, ...features.sort()].join(' ')
}

/** What keeps a guest that runs on one blade from the others; one answer for all blades that say the same. */
function cantRunOn(vm: Vm, all: readonly Asked[], fleet: Fleet, survey: Survey): Diagnosis[] {
  const from = all.find(({ blade }) => domainsOf(survey, blade)?.some(({ uuid }) => uuid === vm.uuid))
  if (from === undefined) return []
  const others = all.filter(({ blade }) => blade !== from.blade)
  const unlike = others.filter(({ report }) => valueRead(report.capabilities) !== valueRead(from.report.capabilities))
  const claims = [
    ...unlike.map(({ blade }) => ({ kind: 'processor', blade, vm: vm.name, from: from.blade }) as const),
    ...others.flatMap(({ blade }) =>
      (['network', 'emulator', 'boot-files'] as const).map((kind) => ({ kind, blade, vm: vm.name, from: from.blade })),
    ),
  ]
  const refused = claims.map((claim) => prove(claim, fleet, survey)).filter(({ verdict }) => verdict === 'refuted')
  return [...Map.groupBy(refused, ({ claim }) => claim.kind)].map(([kind, of]) => {
    const blades = of.flatMap(({ claim }) => ('blade' in claim ? [claim.blade] : []))
    return {
      ...({ severity: 'minor', check: `${kind}-elsewhere`, blades } as const),
      because: `${vm.name} could not run on ${fewOf(blades)}`,
      evidence: of.map(({ because }) => because),
      consequence: `it can’t be moved there, nor be started there when ${from.blade} is lost`,
      mend:
        of.find(({ next }) => next !== undefined)?.next ?? `give ${fewOf(blades)} what it names, or change the domain`,
    }
  })
}

/** Files that domains name: emulators, kernels, initrds. */
export function filesNamed(survey: Survey): string[] {
  const files = [...survey.blades.keys()].flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).flatMap(({ xml }) => domainFiles(xml)),
  )
  return [...new Set(files)].filter((file) => /^\/[^\0\n\r]{1,1000}$/.test(file))
}
