/**
 * Which fabric a port is on, where nobody has said so: told from what it is connected to, never from its place or order.
 */
import { colonWwpn, type FabricName, type Fleet, fabricOf, type Wwpn } from '#documents'
import { EngineError } from '#errors'
import type { BladeReport, FcHost } from '#survey'

export type PortFabric = { readonly wwpn: Wwpn; readonly fabric: FabricName }

/**
 * The fabric of each initiator port: said by the operator, else that of the fleet's array ports that it sees.
 * @throws EngineError `intent-invalid` where that leaves a port without one, or with two
 */
export function portFabrics(fleet: Fleet, report: BladeReport, said: ReadonlyMap<Wwpn, FabricName>): PortFabric[] {
  return report.fcHosts.map((port) => {
    const candidates = new Set<FabricName>()
    const told = said.get(port.wwpn)
    if (told !== undefined) candidates.add(told)
    else for (const fabric of seenFrom(fleet, report, port)) candidates.add(fabric)
    const [fabric, another] = candidates
    if (fabric !== undefined && another === undefined) return { wwpn: port.wwpn, fabric }
    throw new EngineError('intent-invalid', {
      attempted: `tell on which fabric the port ${colonWwpn(port.wwpn)} (host${port.host}) is`,
      found:
        fabric === undefined
          ? 'it sees no array port of the fleet'
          : `it sees array ports on ${[...candidates].join(' and ')}`,
      hint: `say it with --port A=${colonWwpn(port.wwpn)}; or add the array first`,
    })
  })
}

const seenFrom = (fleet: Fleet, report: BladeReport, port: FcHost): FabricName[] =>
  report.remotePorts
    .filter((remote) => remote.host === port.host)
    .flatMap((remote) => fabricOf(fleet, remote.wwpn) ?? [])
