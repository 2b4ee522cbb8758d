/**
 * How far a live migration is, by the source's libvirt, and how it is cancelled: both beside the shell that waits for
 * it. Progress is a courtesy: where it can't be had (no python3, a busy libvirt) there is none, and nothing else changes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Blade, LadderProgress, MigrationProgress, Watch } from '@anyblade/engine'
import { jobReader } from '@anyblade/on-blade'
import type { BladeConnections } from './connections.ts'
import { withPython } from './with-python.ts'

const EVERY_MS = 1000
/** So many times as long as a question took it is left in peace: the processor is the guest's, above all while it moves. */
const PEACE = 4
const PATIENCE_MS = 10_000
const ASK = withPython('job 5')
const CANCEL = 'exec virsh -q -c qemu:///system domjobabort "$1"'
const JOB = /^(\d{1,15})\t(\d{1,15})\t(\d{1,15})\t(\d{1,15})(?:\t(\d{1,15})\t(\d{1,9})\t(\d{1,3}))?$/

type Job = {
  readonly elapsedMs: number
  readonly totalBytes: number
  readonly remainingBytes: number
  readonly sentBytes: number
  readonly ladder: LadderProgress | undefined
}

/** Tells `watch` each second, or less often where asking takes long, until `over`; never fails. */
export async function watchJob(
  connections: BladeConnections,
  blade: Blade,
  uuid: string,
  watch: Watch,
  over: AbortSignal,
) {
  let before: Job | undefined
  let tookMs = 0
  while (await isStillOn(over, Math.max(EVERY_MS, PEACE * tookMs))) {
    const asked = performance.now()
    const limits = { deadlineMs: PATIENCE_MS, signal: over }
    const answer = await connections.ask(blade.ssh, { script: ASK, args: [jobReader, uuid] }, limits, 'watching')
    const job = answer.state === 'read' ? parseJob(answer.value.stdout) : undefined
    tookMs = performance.now() - asked
    if (job !== undefined && !over.aborted) watch(progressOf(job, before))
    before = job
  }
}

async function isStillOn(over: AbortSignal, afterMs: number): Promise<boolean> {
  try {
    await sleep(afterMs, undefined, { signal: over, ref: false })
    return true
  } catch {
    return false // aborted: the migration has ended
  }
}

/** The reader's one line, if it is one. */
export function parseJob(stdout: string): Job | undefined {
  const [, elapsed, total, remaining, sent, dirty, passes, slowed] = JOB.exec(stdout.trim()) ?? []
  if (sent === undefined) return undefined
  return {
    elapsedMs: Number(elapsed),
    totalBytes: Number(total),
    remainingBytes: Number(remaining),
    sentBytes: Number(sent),
    ladder:
      dirty === undefined
        ? undefined
        : { dirtyBytesPerSecond: Number(dirty), passes: Number(passes), slowedPercent: Number(slowed) },
  }
}

/** The speed is that since the look before, or on average where there was none. */
export function progressOf(job: Job, before: Job | undefined): MigrationProgress {
  const { elapsedMs, totalBytes, remainingBytes } = job
  const from = before ?? { elapsedMs: 0, sentBytes: 0 }
  const spanMs = elapsedMs - from.elapsedMs
  const bytesPerSecond = spanMs > 0 ? Math.max(0, Math.round(((job.sentBytes - from.sentBytes) * 1000) / spanMs)) : 0
  const { ladder } = job
  return { elapsedMs, totalBytes, remainingBytes, bytesPerSecond, ...(ladder && { ladder }) }
}

/** Asks libvirt to give the migration up; the call that carries it then ends and says so. */
export async function cancelJob(connections: BladeConnections, blade: Blade, uuid: string): Promise<void> {
  const limits = { deadlineMs: PATIENCE_MS, signal: new AbortController().signal }
  await connections.ask(blade.ssh, { script: CANCEL, args: [uuid] }, limits, 'cancelling')
}
