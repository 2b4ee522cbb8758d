/** An array comes into the fleet: only documents change, from what it says of its ports, or what was said of them. */
import type { RecordDocuments } from '#actions'
import { type ArrayName, colonWwpn, type FabricName, type Fleet, type Wwpn } from '#documents'
import { EngineError } from '#errors'
import { portFields } from './add-blade.ts'

export type NewArray = { readonly name: ArrayName; readonly said: ReadonlyMap<Wwpn, FabricName> } & (
  | { readonly driver: 'lio'; readonly ssh: string; readonly pool: string }
  | { readonly driver: 'manual' }
)

/**
 * `ports`: those that the array has by its own word; of one that can't be asked, those that were said.
 * @throws EngineError where the fleet has the name, or a port is on a fabric that nobody can tell
 */
export function arrayDocument(fleet: Fleet, array: NewArray, ports: readonly Wwpn[]): RecordDocuments {
  const { name } = array
  if (fleet.arrays.has(name))
    throw new EngineError('document-exists', {
      attempted: `add the array ${name}`,
      found: `the fleet has an array ${name}`,
      hint: `anyblade array show ${name}`,
    })
  if (ports.length === 0)
    throw new EngineError('intent-invalid', {
      attempted: `add the array ${name}`,
      found: 'no target port',
      hint: 'blades find its LUNs by its ports: say each with --port A=20:00:52:54:00:0a:00:01',
    })
  const reached =
    array.driver === 'lio' ? (['ssh', 'pool'] as const).map((key) => ({ path: [key], value: array[key] })) : []
  return {
    kind: 'record-documents',
    changes: [
      {
        document: `arrays/${name}.yaml`,
        set: [
          { path: ['driver'], value: array.driver },
          ...reached,
          ...portFields(ports.map((wwpn) => ({ wwpn, fabric: fabricSaid(array, ports, wwpn) }))),
        ],
      },
    ],
    rendered: [],
    message: `array ${name}: added`,
  }
}

/** An array can't tell its fabrics apart, and a wrong guess would make two paths over one switch look like redundancy. */
function fabricSaid({ name, said }: NewArray, ports: readonly Wwpn[], wwpn: Wwpn): FabricName {
  const fabric = said.get(wwpn)
  if (fabric !== undefined) return fabric
  throw new EngineError('intent-invalid', {
    attempted: `tell on which fabric the port ${colonWwpn(wwpn)} of ${name} is`,
    found: `nobody said so; the array's ports are ${ports.map(colonWwpn).join(', ')}`,
    hint: `say it for each of them, like --port A=${colonWwpn(wwpn)}`,
  })
}
