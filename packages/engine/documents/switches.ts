/** The switches that documents name, each with what hangs on it; which port that is only they know. */
import type { Fleet } from './fleet.ts'
import type { FabricName, SwitchName, Wwpn } from './names.ts'

export type Switch = {
  readonly name: SwitchName
  readonly fabric: FabricName
  readonly ports: readonly Wwpn[]
  /** Those of its fabric that hang on another one of it. */
  readonly elsewhere: readonly Wwpn[]
}

export function switchesOf({ blades, arrays }: Pick<Fleet, 'blades' | 'arrays'>): Switch[] {
  const ports = [...blades.values(), ...arrays.values()].flatMap((one) => one.ports)
  const bySwitch = Map.groupBy(ports, (port) => port.switch)
  return [...bySwitch].flatMap(([name, of]): Switch[] => {
    const [first] = of
    if (name === undefined || first === undefined) return []
    const { fabric } = first
    const others = ports.filter((port) => port.fabric === fabric && port.switch !== undefined && port.switch !== name)
    return [{ name, fabric, ports: of.map(({ wwpn }) => wwpn), elsewhere: others.map(({ wwpn }) => wwpn) }]
  })
}
