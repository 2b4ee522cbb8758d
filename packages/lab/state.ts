/**
 * Where a lab keeps itself, and what it knows of itself between two commands.
 * May come in: a name, the user's environment. May not: a path outside the user's cache, but for sockets' short ones.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from './errors.ts'
import { fields, list, number, oneOf, parsed, text } from './json.ts'
import { type Network, networks, nodesOf } from './nodes.ts'
import type { Accelerator } from './qemu.ts'
import { onAll } from './wait.ts'

export type NodeState = {
  readonly name: string
  readonly port: number
  /** Off by `power-off`, not by accident. */
  readonly isOff: boolean
  /** What the node must still be: unset until it was ready once. */
  readonly baseline?: Baseline
}
/** `logSequence`: the last message of the kernel log that has been seen. */
export type Baseline = { readonly bootId: string; readonly logSequence: number }
export type Cut = { readonly network: Network; readonly node: string }
export type LabState = {
  readonly name: string
  readonly imageHash: string
  readonly accelerator: Accelerator
  readonly runtime: string
  readonly nodes: readonly NodeState[]
  /** Cables that were pulled (carrier loss). Mute ones are known to the switch. */
  readonly cuts: readonly Cut[]
}

export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'anyblade')

/** @throws LabError `usage` for a name that can't be a folder's */
export function labFolder(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)) return join(cacheFolder(), 'lab', name)
  throw new LabError('usage', {
    attempted: `name a lab ${JSON.stringify(name)}`,
    found: 'not a name',
    hint: 'lower-case letters, digits, - and _, at most 32',
  })
}

const stateFile = (folder: string): string => join(folder, 'lab.json')

/** What the lab in `folder` knows of itself; undefined if none was ever started there. @throws LabError `state-invalid` */
export function readState(folder: string): LabState | undefined {
  if (!existsSync(stateFile(folder))) return undefined
  const all = fields(parsed(readFileSync(stateFile(folder), 'utf8'), stateFile(folder)), stateFile(folder))
  return {
    name: text(all.name, 'name'),
    imageHash: text(all.imageHash, 'imageHash'),
    accelerator: oneOf(all.accelerator, 'accelerator', ['kvm', 'tcg']),
    runtime: text(all.runtime, 'runtime'),
    nodes: nodesFrom(all.nodes),
    cuts: list(all.cuts, 'cuts', cut),
  }
}

/** The nodes as they are written down. @throws LabError `state-invalid` */
export const nodesFrom = (value: unknown): NodeState[] => list(value, 'nodes', nodeState)

function nodeState(value: unknown, where: string): NodeState {
  const { name, port, isOff, baseline } = fields(value, where)
  const node = { name: text(name, `${where}.name`), port: number(port, `${where}.port`), isOff: isOff === true }
  return baseline === undefined ? node : { ...node, baseline: baselineOf(baseline, `${where}.baseline`) }
}

function baselineOf(value: unknown, where: string): Baseline {
  const { bootId, logSequence } = fields(value, where)
  return { bootId: text(bootId, `${where}.bootId`), logSequence: number(logSequence, `${where}.logSequence`) }
}

function cut(value: unknown, where: string): Cut {
  const { network, node } = fields(value, where)
  return { network: oneOf(network, `${where}.network`, networks), node: text(node, `${where}.node`) }
}

/** Written aside and renamed: a killed lab leaves the old state or the new one. */
export function writeState(folder: string, state: LabState): void {
  writeFileSync(`${stateFile(folder)}.new`, `${JSON.stringify(state, undefined, 1)}\n`, { mode: 0o600 })
  renameSync(`${stateFile(folder)}.new`, stateFile(folder))
}

/** Longest name of a socket in the folder, with the 17 characters that ssh appends while it makes one. */
const longestSocketName = '/cm.blade4.0123456789abcdef'.length
/** sun_path, with its closing zero. Source: unix(7) */
const socketPathBytes = 108

/** The folder of the sockets: in the lab's own one, or where that path is too long, in a short one of its own. */
export function runtimeFolder(folder: string): string {
  const usual = join(folder, 'run')
  if (Buffer.byteLength(usual) + longestSocketName < socketPathBytes) {
    mkdirSync(usual, { recursive: true, mode: 0o700 })
    return usual
  }
  return mkdtempSync(join(process.env.XDG_RUNTIME_DIR || tmpdir(), 'anyblade-'))
}

/** A lab that has not been started yet: its nodes with ports of 127.0.0.1 that are free now. */
export async function freshState(folder: string, name: string, blades: number, imageHash: string): Promise<LabState> {
  const nodes = nodesOf(blades)
  const ports = await freePorts(nodes.length)
  return {
    name,
    imageHash,
    accelerator: 'tcg',
    runtime: runtimeFolder(folder),
    nodes: nodes.map((node, index) => ({ name: node.name, port: ports[index] ?? 0, isOff: false })),
    cuts: [],
  }
}

/** All are open at once while they are chosen, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await onAll(servers, (server) => {
    return new Promise<number>((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
  for (const server of servers) server.close()
  return ports
}
