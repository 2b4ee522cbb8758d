/**
 * A conversation with one libvirt daemon over any two-way stream: a unix socket, a forwarded one, an ssh channel.
 * May come in: a connected stream that nobody else reads. May not: a reconnect (what was in flight must be looked at
 * first, by who asked), or a message that is dropped because it can't be read.
 */
import type { Duplex } from 'node:stream'
import { LibvirtError, malformed } from '#errors'
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type LibvirtEvent,
  PROGRAM,
  type Procedure,
  readEvent,
  readRefusal,
} from '#protocol'
import { Reader, Writer } from '#xdr'
import { FrameAssembler } from './assembler.ts'
import { type Call, type GivenUp, notSent, PendingCall } from './call.ts'
import { Flight, MOST_IN_FLIGHT } from './flight.ts'
import { Keepalive, type KeepaliveOptions } from './keepalive.ts'

/** `deadlineMs` counts from the call, waiting for a place included. */
export type Limits = { readonly deadlineMs: number; readonly signal?: AbortSignal }

/** `mostInFlight`: 4 unless the daemon's max_client_requests is known to be higher. */
export type SessionOptions = { readonly mostInFlight?: number }

/** How a session ended. */
export type Ending = { readonly kind: 'closed' } | { readonly kind: 'failed'; readonly error: LibvirtError }

const NO_BODY = new Uint8Array(0)
const PING = 1
const PONG = 2
/** What setTimeout holds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export class Session {
  /** Resolves when the session is over; never rejects. */
  readonly ended: Promise<Ending>
  readonly #stream: Duplex
  readonly #assembler = new FrameAssembler()
  readonly #flight: Flight
  readonly #listeners = new Set<(event: LibvirtEvent) => void>()
  readonly #end: (ending: Ending) => void
  #ending: Ending | undefined
  #keepalive: Keepalive | undefined

  constructor(stream: Duplex, options: SessionOptions = {}) {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.ended = promise
    this.#end = resolve
    this.#stream = stream
    this.#flight = new Flight(options.mostInFlight ?? MOST_IN_FLIGHT, (serial, call) => this.#sendCall(serial, call))
    stream.on('data', (piece: Uint8Array) => this.#receive(piece))
    stream.on('error', (cause) => this.#fail(lost(cause.message, cause)))
    stream.on('end', () => this.#fail(lost('the other side closed the connection')))
    stream.on('close', () => this.#fail(lost('the connection was closed')))
  }

  /**
   * Calls a procedure.
   * @throws LibvirtRefused when libvirt says no
   * @throws LibvirtLost when the outcome is unknown: connection lost, deadline passed or cancelled after it was sent
   * @throws LibvirtError `not-sent`: nothing was changed; `value-invalid`: the arguments do not fit
   */
  async call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    values: Arguments,
    limits: Limits,
  ): Promise<Result> {
    const writer = new Writer()
    procedure.write(writer, values)
    if (this.#ending !== undefined) throw notSent(procedure.name, describe(this.#ending), causeOf(this.#ending))
    if (limits.signal?.aborted) throw notSent(procedure.name, 'it was cancelled before')
    if (!(limits.deadlineMs > 0)) throw notSent(procedure.name, 'its deadline had passed')
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const call = new PendingCall(procedure, writer.bytes(), { resolve, reject })
    const release = watch(call, limits)
    this.#flight.add(call)
    return promise.finally(release)
  }

  /** Calls `listener` with each event, in the order of the wire; an event comes before the reply sent after it. */
  onEvent(listener: (event: LibvirtEvent) => void): { readonly stop: () => void } {
    this.#listeners.add(listener)
    return { stop: () => this.#listeners.delete(listener) }
  }

  /** From now on pings the daemon and gives it up when it is silent. The daemon must know keepalive: see `open`. */
  watchOver(options: KeepaliveOptions): void {
    this.#keepalive?.stop()
    const seconds = (options.intervalMs * (options.count + 1)) / 1000
    this.#keepalive = new Keepalive(
      options,
      () => this.#sendKeepalive(PING),
      () => this.#fail(lost(`no sign of life for ${seconds} s`)),
    )
  }

  /** Ends the session at once, without a farewell to the daemon. Calls in flight are lost. */
  close(): void {
    this.#finish({ kind: 'closed' }, { code: 'lost', found: 'the session was closed by us' })
  }

  #receive(piece: Uint8Array): void {
    if (this.#ending !== undefined) return
    this.#keepalive?.heard()
    this.#assembler.push(piece)
    try {
      for (let bytes = this.#assembler.next(); bytes !== undefined; bytes = this.#assembler.next()) {
        this.#take(decodeFrame(bytes))
        if (this.#ending !== undefined) return
      }
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error
      this.#fail(error)
    }
  }

  #take(frame: Frame): void {
    if (frame.program === PROGRAM.keepalive) this.#takeKeepalive(frame)
    else if (frame.program !== PROGRAM.remote) throw malformed(`a message of the unknown program ${hex(frame.program)}`)
    else if (frame.type === 'reply') this.#takeReply(frame)
    else if (frame.type === 'message') this.#takeEvent(frame)
    else throw malformed(`a message of the type ${frame.type}, which is not for clients`)
  }

  #takeKeepalive({ procedure }: Frame): void {
    if (procedure === PING) this.#sendKeepalive(PONG)
    else if (procedure !== PONG) throw malformed(`the unknown keepalive procedure ${procedure}`)
  }

  #takeReply(frame: Frame): void {
    const call = this.#flight.land(frame.serial)
    if (call === undefined) throw malformed(`a reply to call ${frame.serial}, which nobody made`)
    try {
      settle(call, frame)
    } catch (cause) {
      if (!(cause instanceof LibvirtError)) throw cause
      call.giveUp({ code: 'lost', found: 'its reply could not be read', cause })
      throw cause
    }
    this.#flight.fill()
  }

  /** A listener that throws is its owner's fault: it must not end the reading of this stream half-way. */
  #takeEvent(frame: Frame): void {
    const event = readEvent(frame.procedure, frame.body)
    for (const listener of this.#listeners)
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(event)
      })
  }

  #sendCall(serial: number, { procedure, body }: Call): void {
    this.#send({ program: PROGRAM.remote, procedure, type: 'call', serial, status: 'ok', body })
  }

  #sendKeepalive(procedure: number): void {
    this.#send({ program: PROGRAM.keepalive, procedure, type: 'message', serial: 0, status: 'ok', body: NO_BODY })
  }

  #send(frame: Frame): void {
    this.#stream.write(encodeFrame(frame))
  }

  #fail(error: LibvirtError): void {
    this.#finish({ kind: 'failed', error }, { code: 'lost', found: error.explanation.found, cause: error })
  }

  #finish(ending: Ending, because: GivenUp): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.#keepalive?.stop()
    this.#stream.destroy()
    this.#flight.giveUp(because)
    this.#end(ending)
  }
}

