/**
 * The lab at a glance, for people and for programs.
 * May come in: state, health, the switch's counts. May not: a judgement of its own.
 */
import { type Health, healthOf, type NodeHealth } from './health.ts'
import { fields } from './json.ts'
import { askSwitch } from './network/client.ts'
import { networks } from './nodes.ts'
import { sshConfigFile } from './ssh.ts'
import type { Cut, LabState } from './state.ts'

export type CutCable = Cut & { readonly how: 'carrier' | 'silent' }
export type Status = {
  readonly name: string
  readonly accelerator: string
  readonly sshConfig: string
  readonly nodes: readonly (NodeHealth & { readonly sshPort: number })[]
  readonly cuts: readonly CutCable[]
  readonly health: Health
}

export async function statusOf(dir: string, state: LabState): Promise<Status> {
  const health = await healthOf(dir, state)
  const portOf = (name: string) => state.nodes.find((node) => node.name === name)?.port ?? 0
  return {
    name: state.name,
    accelerator: state.accelerator,
    sshConfig: sshConfigFile(dir),
    nodes: health.nodes.map((node) => ({ ...node, sshPort: portOf(node.node) })),
    cuts: [...state.cuts.map((cut) => ({ ...cut, how: 'carrier' as const })), ...(await muteCables(state.runtime))],
    health,
  }
}

async function muteCables(runtime: string): Promise<CutCable[]> {
  // A dead switch is told by health; then nothing is known of its cables.
  const counts = fields(await askSwitch(runtime, { do: 'counts' }).catch(() => ({})), 'counts')
  return networks.flatMap((network) =>
    Object.entries(fields(counts[network] ?? {}, network))
      .filter(([, port]) => fields(port, network).mute === true)
      .map(([node]) => ({ network, node, how: 'silent' as const })),
  )
}
