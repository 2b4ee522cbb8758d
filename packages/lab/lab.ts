/**
 * A lab as a value that programs drive: start or find one, cut its cables, look whether it is sound, take it down.
 * May come in: a name and a number of blades. May not: two acts on one lab at the same time.
 */
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accelerator } from './accelerator.ts'
import { type CutOptions, cutCables, type RestoreOptions, restoreCables } from './cables.ts'
import { installPackages } from './debian.ts'
import { LabError } from './errors.ts'
import { type Health, healthOf } from './health.ts'
import { ensureImage, type Image, imageAt } from './image.ts'
import { locked } from './lock.ts'
import { pidOf, stopMachine } from './machine.ts'
import { askSwitch } from './network/client.ts'
import { lanReport } from './network/lan.ts'
import type { LanReport } from './network/station.ts'
import { fewestBlades, mostBlades, nodeNamed } from './nodes.ts'
import { boot, makeDisks, plugCables, type Site, unplug, whereIs } from './power.ts'
import type { Output } from './program.ts'
import { type Report, silent } from './progress.ts'
import { consoleLog, consoleSocket } from './qemu.ts'
import { fitOf, loadSnapshot, readNote, readyFolder, saveSnapshot, snapshotFolder } from './snapshot.ts'
import { dropConnection, runScript, type ScriptOptions, sshConfig, sshConfigFile } from './ssh.ts'
import { cacheFolder, freshState, type LabState, labFolder, type NodeState, readState, writeState } from './state.ts'
import { type Status, statusOf } from './status.ts'
import type { Verification } from './verify/ring.ts'
import { verifyOn } from './verify/verify.ts'
import { onAll } from './wait.ts'

export type UpOptions = {
  readonly name?: string
  /** 2 to 4. */
  readonly blades?: number
  /** Boot, also where a snapshot of the ready lab is at hand. */
  readonly fresh?: boolean
  readonly report?: Report
}

export type Lab = {
  readonly name: string
  readonly dir: string
  /** For `ssh -F`: hosts array, blade1 … */
  readonly sshConfig: string
  readonly blades: readonly string[]
  /** Runs POSIX sh on a node as root; `args` arrive as $1, $2 …; 60 s unless told. */
  ssh(node: string, script: string, args?: readonly string[], options?: ScriptOptions): Promise<Output>
  cut(options: CutOptions): Promise<void>
  restore(options?: RestoreOptions): Promise<void>
  powerOff(node: string): Promise<void>
  /** Ready when it returns; the node's new boot is the one that counts from then on. */
  powerOn(node: string): Promise<void>
  /** Nodes stand still for some seconds, then go on. */
  snapshot(label?: string): Promise<void>
  resume(label?: string): Promise<void>
  /** Back to the state after `up`: fresh disks. */
  reset(): Promise<void>
  health(): Promise<Health>
  status(): Promise<Status>
  /** Socket and log of a node's serial console. */
  consoleOf(node: string): { readonly socket: string; readonly log: string }
  lan(): Promise<LanReport>
  resetLan(): Promise<void>
  /** What the test guest wrote on a volume of the array (its name in the pool, or a path under /dev), from a record on. */
  verify(volume: string, since?: number): Promise<Verification>
  down(): Promise<void>
}

const usualLabel = 'saved'
const waitForOthersMs = 10 * 60_000

