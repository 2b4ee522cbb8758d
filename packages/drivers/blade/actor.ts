/**
 * A blade's actor: every change goes through the wrapper there, under a lease, and is journaled. An answer that was lost
 * is `unknown` and never a failure, for the act is carried on to its end without us.
 */
import type {
  At,
  Barred,
  Blade,
  BladeAct,
  BladeActor,
  Hold,
  LeaseAsk,
  Leased,
  Limits,
  Outcome,
  RunEnd,
  RunId,
  Watch,
} from '@anyblade/engine'
import { abortCall, actCall, leaseCall, noteCall, releaseCall, renewCall } from './act-call.ts'
import { leasedOf, notBegun, outcomeOf } from './answer.parse.ts'
import type { BladeConnections, Lane, Question } from './connections.ts'
import { keepUp, waitFor } from './keep-lease.ts'
import { cancelJob, watchJob } from './migration-job.ts'

const RENEW_MS = 30_000

export class SshBladeActor implements BladeActor {
  readonly #connections: BladeConnections
  /** By blade and run. */
  readonly #kept = new Map<string, { stop(): void }>()

  constructor(connections: BladeConnections) {
    this.#connections = connections
  }

  async lease(blade: Blade, ask: LeaseAsk, limits: Limits): Promise<Leased> {
    const until = performance.now() + limits.deadlineMs
    const asked = async () => {
      const within = { ...limits, deadlineMs: Math.max(1, until - performance.now()) }
      return leasedOf(await this.#connections.ask(blade.ssh, leaseCall(ask), within, laneOf(ask.run)))
    }
    const leased = await waitFor(asked, ask, until, limits.signal)
    if (leased.state !== 'leased') {
      this.#connections.leave(blade.ssh, laneOf(ask.run))
      return leased
    }
    const hold = { run: ask.run, epoch: leased.epoch }
    this.#letGo(blade, ask.run)
    this.#kept.set(
      keyOf(blade, ask.run),
      keepUp(ask, () => this.#renew(blade, hold)),
    )
    return leased
  }

  note(blade: Blade, at: At, event: string, text: string, limits: Limits): Promise<Outcome | Barred> {
    return this.#tell(blade, at.run, noteCall(at, event, text), limits)
  }

  async release(blade: Blade, hold: Hold, end: RunEnd | undefined, limits: Limits): Promise<Outcome | Barred> {
    this.#letGo(blade, hold.run)
    const outcome = await this.#tell(blade, hold.run, releaseCall(hold, end), limits)
    this.#connections.leave(blade.ssh, laneOf(hold.run))
    return outcome
  }

  async abort(blade: Blade, run: RunId, operator: string, limits: Limits): Promise<Outcome> {
    const outcome = await this.#tell(blade, run, abortCall(run, operator), limits)
    return outcome.state === 'barred' ? notBegun(outcome.because) : outcome
  }

  /** `limits.signal` cancels a migration orderly; any other act that is begun ends by itself, and soon. */
  async act(blade: Blade, at: At, act: BladeAct, limits: Limits, watch: Watch): Promise<Outcome | Barred> {
    if (limits.signal.aborted) return notBegun('cancelled by the operator')
    const call = actCall(at, act, limits.deadlineMs)
    if (act.kind !== 'migrate-domain') return this.#tell(blade, at.run, call, limits)
    const over = new AbortController()
    const cancel = () => void cancelJob(this.#connections, blade, act.uuid)
    limits.signal.addEventListener('abort', cancel)
    const watching = watchJob(this.#connections, blade, act.uuid, watch, over.signal)
    try {
      return await this.#tell(blade, at.run, call, limits)
    } finally {
      limits.signal.removeEventListener('abort', cancel)
      over.abort()
      await watching
    }
  }

  async #tell(blade: Blade, run: RunId, call: Question, { deadlineMs }: Limits): Promise<Outcome | Barred> {
    const uncut: Limits = { deadlineMs, signal: new AbortController().signal }
    return outcomeOf(await this.#connections.ask(blade.ssh, call, uncut, laneOf(run)))
  }

  /** Beside the acts, which renew it too; what is not answered is asked again at the next turn. */
  async #renew(blade: Blade, hold: Hold): Promise<Barred | undefined> {
    const limits: Limits = { deadlineMs: RENEW_MS, signal: new AbortController().signal }
    const outcome = outcomeOf(await this.#connections.ask(blade.ssh, renewCall(hold), limits, 'watching'))
    return outcome.state === 'barred' ? outcome : undefined
  }

  #letGo(blade: Blade, run: RunId): void {
    this.#kept.get(keyOf(blade, run))?.stop()
    this.#kept.delete(keyOf(blade, run))
  }
}

const laneOf = (run: RunId): Lane => `run ${run}`
const keyOf = (blade: Blade, run: RunId): string => `${run} ${blade.name}`
