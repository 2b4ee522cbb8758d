/**
 * The fabrics of a SAN that nobody has written down: ports that see one another, or that are logged in to a fabric of one
 * name, are on one. May come in: ports as blades see them. May not: a path, which may be there or not.
 */
import { type FabricName, fabricName, type Wwpn } from '#documents'
import type { BladeReport } from '#survey'

/** Initiator and target ports, each with the fabric it is on: A, B … in the order of the blades' host numbers. */
export function fabricsSeen(reports: readonly BladeReport[]): ReadonlyMap<Wwpn, FabricName> {
  const groups = new Groups()
  const initiators = reports.flatMap(({ fcHosts }) => fcHosts)
  for (const { fcHosts, remotePorts } of reports) {
    const byHost = new Map(fcHosts.map((port) => [port.host, port]))
    for (const { wwpn, fabric } of fcHosts) groups.join(wwpn, fabric === undefined ? wwpn : `fabric ${fabric}`)
    for (const { host, wwpn, state } of remotePorts) {
      const own = byHost.get(host)
      if (own !== undefined && (state === 'Online' || state === 'Blocked')) groups.join(own.wwpn, wwpn)
    }
  }
  const ordered = [...initiators].sort((a, b) => a.host - b.host || (a.wwpn < b.wwpn ? -1 : 1))
  const roots = [...new Set(ordered.map(({ wwpn }) => groups.rootOf(wwpn)))]
  const ports = [...initiators, ...reports.flatMap(({ remotePorts }) => remotePorts)].map(({ wwpn }) => wwpn)
  return new Map(
    ports.flatMap((port) => {
      const fabric = fabricName(letters(roots.indexOf(groups.rootOf(port))))
      return fabric === undefined ? [] : [[port, fabric] as const]
    }),
  )
}

/** A, B … Z, then F26, F27 … */
export const letters = (index: number): string =>
  index < 0 ? '' : index < 26 ? String.fromCharCode(65 + index) : `F${index}`

/** Which belong together, as pairs are told one by one. */
class Groups {
  readonly #parents = new Map<string, string>()

  rootOf(name: string): string {
    const parent = this.#parents.get(name)
    if (parent === undefined || parent === name) return name
    const root = this.rootOf(parent)
    this.#parents.set(name, root)
    return root
  }

  join(one: string, other: string): void {
    this.#parents.set(this.rootOf(one), this.rootOf(other))
  }
}
