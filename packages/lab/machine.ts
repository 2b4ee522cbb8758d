/**
 * A node's QEMU as a process: start, stop, cables, memory to and from a file.
 * May come in: what qemu.ts describes. May not: a process ended by name.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { alive } from './lock.ts'
import { raise } from './priority.ts'
import { mustRun } from './program.ts'
import { type Machine, pidFile, qemuArguments, qmpSocket, quoted } from './qemu.ts'
import { qmp } from './qmp.ts'
import { waitFor } from './wait.ts'

const second = 1000

/** The process id of a node's QEMU, if it runs. */
export function pidOf(runtime: string, node: string): number | undefined {
  const file = pidFile(runtime, node)
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').trim())
  // The id may belong to another process by now.
  return alive(pid) && commandOf(pid).includes(file) ? pid : undefined
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // ended between two looks
  }
}

/** Starts a node; with `machine.memory` it stands still until `go`. @throws LabError with QEMU's own words */
export async function startMachine(machine: Machine): Promise<void> {
  rmSync(pidFile(machine.runtime, machine.node.name), { force: true })
  await mustRun('qemu-system-x86_64', qemuArguments(machine), { deadlineMs: 60 * second })
  const pid = pidOf(machine.runtime, machine.node.name)
  if (pid !== undefined) raise(pid)
}

/** Pulls the plug: the guest sees a power loss, QEMU closes its files in order. A QEMU that doesn't listen is killed. */
export async function stopMachine(runtime: string, node: string): Promise<void> {
  const pid = pidOf(runtime, node)
  if (pid === undefined) return
  const isGone = async () => (alive(pid) ? undefined : true)
  const waiting = { until: `QEMU of ${node} has ended`, everyMs: 50, hint: `kill process ${pid} by hand` }
  try {
    await qmp(qmpSocket(runtime, node), { execute: 'quit' })
    await waitFor({ ...waiting, deadlineMs: 15 * second }, isGone)
  } catch {
    process.kill(pid, 'SIGKILL') // it did not answer, which is why we are here
    await waitFor({ ...waiting, deadlineMs: 10 * second }, isGone)
  }
}

export async function setCarrier(runtime: string, node: string, nic: string, carrier: 'on' | 'off'): Promise<void> {
  await qmp(qmpSocket(runtime, node), { execute: 'set_link', arguments: { name: nic, up: carrier === 'on' } })
}

/** Stops a node's processor. */
export const pause = (runtime: string, node: string): Promise<unknown> =>
  qmp(qmpSocket(runtime, node), { execute: 'stop' })

/** Lets a node go on. */
export const go = (runtime: string, node: string): Promise<unknown> =>
  qmp(qmpSocket(runtime, node), { execute: 'cont' })

/** Writes the memory of a node that stands still to `file`; its disks are then complete and closed for writing. */
export async function saveMemory(runtime: string, node: string, file: string): Promise<void> {
  const socket = qmpSocket(runtime, node)
  await qmp(socket, { execute: 'migrate-set-parameters', arguments: { 'max-bandwidth': 10_000_000_000 } })
  await qmp(socket, { execute: 'migrate', arguments: { uri: `exec:cat > ${quoted(file)}` } })
  const hint = `is there space for ${file}?`
  await waitFor(
    { until: `the memory of ${node} is written`, deadlineMs: 120 * second, everyMs: 200, hint },
    async () => {
      const { status } = await qmp(socket, { execute: 'query-migrate' })
      if (status === 'failed') throw new Error(`QEMU could not write the memory of ${node} to ${file}`)
      return status === 'completed' ? true : undefined
    },
  )
}

/** Waits until a node that was started with a file of memory has read it. */
export async function memoryRead(runtime: string, node: string): Promise<void> {
  const hint = 'the file is of another QEMU, or damaged: lab up --fresh'
  await waitFor({ until: `${node} has its memory`, deadlineMs: 120 * second, everyMs: 100, hint }, async () => {
    const { status } = await qmp(qmpSocket(runtime, node), { execute: 'query-status' })
    return status === 'paused' ? true : undefined
  })
}
