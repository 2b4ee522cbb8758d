/** A blade comes into the fleet: only documents change, from what it says of itself. */
import type { RecordDocuments } from '#actions'
import { type BladeName, colonWwpn, type FabricName, type Fleet, freeBladeKey, type Wwpn } from '#documents'
import { EngineError } from '#errors'
import type { BladeReport } from '#survey'
import { type PortFabric, portFabrics } from './port-fabrics.ts'

export type NewBlade = {
  readonly name: BladeName
  readonly ssh: string
  /** Fabrics that the operator said. */
  readonly said: ReadonlyMap<Wwpn, FabricName>
  /** How other blades reach it, where that is not the ssh destination. */
  readonly migrationHost: string | undefined
}

/** @throws EngineError `document-exists` where the fleet has the name, or the machine under another name */
export function bladeDocument(fleet: Fleet, blade: NewBlade, report: BladeReport): RecordDocuments {
  const twin = [...fleet.blades.values()].find(
    (other) => other.name === blade.name || other.machine_id === report.host.machineId,
  )
  if (twin !== undefined)
    throw new EngineError('document-exists', {
      attempted: `add the blade ${blade.name}`,
      found: `the fleet has it as ${twin.name} (${twin.ssh}, machine-id ${twin.machine_id})`,
      hint: `anyblade blade show ${twin.name}`,
    })
  const optional = blade.migrationHost === undefined ? [] : [{ path: ['migration_host'], value: blade.migrationHost }]
  return {
    kind: 'record-documents',
    changes: [
      {
        document: `blades/${blade.name}.yaml`,
        set: [
          { path: ['ssh'], value: blade.ssh },
          { path: ['machine_id'], value: report.host.machineId },
          { path: ['key'], value: String(freeBladeKey(fleet)) },
          ...optional,
          ...portFields(portFabrics(fleet, report, blade.said)),
          { path: ['bridges'], value: report.bridges },
        ],
      },
    ],
    rendered: [],
    message: `blade ${blade.name}: added`,
  }
}

export const portFields = (ports: readonly PortFabric[]) =>
  ports.length === 0
    ? [{ path: ['ports'], value: [] }]
    : ports.flatMap((port, i) => [
        { path: ['ports', String(i), 'wwpn'], value: colonWwpn(port.wwpn) },
        { path: ['ports', String(i), 'fabric'], value: port.fabric },
      ])
