/**
 * One call: waiting for a place, sent, and settled once.
 * May come in: an answer, a refusal, or the reason why there is none. May not: a second one.
 */
import { LibvirtError, LibvirtLost, LibvirtRefused, type Refusal } from '#errors'
import type { Procedure } from '#protocol'
import { Reader } from '#xdr'

/** What a session needs to know of a call, whatever its result is. */
export interface Call {
  readonly name: string
  readonly procedure: number
  readonly body: Uint8Array
  /** `settled`: its caller knows, if only that nobody knows; the daemon may still be at work on it. */
  readonly state: 'waiting' | 'sent' | 'settled'
  markSent(): void
  /** @throws LibvirtError `malformed`: the body is not this procedure's result; the call itself is then lost */
  answer(body: Uint8Array): void
  refuse(refusal: Refusal): void
  /** There will be no answer: not sent while it waited, lost once it was sent. */
  giveUp(because: GivenUp): void
}

export type GivenUp = {
  readonly code: 'lost' | 'deadline' | 'cancelled'
  readonly found: string
  readonly cause?: Error
}

type Settle<Result> = { readonly resolve: (result: Result) => void; readonly reject: (error: Error) => void }

export class PendingCall<Arguments, Result> implements Call {
  readonly body: Uint8Array
  state: Call['state'] = 'waiting'
  readonly #of: Procedure<Arguments, Result>
  readonly #settle: Settle<Result>

  constructor(of: Procedure<Arguments, Result>, body: Uint8Array, settle: Settle<Result>) {
    this.#of = of
    this.body = body
    this.#settle = settle
  }

  get name(): string {
    return this.#of.name
  }

  get procedure(): number {
    return this.#of.number
  }

  markSent(): void {
    this.state = 'sent'
  }

  answer(body: Uint8Array): void {
    const reader = new Reader(body)
    const result = this.#of.read(reader)
    reader.end()
    this.state = 'settled'
    this.#settle.resolve(result) // of no effect where it was given up before
  }

  refuse(refusal: Refusal): void {
    this.state = 'settled'
    this.#settle.reject(new LibvirtRefused(this.name, refusal))
  }

  giveUp({ code, found, cause }: GivenUp): void {
    const options = cause === undefined ? {} : { cause }
    if (this.state === 'waiting') this.#settle.reject(notSent(this.name, found, options))
    if (this.state === 'sent') this.#settle.reject(new LibvirtLost(code, this.name, found, options))
    this.state = 'settled'
  }
}

export function notSent(name: string, found: string, options?: ErrorOptions): LibvirtError {
  const hint = 'nothing was changed by this call'
  return new LibvirtError('not-sent', { attempted: `call ${name}`, found, hint }, options)
}