function settle(call: Call, frame: Frame): void {
  if (frame.procedure !== call.procedure)
    throw malformed(`a reply of procedure ${frame.procedure} to a call of ${call.procedure}`)
  if (frame.status === 'ok') call.answer(frame.body)
  else if (frame.status === 'error') call.refuse(readRefusal(new Reader(frame.body)))
  else throw malformed('a reply that is to be continued')
}

/** Gives the call up at its deadline or when its caller does; the result releases the watch. */
function watch(call: Call, { deadlineMs, signal }: Limits): () => void {
  const cancel = () => call.giveUp({ code: 'cancelled', found: 'the caller gave it up' })
  const late = () => call.giveUp({ code: 'deadline', found: `no answer within ${deadlineMs} ms` })
  const timer = setTimeout(late, Math.min(deadlineMs, LONGEST_TIMER_MS))
  signal?.addEventListener('abort', cancel, { once: true })
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

function lost(found: string, cause?: Error): LibvirtError {
  const explanation = {
    attempted: 'talk to libvirt',
    found,
    hint: 'see whether the host and its libvirt daemon are up',
  }
  return new LibvirtError('lost', explanation, cause === undefined ? {} : { cause })
}

function describe(ending: Ending): string {
  return ending.kind === 'closed' ? 'the session was closed by us' : ending.error.explanation.found
}

function causeOf(ending: Ending): ErrorOptions {
  return ending.kind === 'closed' ? {} : { cause: ending.error }
}

function hex(program: number): string {
  return `0x${program.toString(16)}`
}
