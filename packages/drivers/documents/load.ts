/** A fleet read from its directory: all documents, checked alone, then against each other. All faults are told at once. */
import { DomainXmlError, parseDomain } from '@anyblade/domain-xml'
import {
  alias,
  arrayName,
  bladeName,
  byUse,
  check,
  type Fleet,
  misfits,
  type Vm,
  type VmDocument,
  type VmName,
  vmName,
} from '@anyblade/engine'
import { vcsAt } from '../vcs/open.ts'
import { BEGINNING } from './fault.ts'
import { pathOf } from './layout.ts'
import { DocumentReader } from './reader.ts'

/**
 * The fleet in `dir`, the directory of its fleet.yaml.
 * @throws FleetInvalid with every fault; EngineError `fleet-missing` where git knows no commit of it
 */
export async function loadFleet(dir: string): Promise<Fleet> {
  const reader = new DocumentReader(dir)
  const settings = reader.settings(check.fleet)
  const blades = reader.all('blades', bladeName, check.blades)
  const arrays = reader.all('arrays', arrayName, check.arrays)
  const volumes = reader.all('volumes', alias, check.volumes)
  const vms = withXml(reader, reader.all('vms', vmName, check.vms))
  reader.findStrays()
  reader.end()
  if (settings === undefined) throw new RangeError('a fleet.yaml without a fault and without content')
  const fleet: Fleet = {
    settings,
    commit: await vcsAt(dir).basis(),
    blades: named(blades, (name, blade) => ({ ...blade, name })),
    arrays: named(arrays, (name, array) => ({ ...array, name })),
    ...byUse(named(volumes, (name, volume) => ({ ...volume, alias: name })).values()),
    vms,
  }
  for (const misfit of misfits(fleet)) reader.blameField(misfit.kind, misfit.name, misfit)
  reader.end()
  return fleet
}

const named = <Name, Doc, Full>(documents: ReadonlyMap<Name, Doc>, full: (name: Name, document: Doc) => Full) =>
  new Map([...documents].map(([name, document]) => [name, full(name, document)] as const))

function withXml(reader: DocumentReader, documents: ReadonlyMap<VmName, VmDocument>): Map<VmName, Vm> {
  const vms = new Map<VmName, Vm>()
  for (const [name, document] of documents) {
    const file = pathOf('vms', name, 'xml')
    const xml = reader.text(file, 'is missing: the domain’s XML stands beside the VM’s document')
    if (xml === undefined) continue
    checkDomain(reader, file, xml, { ...document, name })
    vms.set(name, { ...document, name, xml })
  }
  return vms
}

/** The domain must be one, and the one that its document speaks of. */
function checkDomain(reader: DocumentReader, file: string, xml: string, vm: VmDocument & { name: VmName }): void {
  try {
    const domain = parseDomain(xml)
    if (domain.name !== vm.name) reader.blame(file, domain.namePlace, `is the domain ${domain.name}, not ${vm.name}`)
    if (domain.uuid !== undefined && domain.uuid !== vm.uuid)
      reader.blame(file, BEGINNING, `its uuid is ${domain.uuid}, not ${vm.uuid} as the document says`)
  } catch (error) {
    if (!(error instanceof DomainXmlError)) throw error
    const { found, hint } = error.explanation
    reader.blame(file, { line: error.line ?? 1, column: error.column ?? 1 }, `found ${found}; ${hint}`)
  }
}
