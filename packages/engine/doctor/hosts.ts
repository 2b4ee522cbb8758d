/** What differs between blades that guests shall move between: processor, emulator, releases, bridges. */
import { type DomainCapabilities, DomainXmlError, parseDomainCapabilities } from '@anyblade/domain-xml'
import { fewOf } from '#actions'
import type { BladeName, Vm } from '#documents'
import { domainFiles, prove } from '#findings'
import { type BladeReport, domainsOf, reportOf, type Survey, valueRead } from '#survey'
import { releaseIn } from '../config/aliases.ts'
import type { Seen } from './claims.ts'
import type { Diagnosis } from './diagnosis.ts'
import { isActive } from './seen-fleet.ts'

type Asked = { readonly blade: BladeName; readonly report: BladeReport }

export function unlikeHosts(seen: Seen): Diagnosis[] {
  const { fleet, survey } = seen
  const all = [...survey.blades.keys()].flatMap((blade): Asked[] => {
    const report = reportOf(survey, blade)
    return report === undefined ? [] : [{ blade, report }]
  })
  const homes = homesOf(all)
  return [
    ...sameIds(all),
    ...differing(all, 'processor', ({ report }) => processorOf(report), PROCESSOR),
    ...differing(all, 'emulator', ({ report }) => capabilitiesOf(report)?.emulator, EMULATOR),
    ...differing(all, 'machine-type', ({ report }) => capabilitiesOf(report)?.machine, MACHINE),
    ...differing(all, 'libvirt-release', ({ report }) => report.tools.libvirt, LIBVIRT),
    ...differing(all, 'multipath-release', ({ report }) => releaseIn(report.tools.multipath), MULTIPATH),
    ...[...fleet.vms.values()].flatMap((vm) => cantRunOn(vm, all, homes.get(vm.uuid), seen)),
  ]
}

/** Where each domain runs, or else is defined. */
function homesOf(all: readonly Asked[]): Map<string, Asked> {
  const homes = new Map<string, Asked>()
  for (const asked of all)
    for (const domain of valueRead(asked.report.domains) ?? [])
      if (isActive(domain) || !homes.has(domain.uuid)) homes.set(domain.uuid, asked)
  return homes
}

/** Hosts that were cloned from one image. */
function sameIds(all: readonly Asked[]): Diagnosis[] {
  return [...Map.groupBy(all, ({ report }) => report.host.machineId)].flatMap(([id, of]): Diagnosis[] =>
    of.length < 2
      ? []
      : [
          {
            ...{ severity: 'major', check: 'same-machine-id', blades: of.map(({ blade }) => blade) },
            because: `${fewOf(of.map(({ blade }) => blade))} have one machine-id`,
            evidence: [id],
            consequence: 'libvirt may take them for one host and refuse to move a guest between them',
            mend: 'give each an id of its own: rm /etc/machine-id, systemd-machine-id-setup, then reboot',
          },
        ],
  )
}

type Words = { readonly what: string; readonly consequence: string; readonly mend: string }
const PROCESSOR: Words = {
  what: 'their processors',
  consequence: 'a guest that was given more than the other blade has can’t be moved there while it runs',
  mend: 'give guests a named processor model that all blades have: virsh hypervisor-cpu-baseline',
}
const EMULATOR: Words = {
  what: 'the path of their emulator',
  consequence: 'a domain names its emulator by its path: by hand it does not start where there is none',
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

/**
 * What keeps a guest that is on one blade from the others. Blades that say the same of themselves are asked for once, and one
 * that says the same as its own has all it needs.
 */
function cantRunOn(vm: Vm, all: readonly Asked[], home: Asked | undefined, { fleet, survey }: Seen): Diagnosis[] {
  if (home === undefined) return []
  const alike = Map.groupBy(all, ({ report }) => signatureOf(report))
  alike.delete(signatureOf(home.report))
  const claims = [...alike.values()].flatMap((of) =>
    of.slice(0, 1).flatMap(({ blade, report }) => {
      const isSame = valueRead(report.capabilities) === valueRead(home.report.capabilities)
      const kinds = [...NAMED, ...(isSame ? [] : (['processor'] as const))]
      return kinds.map((kind) => ({ of, claim: { kind, blade, vm: vm.name, from: home.blade } as const }))
    }),
  )
  const refused = claims
    .map(({ of, claim }) => ({ of, finding: prove(claim, fleet, survey) }))
    .filter(({ finding }) => finding.verdict === 'refuted')
  return [...Map.groupBy(refused, ({ finding }) => finding.claim.kind)].map(([kind, of]) => {
    const blades = of.flatMap((one) => one.of.map(({ blade }) => blade))
    const { next } = of.find(({ finding }) => finding.next !== undefined)?.finding ?? {}
    return {
      ...({ severity: 'minor', check: `${kind}-elsewhere`, blades } as const),
      because: `${vm.name} could not run on ${fewOf(blades)}`,
      evidence: of.map(({ finding }) => finding.because),
      consequence:
        kind === 'emulator' ? ANOTHER_PATH : `it can’t be moved there, nor be started there when ${home.blade} is lost`,
      mend: next ?? `give ${fewOf(blades)} what it names, or change the domain`,
    }
  })
}

const ANOTHER_PATH =
  'as it is defined it does not start there; anyblade moves it to the emulator there, where that knows its machine type'

/** What a domain names and a blade must have. */
const NAMED = ['network', 'emulator', 'boot-files'] as const

const signatures = new WeakMap<BladeReport, string>()

function signatureOf(report: BladeReport): string {
  const { bridges, links, files, capabilities } = report
  // each guest has one of its own
  const own = links.filter((name) => !/^(vnet|tap|macvtap|veth)/.test(name))
  const said = signatures.get(report) ?? [...bridges, '', ...own, '', ...files, '', valueRead(capabilities)].join('\n')
  signatures.set(report, said)
  return said
}

/** Files that domains name: emulators, kernels, initrds. */
export function filesNamed(survey: Survey): string[] {
  const files = [...survey.blades.keys()].flatMap((blade) =>
    (domainsOf(survey, blade) ?? []).flatMap(({ xml }) => domainFiles(xml)),
  )
  return [...new Set(files)].filter((file) => /^\/[^\0\n\r]{1,1000}$/.test(file))
}
