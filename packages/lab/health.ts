/**
 * Whether what was seen in the lab counts: an oops, a reboot that nobody asked for, a touched local disk or a dead
 * switch makes every result inconclusive, and never "passed".
 * May come in: the lab's state. May not: a guess where a node gives no answer.
 */
import { reasonOf } from './errors.ts'
import { kernelReport, kernelScript, whyUnsound } from './kernel-log.ts'
import { type LocalDisk, localDiskOf } from './local-disk.ts'
import { pidOf } from './machine.ts'
import { askSwitch } from './network/client.ts'
import { runScript } from './ssh.ts'
import type { LabState, NodeState } from './state.ts'
import { onAll } from './wait.ts'

export type NodeHealth = {
  readonly node: string
  readonly verdict: 'sound' | 'off' | 'inconclusive'
  readonly because?: string
}
export type Health = {
  readonly verdict: 'sound' | 'inconclusive'
  /** One sentence for each thing that makes it inconclusive. */
  readonly because: readonly string[]
  readonly nodes: readonly NodeHealth[]
  readonly localDisks: readonly LocalDisk[]
}

export async function healthOf(folder: string, state: LabState): Promise<Health> {
  const nodes = await onAll(state.nodes, (node) => nodeHealth(folder, state.runtime, node))
  const blades = state.nodes.filter((node) => node.name !== 'array')
  const localDisks = blades.map((blade) => localDiskOf(folder, blade.name))
  const because = [
    ...nodes.filter((node) => node.verdict === 'inconclusive').map((node) => `${node.node}: ${node.because}`),
    ...localDisks
      .filter((disk) => disk.verdict === 'touched')
      .map((disk) => `local disk of ${disk.blade}: ${disk.because}`),
    ...(await switchTrouble(state.runtime)),
  ]
  return { verdict: because.length === 0 ? 'sound' : 'inconclusive', because, nodes, localDisks }
}

async function nodeHealth(folder: string, runtime: string, node: NodeState): Promise<NodeHealth> {
  const unsound = (because: string): NodeHealth => ({ node: node.name, verdict: 'inconclusive', because })
  if (node.isOff) return { node: node.name, verdict: 'off' }
  if (pidOf(runtime, node.name) === undefined) return unsound('its QEMU has ended')
  if (node.baseline === undefined) return unsound('it was never ready')
  const where = { folder, runtime, node: node.name }
  try {
    const output = await runScript(where, kernelScript, [String(node.baseline.logSequence)], { deadlineMs: 20_000 })
    if (output.exit !== 0) return unsound(`no answer: ${output.stderr.trim()}`)
    const because = whyUnsound(kernelReport(output.stdout), node.baseline)
    return because === undefined ? { node: node.name, verdict: 'sound' } : unsound(because)
  } catch (error) {
    return unsound(reasonOf(error))
  }
}

async function switchTrouble(runtime: string): Promise<string[]> {
  try {
    await askSwitch(runtime, { do: 'counts' })
    return []
  } catch (error) {
    return [`switch: ${reasonOf(error)}`]
  }
}
