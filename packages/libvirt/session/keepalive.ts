/**
 * Whether the other side is still there: pings when nothing is heard, and when to give up.
 * May come in: "something was heard". May not: the daemon's ping, which the session answers at once.
 */

/** After `count` pings without a sign, the connection counts as lost: after (count + 1) × intervalMs. */
export type KeepaliveOptions = { readonly intervalMs: number; readonly count: number }

export class Keepalive {
  #timer: NodeJS.Timeout
  #silentCount = 0

  constructor(options: KeepaliveOptions, ping: () => void, lost: () => void) {
    this.#timer = setInterval(() => {
      if (this.#silentCount >= options.count) return lost()
      this.#silentCount += 1
      ping()
    }, options.intervalMs)
    this.#timer.unref() // the stream holds the process, not the watch over it
  }

  heard(): void {
    this.#silentCount = 0
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
