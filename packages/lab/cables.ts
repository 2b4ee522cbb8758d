/**
 * Cables: pulled (the port sees no carrier) or mute (frames are dropped, the link stays up), and back.
 * May come in: a network, one node or all. May not: a cut that nobody remembers.
 */
import { pidOf, setCarrier } from './machine.ts'
import { askSwitch } from './network/client.ts'
import { type Network, networks, networksOf, nicOf } from './nodes.ts'
import { specsOf } from './power.ts'
import type { Cut, LabState } from './state.ts'
import { onAll } from './wait.ts'

/** `silent`: frames are dropped with the link up. Without a node, all cables of the network. */
export type CutOptions = { readonly network: Network; readonly node?: string; readonly how?: 'carrier' | 'silent' }
export type RestoreOptions = { readonly network?: Network; readonly node?: string }

/** The ends of cables that are meant, one a node and network. */
export function cablesOf(state: LabState, { network, node }: RestoreOptions): Cut[] {
  return specsOf(state)
    .filter((spec) => node === undefined || spec.name === node)
    .flatMap((spec) => networksOf(spec).map((one) => ({ network: one, node: spec.name })))
    .filter((cable) => network === undefined || cable.network === network)
}

const same = (a: Cut, b: Cut): boolean => a.network === b.network && a.node === b.node

/** Cuts cables; the lab's cuts as they are then. */
export async function cutCables(state: LabState, options: CutOptions): Promise<readonly Cut[]> {
  if (options.how === 'silent') {
    await mute('mute', state, options)
    return state.cuts
  }
  const cables = cablesOf(state, options)
  await carry(state, cables, 'off')
  return [...state.cuts.filter((cut) => !cables.some((cable) => same(cable, cut))), ...cables]
}

/** Plugs cables again, pulled or mute; without a network all of them. The lab's cuts as they are then. */
export async function restoreCables(state: LabState, options: RestoreOptions): Promise<readonly Cut[]> {
  await mute('unmute', state, options)
  const cables = cablesOf(state, options)
  await carry(state, cables, 'on')
  return state.cuts.filter((cut) => !cables.some((cable) => same(cable, cut)))
}

async function mute(verb: 'mute' | 'unmute', state: LabState, { network, node }: RestoreOptions): Promise<void> {
  const port = node === undefined ? {} : { port: node }
  const wanted = network === undefined ? networks : [network]
  for (const one of wanted) await askSwitch(state.runtime, { do: verb, network: one, ...port })
}

async function carry(state: LabState, cables: readonly Cut[], carrier: 'on' | 'off'): Promise<void> {
  const running = cables.filter((cable) => pidOf(state.runtime, cable.node) !== undefined)
  await onAll(running, (cable) => setCarrier(state.runtime, cable.node, nicOf(cable.network), carrier))
}
