/** An array comes into the fleet: only documents change, from what it says of its ports. */
import type { RecordDocuments } from '#actions'
import { type ArrayName, colonWwpn, type FabricName, type Fleet, type Wwpn } from '#documents'
import { EngineError } from '#errors'
import type { ArrayReport } from '#survey'
import { portFields } from './add-blade.ts'

export type NewArray = {
  readonly name: ArrayName
  readonly ssh: string
  readonly pool: string
  readonly said: ReadonlyMap<Wwpn, FabricName>
}

/** @throws EngineError where the fleet has the name, or a port is on a fabric that nobody can tell */
export function arrayDocument(fleet: Fleet, array: NewArray, report: ArrayReport): RecordDocuments {
  if (fleet.arrays.has(array.name))
    throw new EngineError('document-exists', {
      attempted: `add the array ${array.name}`,
      found: `the fleet has an array ${array.name}`,
      hint: `anyblade array show ${array.name}`,
    })
  return {
    kind: 'record-documents',
    changes: [
      {
        document: `arrays/${array.name}.yaml`,
        set: [
          { path: ['driver'], value: 'lio' },
          { path: ['ssh'], value: array.ssh },
          { path: ['pool'], value: array.pool },
          ...portFields(report.ports.map(({ wwpn }) => ({ wwpn, fabric: fabricSaid(array, report, wwpn) }))),
        ],
      },
    ],
    rendered: [],
    message: `array ${array.name}: added`,
  }
}

/** An array can't tell its fabrics apart, and a wrong guess would make two paths over one switch look like redundancy. */
function fabricSaid({ name, said }: NewArray, { ports }: ArrayReport, wwpn: Wwpn): FabricName {
  const fabric = said.get(wwpn)
  if (fabric !== undefined) return fabric
  throw new EngineError('intent-invalid', {
    attempted: `tell on which fabric the port ${colonWwpn(wwpn)} of ${name} is`,
    found: `nobody said so; the array's ports are ${ports.map((port) => colonWwpn(port.wwpn)).join(', ')}`,
    hint: `say it for each of them, like --port A=${colonWwpn(wwpn)}`,
  })
}