/** The lab of that name as it is. @throws LabError `no-lab` */
export function openLab(name = 'default'): Lab {
  const dir = labFolder(name)
  const state = stateOf(dir, name)
  return {
    name,
    dir,
    sshConfig: sshConfigFile(dir),
    blades: state.nodes.slice(1).map((node) => node.name),
    ssh: (node, script, args, options) => {
      const now = stateOf(dir, name)
      return runScript(whereIs(siteOf(now, dir), now, nodeNamed(now.nodes, node).name), script, args, options)
    },
    cut: (options) =>
      change(dir, name, async (now) => ({ ...now, cuts: await cutCables(checked(now, options), options) })),
    restore: (options = {}) =>
      change(dir, name, async (now) => ({ ...now, cuts: await restoreCables(checked(now, options), options) })),
    powerOff: (node) => change(dir, name, (now, site) => powerOff(site, now, node)),
    powerOn: (node) => change(dir, name, (now, site) => powerOn(site, now, node)),
    snapshot: (label = usualLabel) => change(dir, name, (now, site) => snapshot(site, now, snapshotFolder(dir, label))),
    resume: async (label = usualLabel) => {
      await resumeLab(name, label)
    },
    reset: () => change(dir, name, (now, site) => reset(site, now)),
    health: async () => healthOf(dir, stateOf(dir, name)),
    status: async () => statusOf(dir, stateOf(dir, name)),
    consoleOf: (node) => ({ socket: consoleSocket(state.runtime, node), log: consoleLog(dir, node) }),
    lan: async () => lanReport(await askSwitch(stateOf(dir, name).runtime, { do: 'lan' })),
    resetLan: async () => {
      await askSwitch(stateOf(dir, name).runtime, { do: 'reset-lan' })
    },
    verify: async (volume, since) => {
      const now = stateOf(dir, name)
      return verifyOn(whereIs(siteOf(now, dir), now, 'array'), volume, since)
    },
    down: () => down(dir),
  }
}

/** What takes longest of a first start: the image, where the cache has none. @throws LabError */
export async function prepareImage(report: Report = silent): Promise<Image> {
  await installPackages(report)
  return ensureImage(cacheFolder(), report)
}

/** A running lab, ready for use: built, booted or resumed as need be. @throws LabError */
export async function up(options: UpOptions = {}): Promise<Lab> {
  const { name = 'default', fresh = false, report = silent } = options
  const blades = options.blades ?? fewestBlades
  if (!Number.isInteger(blades) || blades < fewestBlades || blades > mostBlades)
    throw new LabError('usage', {
      attempted: `start a lab of ${blades} blades`,
      found: 'not a number that fits',
      hint: `${fewestBlades} to ${mostBlades}`,
    })
  const dir = labFolder(name)
  const image = await prepareImage(report)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await locked(join(dir, 'lock'), waitForOthersMs, async () => {
    const running = readState(dir)
    if (running !== undefined && !fresh && isUp(running, blades, image.hash)) return
    if (running !== undefined) await stopAll(dir, running)
    const drawn = await freshState(dir, name, blades, image.hash)
    const state = { ...drawn, accelerator: await accelerator(cacheFolder(), image, report) }
    await start({ folder: dir, image }, state, fresh, report)
  })
  return openLab(name)
}

function isUp(state: LabState, blades: number, imageHash: string): boolean {
  const runs = (node: NodeState) => pidOf(state.runtime, node.name) !== undefined && node.baseline !== undefined
  return state.imageHash === imageHash && state.nodes.length === blades + 1 && state.nodes.every(runs)
}

async function start(site: Site, state: LabState, fresh: boolean, report: Report): Promise<void> {
  const blades = state.nodes.length - 1
  writeState(site.folder, state)
  writeFileSync(sshConfigFile(site.folder), sshConfig(state.nodes, site.image.identity, site.image.knownHosts))
  await plugCables(site, state)
  const fit = await fitOf(state.imageHash, state.accelerator)
  const ready = readyFolder(site, blades, fit)
  if (!fresh && readNote(ready) !== undefined) {
    report({ what: `resume array and ${blades} blades` })
    return writeState(site.folder, { ...state, nodes: await loadSnapshot(site, state, ready) })
  }
  const booted = await bootAll(site, state, report)
  report({ what: 'keep the ready lab as a snapshot' })
  await saveSnapshot(site, booted, fit, ready)
}

async function bootAll(site: Site, state: LabState, report: Report): Promise<LabState> {
  await makeDisks(site, state)
  const waiting = new Set(state.nodes.map((node) => node.name))
  const say = () =>
    report({
      what: `boot array and ${state.nodes.length - 1} blades (${state.accelerator.toUpperCase()})`,
      fraction: 1 - waiting.size / state.nodes.length,
      detail: waiting.size === 0 ? 'all ready' : `waiting for ${Array.from(waiting).join(', ')}`,
    })
  say()
  const nodes = await onAll(state.nodes, async ({ name }) => {
    const node = await boot(site, state, name)
    waiting.delete(name)
    say()
    return node
  })
  const booted = { ...state, nodes }
  writeState(site.folder, booted)
  return booted
}

const siteOf = (state: LabState, folder: string): Site => ({ folder, image: imageAt(cacheFolder(), state.imageHash) })

