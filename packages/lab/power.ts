/**
 * Nodes on and off: fresh disks, boot, plug pulled.
 * May come in: a lab's state and image. May not: a node that comes up with another cable plugged than it went down with.
 */
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { Image } from './image.ts'
import { makeLocalDisk } from './local-disk.ts'
import { setCarrier, startMachine, stopMachine } from './machine.ts'
import { startSwitch } from './network/client.ts'
import { type NodeSpec, networks, networksOf, nicOf, nodeNamed, nodesOf } from './nodes.ts'
import { mustRun } from './program.ts'
import { consoleLog, type Machine, poolDisk, rootDisk } from './qemu.ts'
import { baselineOf, nodeReady } from './readiness.ts'
import { dropConnection, runScript, type Where } from './ssh.ts'
import type { LabState, NodeState } from './state.ts'

/** What all acts on a lab need to know. */
export type Site = { readonly folder: string; readonly image: Image }

const poolBytes = 8 * 1024 ** 3

export const specsOf = (state: LabState): NodeSpec[] => nodesOf(state.nodes.length - 1)

export function whereIs({ folder }: Site, state: LabState, node: string): Where {
  return { folder, runtime: state.runtime, node }
}

export function machineOf(site: Site, state: LabState, node: NodeSpec): Machine {
  return {
    node,
    sshPort: nodeNamed(state.nodes, node.name).port,
    accelerator: state.accelerator,
    kernel: site.image.kernel,
    initrd: site.image.initrd,
    folder: site.folder,
    runtime: state.runtime,
  }
}

/** Fresh disks for all nodes: overlays on the image, an empty pool, local disks with their pattern. */
export async function makeDisks(site: Site, state: LabState): Promise<void> {
  for (const node of specsOf(state)) {
    const overlay = rootDisk(site.folder, node.name)
    rmSync(overlay, { force: true })
    const backing = ['-f', 'qcow2', '-F', 'raw', '-b', site.image.disk]
    await mustRun('qemu-img', ['create', '-q', ...backing, overlay], { deadlineMs: 30_000 })
    rmSync(consoleLog(site.folder, node.name), { force: true })
    if (node.role === 'blade') makeLocalDisk(site.folder, node.name)
  }
  rmSync(poolDisk(site.folder), { force: true })
  writeFileSync(poolDisk(site.folder), '', { mode: 0o600 })
  truncateSync(poolDisk(site.folder), poolBytes)
}

/** All cables of the lab's nodes, to a switch of its own for each network. */
export async function plugCables(site: Site, state: LabState): Promise<void> {
  const cables = networks.map((network) => {
    const ends = specsOf(state).filter((node) => networksOf(node).includes(network))
    return [network, ends.map((node) => node.name)] as const
  })
  await startSwitch(state.runtime, Object.fromEntries(cables), `${site.folder}/switch.log`)
}

/** Starts one node, its pulled cables still pulled, and waits until it is ready; the node as it is now. */
export async function boot(site: Site, state: LabState, name: string): Promise<NodeState> {
  const node = nodeNamed(specsOf(state), name)
  await startMachine(machineOf(site, state, node))
  for (const cut of state.cuts) if (cut.node === name) await setCarrier(state.runtime, name, nicOf(cut.network), 'off')
  const where = whereIs(site, state, name)
  await nodeReady(where, node.role)
  const before = nodeNamed(state.nodes, name)
  return { ...before, isOff: false, baseline: await baselineOf(where) }
}

/** Pulls the plug of one node. */
export async function unplug(site: Site, state: LabState, name: string): Promise<void> {
  const where = whereIs(site, state, name)
  // A real array keeps its configuration before it answers; ours within a second, so it is asked to do so now.
  if (name === 'array') await runScript(where, 'lio-save && sync', [], { deadlineMs: 5000 }).catch(() => undefined)
  await stopMachine(state.runtime, name)
  dropConnection(where)
}
