/**
 * The whole lab as files: memory and disks of all nodes at one moment, and back to it in seconds.
 * May come in: a running lab. May not: memory of one moment with the disks of another.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LabError } from './errors.ts'
import { fields, number, oneOf, parsed, text } from './json.ts'
import { go, memoryRead, pause, saveMemory, startMachine, stopMachine } from './machine.ts'
import { machineOf, type Site, specsOf, whereIs } from './power.ts'
import { mustRun } from './program.ts'
import { type Accelerator, rootDisk } from './qemu.ts'
import { dropConnection, mustRunScript } from './ssh.ts'
import { type Baseline, type LabState, nodesFrom } from './state.ts'
import { onAll } from './wait.ts'

/** What a snapshot fits: another image, QEMU or processor can't go on from it. */
export type Fit = { readonly imageHash: string; readonly qemu: string; readonly accelerator: Accelerator }
export type SnapshotNote = Fit & { readonly blades: number; readonly nodes: LabState['nodes'] }

const noteFile = (folder: string): string => join(folder, 'snapshot.json')
const minuteMs = 60_000

/** Where a lab keeps its snapshot of that name. @throws LabError `usage` */
export function snapshotFolder(folder: string, label: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,31}$/.test(label)) return join(folder, 'snapshots', label)
  throw new LabError('usage', {
    attempted: `name a snapshot ${JSON.stringify(label)}`,
    found: 'not a name',
    hint: 'lower-case letters, digits, - and _, at most 32',
  })
}

/** The state after `up`, the same for all labs of that image, size and machine: kept beside the image. */
export function readyFolder(site: Site, blades: number, fit: Fit): string {
  const machine = createHash('sha256').update(`${fit.qemu} ${fit.accelerator}`).digest('hex').slice(0, 8)
  return join(site.image.folder, `ready-${blades}-${machine}`)
}

export async function fitOf(imageHash: string, accelerator: Accelerator): Promise<Fit> {
  const version = await mustRun('qemu-system-x86_64', ['--version'], { deadlineMs: minuteMs })
  const processor = accelerator === 'kvm' ? /^model name.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] : ''
  return { imageHash, qemu: `${version.split('\n')[0]} ${processor}`.trim(), accelerator }
}

/** What is in a snapshot's folder; undefined if there is none. @throws LabError `state-invalid` */
export function readNote(from: string): SnapshotNote | undefined {
  if (!existsSync(noteFile(from))) return undefined
  const all = fields(parsed(readFileSync(noteFile(from), 'utf8'), noteFile(from)), noteFile(from))
  return {
    imageHash: text(all.imageHash, 'imageHash'),
    qemu: text(all.qemu, 'qemu'),
    accelerator: oneOf(all.accelerator, 'accelerator', ['kvm', 'tcg']),
    blades: number(all.blades, 'blades'),
    nodes: nodesFrom(all.nodes),
  }
}

/** Stops all nodes, writes them to `to`, and lets them go on. */
export async function saveSnapshot(site: Site, state: LabState, fit: Fit, to: string): Promise<void> {
  const names = state.nodes.filter((node) => !node.isOff).map((node) => node.name)
  const aside = `${to}.partial`
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  await onAll(names, (name) => pause(state.runtime, name))
  try {
    await onAll(names, (name) => saveMemory(state.runtime, name, join(aside, `${name}.memory`)))
    await copy(disksIn(site.folder), aside)
  } finally {
    await onAll(names, (name) => go(state.runtime, name))
  }
  const note: SnapshotNote = { ...fit, blades: state.nodes.length - 1, nodes: state.nodes }
  writeFileSync(noteFile(aside), JSON.stringify(note, undefined, 1))
  rmSync(to, { recursive: true, force: true })
  renameSync(aside, to)
}

const disksIn = (folder: string): string[] => [
  ...globSync(join(folder, '*.qcow2')),
  ...globSync(join(folder, '*.raw')).filter((file) => basename(file) !== 'base.raw'),
]

async function copy(files: readonly string[], to: string): Promise<void> {
  await mustRun('cp', ['--sparse=always', '--reflink=auto', '-t', to, ...files], { deadlineMs: 5 * minuteMs })
}

/**
 * Puts all nodes back to what stands in `from`. The switch must run; all cables are plugged then.
 * Nodes that were off when it was made are off again.
 */
export async function loadSnapshot(site: Site, state: LabState, from: string): Promise<LabState['nodes']> {
  const note = fitting(state, from)
  await onAll(state.nodes, async ({ name }) => {
    await stopMachine(state.runtime, name)
    dropConnection(whereIs(site, state, name))
  })
  await copy(disksIn(from), site.folder)
  const on = specsOf(state).filter((node) => existsSync(join(from, `${node.name}.memory`)))
  await onAll(on, async (node) => {
    const rebase = ['rebase', '-u', '-F', 'raw', '-b', site.image.disk, rootDisk(site.folder, node.name)]
    await mustRun('qemu-img', rebase, { deadlineMs: minuteMs })
    await startMachine({ ...machineOf(site, state, node), memory: join(from, `${node.name}.memory`) })
  })
  await onAll(on, (node) => memoryRead(state.runtime, node.name))
  await onAll(on, (node) => go(state.runtime, node.name))
  await onAll(on, (node) => setClock(site, state, node.name))
  return state.nodes.map((node) => ({ ...node, ...remembered(note, node.name) }))
}

/** The snapshot's note, if this lab can go on from it. @throws LabError `no-lab` */
function fitting(state: LabState, from: string): SnapshotNote {
  const attempted = `go back to the snapshot ${basename(from)}`
  const note = readNote(from)
  if (note === undefined)
    throw new LabError('no-lab', {
      attempted,
      found: 'there is no such snapshot',
      hint: 'lab snapshot LABEL makes one',
    })
  const fits =
    note.blades === state.nodes.length - 1 &&
    note.imageHash === state.imageHash &&
    note.accelerator === state.accelerator
  if (fits) return note
  const found = `it is of ${note.blades} blades, image ${note.imageHash}, ${note.accelerator}: not this lab's`
  throw new LabError('no-lab', { attempted, found, hint: 'lab down, then lab resume LABEL' })
}

function remembered(note: SnapshotNote, name: string): { isOff: boolean; baseline?: Baseline } {
  const before = note.nodes.find((node) => node.name === name)
  if (before === undefined) return { isOff: true }
  return before.baseline === undefined ? { isOff: before.isOff } : { isOff: before.isOff, baseline: before.baseline }
}

/** A node's clock stood still with it; QEMU's clock chip did not. All are set from it, to a few milliseconds. */
async function setClock(site: Site, state: LabState, node: string): Promise<void> {
  await mustRunScript(whereIs(site, state, node), 'hwclock --hctosys --utc', [], { deadlineMs: 30_000 })
}