function stateOf(dir: string, name: string): LabState {
  const state = readState(dir)
  if (state !== undefined) return state
  throw new LabError('no-lab', {
    attempted: `find the lab ${name}`,
    found: 'it is not up',
    hint: name === 'default' ? 'lab up' : `lab up --name ${name}`,
  })
}

/** One change at a time; what it leaves is written down. */
async function change(
  dir: string,
  name: string,
  act: (state: LabState, site: Site) => Promise<LabState>,
): Promise<void> {
  await locked(join(dir, 'lock'), waitForOthersMs, async () => {
    const state = stateOf(dir, name)
    writeState(dir, await act(state, siteOf(state, dir)))
  })
}

function checked(state: LabState, { node }: RestoreOptions): LabState {
  if (node !== undefined) nodeNamed(state.nodes, node)
  return state
}

const withNode = (state: LabState, node: NodeState): LabState => ({
  ...state,
  nodes: state.nodes.map((one) => (one.name === node.name ? node : one)),
})

async function powerOff(site: Site, state: LabState, name: string): Promise<LabState> {
  const { baseline: _, ...node } = nodeNamed(state.nodes, name)
  await unplug(site, state, name)
  return withNode(state, { ...node, isOff: true })
}

async function powerOn(site: Site, state: LabState, name: string): Promise<LabState> {
  const isOn = pidOf(state.runtime, nodeNamed(state.nodes, name).name) !== undefined
  return isOn ? state : withNode(state, await boot(site, state, name))
}

async function snapshot(site: Site, state: LabState, to: string): Promise<LabState> {
  await saveSnapshot(site, state, await fitOf(state.imageHash, state.accelerator), to)
  return state
}

async function reset(site: Site, state: LabState): Promise<LabState> {
  const fit = await fitOf(state.imageHash, state.accelerator)
  const ready = readyFolder(site, state.nodes.length - 1, fit)
  await restoreCables(state, {})
  await askSwitch(state.runtime, { do: 'reset-lan' })
  if (readNote(ready) !== undefined) return { ...state, cuts: [], nodes: await loadSnapshot(site, state, ready) }
  await onAll(state.nodes, (node) => unplug(site, state, node.name))
  return bootAll(site, { ...state, cuts: [] }, silent)
}

/** Back to a snapshot, also from a lab that is down: the snapshot tells how many blades it had. @throws LabError */
export async function resumeLab(name = 'default', label = usualLabel): Promise<Lab> {
  const dir = labFolder(name)
  const from = snapshotFolder(dir, label)
  const note = readNote(from)
  if (readState(dir) === undefined && note !== undefined) {
    const drawn = await freshState(dir, name, note.blades, note.imageHash)
    const state = { ...drawn, accelerator: note.accelerator }
    const { identity, knownHosts } = imageAt(cacheFolder(), note.imageHash)
    writeState(dir, state)
    writeFileSync(sshConfigFile(dir), sshConfig(state.nodes, identity, knownHosts))
    await plugCables(siteOf(state, dir), state)
  }
  await change(dir, name, async (state, site) => {
    await restoreCables(state, {})
    await askSwitch(state.runtime, { do: 'reset-lan' })
    return { ...state, cuts: [], nodes: await loadSnapshot(site, state, from) }
  })
  return openLab(name)
}

/** Snapshots and images stay; all else of the lab goes. */
async function down(dir: string): Promise<void> {
  const state = readState(dir)
  if (state !== undefined) await locked(join(dir, 'lock'), waitForOthersMs, () => stopAll(dir, state))
}

async function stopAll(dir: string, state: LabState): Promise<void> {
  await onAll(state.nodes, async ({ name }) => {
    dropConnection({ folder: dir, runtime: state.runtime, node: name })
    await stopMachine(state.runtime, name)
  })
  // A switch that does not answer has ended already.
  await askSwitch(state.runtime, { do: 'quit' }).catch(() => undefined)
  const files = ['*.qcow2', '*.raw', '*.console', 'switch.log', 'ssh_config', 'lab.json']
  for (const file of files.flatMap((pattern) => globSync(join(dir, pattern)))) rmSync(file, { force: true })
  if (existsSync(state.runtime)) rmSync(state.runtime, { recursive: true, force: true })
}
