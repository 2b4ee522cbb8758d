/**
 * The nodes of a lab and what plugs them together: names, numbers, MACs, cables.
 * May come in: how many blades. May not: I/O, a choice that differs between two runs.
 */
import { LabError } from './errors.ts'

export type Role = 'array' | 'blade'
export type NodeSpec = {
  readonly name: string
  readonly role: Role
  /** Last byte of its MACs, and last number of its address in the migration network. */
  readonly id: number
  readonly memoryMiB: number
}

export const networks = ['fabA', 'fabB', 'mig', 'lan'] as const
/** A network of cables: the two fabrics, the blades' migration network, the guests' LAN. */
export type Network = (typeof networks)[number]

export const fewestBlades = 2
export const mostBlades = 4

/** Of more than two, each may have to hold the guests of another one. */
const bladeMiB = (blades: number): number => (blades > fewestBlades ? 1536 : 1024)

const array: NodeSpec = { name: 'array', role: 'array', id: 1, memoryMiB: 512 }

/** The array and `blades` blades. */
export function nodesOf(blades: number): NodeSpec[] {
  const blade = (_: unknown, index: number): NodeSpec => ({
    name: `blade${index + 1}`,
    role: 'blade',
    id: 11 + index,
    memoryMiB: bladeMiB(blades),
  })
  return [array, ...Array.from({ length: blades }, blade)]
}

/** The networks that a node has a NIC in, in the order of its NICs after the first (management). */
export function networksOf(node: NodeSpec): readonly Network[] {
  return node.role === 'blade' ? networks : networks.filter((network) => network !== 'lan')
}

const macByte = { mgmt: '00', fabA: '0a', fabB: '0b', mig: '0c', lan: '0d' } as const

/** MACs tell network and node, and FC port names (WWPN 20:00:MAC) follow from them: the same in every lab. */
export function macOf(node: NodeSpec, network: Network | 'mgmt'): string {
  return `52:54:00:${macByte[network]}:00:${node.id.toString(16).padStart(2, '0')}`
}

/** The device id of a NIC, by which QEMU pulls its cable. */
export const nicOf = (network: Network): string => `nic-${network}`

/** @throws LabError `usage`: also `A` and `B` are understood */
export function networkNamed(word: string): Network {
  const wanted = /^[ab]$/i.test(word) ? `fab${word.toUpperCase()}` : word
  const found = networks.find((network) => network.toLowerCase() === wanted.toLowerCase())
  if (found !== undefined) return found
  throw new LabError('usage', {
    attempted: `find the network ${word}`,
    found: 'no such network',
    hint: `one of A, B, ${networks.join(', ')}`,
  })
}

/** @throws LabError `unknown-node` */
export function nodeNamed<Node extends { readonly name: string }>(nodes: readonly Node[], name: string): Node {
  const found = nodes.find((node) => node.name === name)
  if (found !== undefined) return found
  throw new LabError('unknown-node', {
    attempted: `find the node ${name}`,
    found: 'no such node in this lab',
    hint: `one of ${nodes.map((node) => node.name).join(', ')}`,
  })
}
