/**
 * The calls of a session: at most so many with the daemon at once, the others wait in order.
 * May come in: calls and the serials of replies. May not: more in flight than the daemon reads (pings would starve).
 */
import type { Call, GivenUp } from './call.ts'

/** Source: max_client_requests of libvirtd.conf is 5: at 5 the daemon reads no more, pings included. */
export const MOST_IN_FLIGHT = 4

export class Flight {
  readonly #most: number
  readonly #send: (serial: number, call: Call) => void
  readonly #inFlight = new Map<number, Call>()
  #waiting: Call[] = []
  #serial = 0

  constructor(mostCount: number, send: (serial: number, call: Call) => void) {
    this.#most = mostCount
    this.#send = send
  }

  /** Sends the call now, or when there is room. */
  add(call: Call): void {
    this.#waiting.push(call)
    this.fill()
  }

  /** The call that a reply belongs to; undefined for a serial that nobody waits for. Its place is free at `fill`. */
  land(serial: number): Call | undefined {
    const call = this.#inFlight.get(serial)
    this.#inFlight.delete(serial)
    return call
  }

  /** The connection is gone: there will be no answers. */
  giveUp(because: GivenUp): void {
    const calls = [...this.#inFlight.values(), ...this.#waiting]
    this.#inFlight.clear()
    this.#waiting = []
    for (const call of calls) call.giveUp(because)
  }

  /** Sends what waits, as far as there is room. */
  fill(): void {
    while (this.#inFlight.size < this.#most) {
      const call = this.#waiting.shift()
      if (call === undefined) return
      if (call.state !== 'waiting') continue // given up while it waited
      this.#serial = (this.#serial % 0xffffffff) + 1
      call.markSent()
      this.#inFlight.set(this.#serial, call)
      this.#send(this.#serial, call)
    }
  }
}
