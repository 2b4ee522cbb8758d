/**
 * The kept shells of all machines: commands to one machine and of one lane queue, machines answer in parallel, and a
 * broken shell is opened anew for the next command. Reading and each run have lanes of their own, so that neither a
 * survey nor another run waits behind a migration.
 */
import type { Limits, RunId } from '@anyblade/engine'
import type { Call } from './frame.ts'
import { type Answer, type CommandRunner, type Failure, failureError, type RunOptions } from './runner.ts'
import { isShell, type NoShell, openShell, runIn, type Shell } from './shell.ts'
import { hasMaster, type SshSettings } from './ssh-command.ts'

/** `reading` changes nothing; a run's own goes through the wrapper; the others are there while a migration goes on. */
export type Lane = 'reading' | `run ${RunId}` | 'watching' | 'cancelling'
export type Question = Omit<Call, 'seconds'> & { readonly maxBytes?: number }

const DEFAULT_BYTES = 1024 * 1024
/** A control master that gives no shell for so long may be one whose machine is gone: a way without it is tried too. */
const HEDGE_MS = 5000

const seatKey = (destination: string, lane: Lane): string => `${lane} ${destination}`

type Seat = { tail: Promise<unknown>; shell: Shell | undefined }

export class BladeConnections implements CommandRunner {
  readonly #settings: SshSettings
  readonly #seats = new Map<string, Seat>()
  readonly #closing = new AbortController()

  constructor(settings: SshSettings) {
    this.#settings = settings
  }

  async sh(destination: string, script: string, args: readonly string[], options: RunOptions) {
    const { limits, stdin, maxBytes } = options
    const bytes = typeof stdin === 'string' ? Buffer.from(stdin) : stdin
    const question = { script, args, ...(bytes && { stdin: bytes }), ...(maxBytes && { maxBytes }) }
    const answer = await this.ask(destination, question, limits, 'reading')
    if (answer.state === 'read') return answer.value
    throw failureError(destination, answer)
  }

  /** Like `sh`, with failures as values. The wait for earlier commands counts. */
  async ask(destination: string, question: Question, limits: Limits, lane: Lane): Promise<Answer> {
    const until = performance.now() + limits.deadlineMs
    const signal = AbortSignal.any([limits.signal, this.#closing.signal])
    const seat = this.#seat(seatKey(destination, lane))
    const before = seat.tail
    const turn = Promise.withResolvers<void>()
    seat.tail = before.then(() => turn.promise)
    try {
      if (!(await isOver(before, until, signal)))
        return unsent(
          'timed out',
          signal.aborted ? 'cancelled by the operator' : 'an earlier command has not ended yet',
        )
      return await this.#run(seat, destination, question, { until, signal })
    } finally {
      turn.resolve()
    }
  }

  /** Ends the shell of a lane that is needed no more: a server grants no more than ten or so at once (MaxSessions). */
  leave(destination: string, lane: Lane): void {
    const key = seatKey(destination, lane)
    const seat = this.#seats.get(key)
    this.#seats.delete(key)
    void seat?.tail.then(() => seat.shell?.channel.kill())
  }

  /** Ends every shell; control masters stay for their minute. */
  close(): void {
    this.#closing.abort()
    for (const seat of this.#seats.values()) seat.shell?.channel.kill()
    this.#seats.clear()
  }

  #seat(key: string): Seat {
    const seat = this.#seats.get(key) ?? { tail: Promise.resolve(), shell: undefined }
    this.#seats.set(key, seat)
    return seat
  }

  async #run(seat: Seat, destination: string, question: Question, within: Within): Promise<Answer> {
    if (seat.shell?.channel.closed) seat.shell = undefined
    if (seat.shell === undefined) {
      const opened = await open(this.#settings, destination, within)
      if (!isShell(opened)) return opened
      seat.shell = opened
    }
    const seconds = Math.max(1, Math.ceil((within.until - performance.now()) / 1000) + 1)
    const { maxBytes = DEFAULT_BYTES, ...call } = question
    return runIn(seat.shell, { ...call, seconds }, { ...within, maxBytes })
  }
}

type Within = { readonly until: number; readonly signal: AbortSignal }

const unsent = (state: Failure['state'], because: string): Failure => ({ state, because, sent: false })

/** True once `promise` has ended, false at the deadline or when cancelled. */
async function isOver(promise: Promise<unknown>, until: number, signal: AbortSignal): Promise<boolean> {
  const timer = new AbortController()
  const late = new Promise<boolean>((resolve) => {
    const id = setTimeout(() => resolve(false), Math.max(0, until - performance.now()))
    signal.addEventListener('abort', () => resolve(false), { signal: timer.signal })
    timer.signal.addEventListener('abort', () => clearTimeout(id))
    if (signal.aborted) resolve(false)
  })
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    timer.abort()
  }
}

/**
 * Through the control master; where that is stale, or says nothing for a while, without it too. The first one counts. With no
 * master yet there is one way: who logs in slowly, as 64 blades at once on a small machine, would only be asked twice.
 */
async function open(settings: SshSettings, destination: string, within: Within): Promise<Shell | NoShell> {
  const mayBeStale = hasMaster(settings, destination)
  const stop = new AbortController()
  const signal = AbortSignal.any([within.signal, stop.signal])
  const hedgeAt = performance.now() + Math.min(HEDGE_MS, (within.until - performance.now()) / 3)
  const shared = openShell(settings, destination, 'shared', { ...within, signal })
  if (!mayBeStale || (await isOver(shared, hedgeAt, within.signal))) {
    const opened = await shared
    if (isShell(opened) || !opened.stale) return opened
    return openShell(settings, destination, 'direct', within)
  }
  const direct = openShell(settings, destination, 'direct', { ...within, signal })
  const first = await firstAnswer(shared, direct)
  stop.abort()
  for (const opened of [shared, direct])
    void opened.then((shell) => (isShell(shell) && shell !== first ? shell.channel.kill() : undefined))
  return first
}

/** The first shell or clear refusal; silence counts only once both have given up. */
async function firstAnswer(...attempts: readonly Promise<Shell | NoShell>[]): Promise<Shell | NoShell> {
  const clear = attempts.map(async (attempt) => {
    const opened = await attempt
    return isShell(opened) || (opened.state !== 'timed out' && !opened.stale) ? opened : Promise.reject(opened)
  })
  const failures = Promise.all(attempts)
  return Promise.any(clear).catch(async () => (await failures).at(-1) ?? noAttempt)
}

const noAttempt: NoShell = { ...unsent('timed out', 'no attempt was made'), stale: false }
