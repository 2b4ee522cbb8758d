/**
 * A blade's reader: asks, checks, parses. Whatever a blade does or does not do becomes the reading; a blade's name never
 * decides anything, its ssh destination does.
 */
import { randomBytes } from 'node:crypto'
import {
  type Blade,
  type BladeQuestion,
  type BladeReader,
  type BladeReport,
  type Limits,
  RECENT_RUNS,
  type Reading,
  type RunId,
  type RunReport,
  type Which,
} from '@anyblade/engine'
import { stateReader } from '@anyblade/on-blade'
import { journalCall, runsCall } from './act-call.ts'
import type { BladeConnections, Question } from './connections.ts'
import { parseReport } from './probe.parse.ts'
import { surveyCall } from './question.ts'
import type { Failure } from './runner.ts'
import { parseRuns } from './runs.parse.ts'
import { lastLine } from './ssh-command.ts'
import { withPython } from './with-python.ts'

/** Of the deadline, so much is left for the way and for what else a probe does. */
const RESERVE_SECONDS = 5
/** How `timeout` ends: by its own status, or by the signal it sent (busybox). */
const TIMED_OUT = new Set([124, 137, 143])
/** Blades that are asked within the same limits are asked together: their frames bear one mark. */
const marks = new WeakMap<Limits, string>()

function markOf(limits: Limits): string {
  const mark = marks.get(limits) ?? randomBytes(8).toString('hex')
  marks.set(limits, mark)
  return mark
}

const GIVE_STATE = withPython('state 30')
/** As much as a blade gives of one guest (reader/state.py), encoded. */
const MOST_STATE_BYTES = 100 * 1024 * 1024

/** More than a blade ever has. */
const ALL_RUNS = 999_999

export class SshBladeReader implements BladeReader {
  readonly #connections: BladeConnections

  constructor(connections: BladeConnections) {
    this.#connections = connections
  }

  async survey(blade: Blade, question: BladeQuestion, limits: Limits): Promise<Reading<BladeReport>> {
    const seconds = Math.max(3, Math.floor(limits.deadlineMs / 1000) - RESERVE_SECONDS)
    const answer = await this.#connections.ask(
      blade.ssh,
      surveyCall(question, seconds, markOf(limits)),
      limits,
      'reading',
    )
    if (answer.state !== 'read') return unread(answer)
    const { exit, stdout, stderr } = answer.value
    if (TIMED_OUT.has(exit)) return { state: 'timed out', because: 'the probe did not end in time' }
    if (exit !== 0) return { state: 'garbled', because: `the probe ended with ${exit}: ${lastLine(stderr)}` }
    return parseReport(stdout, question)
  }

  async guestState(blade: Blade, uuid: string, limits: Limits): Promise<Reading<Uint8Array>> {
    const question = { script: GIVE_STATE, args: [stateReader, uuid], maxBytes: MOST_STATE_BYTES }
    const answer = await this.#connections.ask(blade.ssh, question, limits, 'reading')
    if (answer.state !== 'read') return unread(answer)
    const { exit, stdout, stderr } = answer.value
    if (exit !== 0) return { state: 'refused', because: lastLine(stderr) || `exit status ${exit}` }
    if (!/(?:^|\n)end\n$/.test(stdout)) return { state: 'garbled', because: 'it was not given whole' }
    return { state: 'read', value: Buffer.from(stdout) }
  }

  runs(blade: Blade, which: Which, limits: Limits): Promise<Reading<readonly RunReport[]>> {
    return this.#runs(blade, runsCall(which === 'all' ? ALL_RUNS : RECENT_RUNS), limits)
  }

  async journal(blade: Blade, run: RunId, limits: Limits): Promise<Reading<RunReport | undefined>> {
    const reading = await this.#runs(blade, journalCall(run), limits)
    return reading.state === 'read'
      ? { ...reading, value: reading.value.find((report) => report.run === run) }
      : reading
  }

  async #runs(blade: Blade, call: Question, limits: Limits): Promise<Reading<readonly RunReport[]>> {
    const answer = await this.#connections.ask(blade.ssh, call, limits, 'reading')
    if (answer.state !== 'read') return unread(answer)
    const { exit, stdout, stderr } = answer.value
    if (exit === 0) return parseRuns(stdout)
    return { state: 'refused', because: lastLine(stderr) || `exit status ${exit}` }
  }
}

const unread = ({ state, because }: Failure): Reading<never> => ({ state, because })
