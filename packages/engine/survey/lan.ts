/**
 * Where guests meet their network on a blade, and whose frames were seen there: a bridge of one name on two blades is one
 * network only where what the one sends arrives on the other.
 */
import type { Reading } from './reading.ts'

/** An interface of the blade, a bridge or another, and the VLAN tag that guests have there; 0: none. */
export type LanPlace = { readonly device: string; readonly vlan: number }
/** Whom to send to, and to hear there, by the ids of their machines, while they do the same. */
export type LanQuestion = LanPlace & { readonly machines: readonly string[] }
/** `heard`: of those asked about. */
export type LanSeen = LanPlace & { readonly heard: Reading<readonly string[]> }

/** What may be an interface's name to the kernel. Source: dev_valid_name() of net/core/dev.c */
export const isInterfaceName = (name: string): boolean => /^[^\s/:]{1,15}$/.test(name) && name !== '.' && name !== '..'

export const placeText = ({ device, vlan }: LanPlace): string => (vlan === 0 ? device : `${device} VLAN ${vlan}`)

const keyOf = ({ device, vlan }: LanPlace): string => `${device}:${vlan}`

/** Each place once, with all whom anybody wants to hear there. */
export function lanUnion(a: readonly LanQuestion[], b: readonly LanQuestion[]): readonly LanQuestion[] {
  if (a.length === 0) return b
  return [...Map.groupBy([...a, ...b], keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, machines: [...new Set([first, ...others].flatMap(({ machines }) => machines))] }],
  )
}

export const heardAt = (seen: readonly LanSeen[], place: LanPlace): Reading<readonly string[]> =>
  seen.find((one) => keyOf(one) === keyOf(place))?.heard ?? { state: 'refused', because: 'not asked' }
