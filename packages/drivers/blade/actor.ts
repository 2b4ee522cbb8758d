/**
 * A blade's actor: every change goes through the wrapper there, which journals it. An answer that was lost is `unknown`
 * and never a failure, for the act is carried on to its end without us.
 */
import {
  type At,
  type Blade,
  type BladeAct,
  type BladeActor,
  evidenceOf,
  type Limits,
  type Outcome,
  type RunId,
  type Watch,
} from '@anyblade/engine'
import { actCall, beginCall, noteCall } from './act-call.ts'
import type { BladeConnections, Question } from './connections.ts'
import { cancelJob, watchJob } from './migration-job.ts'
import type { Answer, Output } from './runner.ts'
import { cleaned } from './ssh-command.ts'

/** The wrapper's exit statuses; see its head. 64, 65 and 75: nothing was begun. */
const FAILED = new Set([1, 64, 65, 75, 124])
const LINES = 200
const LINE_LENGTH = 300
const BECAUSE_LENGTH = 600

export class SshBladeActor implements BladeActor {
  readonly #connections: BladeConnections

  constructor(connections: BladeConnections) {
    this.#connections = connections
  }

  begin(blade: Blade, run: RunId, plan: string, limits: Limits): Promise<Outcome> {
    return this.#tell(blade, beginCall(run, plan), limits)
  }

  note(blade: Blade, at: At, event: string, text: string, limits: Limits): Promise<Outcome> {
    return this.#tell(blade, noteCall(at, event, text), limits)
  }

  /** `limits.signal` cancels a migration orderly; any other act that is begun ends by itself, and soon. */
  async act(blade: Blade, at: At, act: BladeAct, limits: Limits, watch: Watch): Promise<Outcome> {
    if (limits.signal.aborted) return notBegun('cancelled by the operator')
    const call = actCall(at, act, limits.deadlineMs)
    if (act.kind !== 'migrate-domain') return this.#tell(blade, call, limits)
    const over = new AbortController()
    const cancel = () => void cancelJob(this.#connections, blade, act.uuid)
    limits.signal.addEventListener('abort', cancel)
    const watching = watchJob(this.#connections, blade, act.uuid, watch, over.signal)
    try {
      return await this.#tell(blade, call, limits)
    } finally {
      limits.signal.removeEventListener('abort', cancel)
      over.abort()
      await watching
    }
  }

  async #tell(blade: Blade, call: Question, { deadlineMs }: Limits): Promise<Outcome> {
    const uncut: Limits = { deadlineMs, signal: new AbortController().signal }
    return outcomeOf(await this.#connections.ask(blade.ssh, call, uncut, 'acting'))
  }
}

const notBegun = (because: string): Outcome => ({
  state: 'failed',
  because: `nothing was begun: ${because}`,
  evidence: { lines: [] },
})

/** What an answer of the wrapper, or none, says of the act. */
export function outcomeOf(answer: Answer): Outcome {
  if (answer.state === 'read') return outcomeOfExit(answer.value)
  return answer.sent ? { state: 'unknown', because: answer.because } : notBegun(answer.because)
}

function outcomeOfExit({ exit, stdout, stderr }: Output): Outcome {
  const evidence = evidenceOf(linesOf(stdout))
  if (exit === 0) return { state: 'done', evidence }
  const because = cleaned(stderr, BECAUSE_LENGTH) || `exit status ${exit}`
  return FAILED.has(exit) ? { state: 'failed', because, evidence } : { state: 'unknown', because }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => cleaned(line, LINE_LENGTH))
    .filter((line) => line !== '')
    .slice(0, LINES)
