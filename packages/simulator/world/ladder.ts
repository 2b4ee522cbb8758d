/** The rungs of a move, rule for rule what on-blade/writer/ladder.py does: judged pass by pass, and climbed or given up. */
import type { Transfer } from '@anyblade/engine'
import type { Move } from './migration.ts'

const LOOK_MS = 1000
const MOST_SLOWED = 99

export class Ladder {
  readonly #transfer: Transfer
  readonly #call: Move
  readonly #beganMs: number
  #rung = 0
  #lost = 0
  #lostAtMs = 0
  #seen = 0
  #looksAtMs = 0
  /** Why its last rung is post-copy. */
  switches: string | undefined
  /** Why the move is given up. */
  reason: string | undefined

  constructor(transfer: Transfer, call: Move, nowMs: number) {
    this.#transfer = transfer
    this.#call = call
    this.#beganMs = nowMs
    this.#allow()
  }

  get longestMs(): number {
    return this.#transfer.pausesMs.at(-1) ?? 0
  }

  turn(nowMs: number): void {
    const { withinSeconds = Number.POSITIVE_INFINITY } = this.#transfer
    if (nowMs - this.#beganMs > 1000 * withinSeconds) this.#end(`it was not through within ${withinSeconds} s`)
    if (nowMs < this.#looksAtMs || this.reason !== undefined) return
    this.#looksAtMs = nowMs + LOOK_MS
    this.#judge(nowMs)
  }

  #judge(nowMs: number): void {
    const { passes, isLost } = this.#call
    if (passes < 2 || passes <= this.#seen) return
    this.#seen = passes
    if (!isLost) {
      this.#lost = 0
      return
    }
    if (this.#lost === 0) this.#lostAtMs = nowMs
    this.#lost += 1
    const { patience } = this.#transfer
    if (this.#lost >= patience.passes && nowMs - this.#lostAtMs >= 1000 * patience.seconds) this.#climb()
  }

  #climb(): void {
    const because = `${this.#lost} passes have left as much as they carried`
    if (this.#rung + 1 < this.#transfer.pausesMs.length) {
      this.#rung += 1
      this.#lost = 0
      this.#allow()
    } else if (!this.#transfer.slows || this.#call.slowedPercent >= MOST_SLOWED)
      this.#end(`${because}, and there is no rung left`)
  }

  #end(because: string): void {
    if (this.#transfer.postCopy === true) this.switches ??= because
    else this.giveUp(because)
  }

  get isAtItsEnd(): boolean {
    return this.reason !== undefined || this.switches !== undefined
  }

  #allow(): void {
    this.#call.pauseMs = this.#transfer.pausesMs[this.#rung] ?? 0
  }

  giveUp(because: string): void {
    this.reason ??= because
  }
}
