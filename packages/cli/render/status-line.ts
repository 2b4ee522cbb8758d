/** What is going on right now, on stderr: one line that is rewritten on a terminal, plain lines elsewhere. */
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { isQuiet, isVerbose } from '../settings.ts'
import { visible } from './visible.ts'

const TICK_MS = 10_000
const CLEAR = '\r\u001b[2K'

export type Loudness = 'quiet' | 'usual' | 'verbose'

type Stream = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): boolean }

export class StatusLine {
  readonly #stream: Stream
  readonly #loudness: Loudness
  #said = ''
  #tickedAtMs = Number.NEGATIVE_INFINITY

  constructor(stream: Stream, loudness: Loudness) {
    this.#stream = stream
    this.#loudness = loudness
  }

  /**
   * What goes on now; a terminal shows it until the next. Elsewhere it would only repeat what `log` says at its end:
   * there it is said to those who want to hear everything.
   */
  say(text: string): void {
    if (this.#loudness === 'verbose') this.log(text)
    if (this.#loudness !== 'usual' || this.#stream.isTTY !== true) return
    this.#said = visible(text).slice(0, (this.#stream.columns ?? 100) - 1)
    this.#stream.write(CLEAR + this.#said)
  }

  /** How far something long is: as `say`; elsewhere a line now and then, for a log that nobody can watch move. */
  tick(text: string): void {
    const now = performance.now()
    if (this.#stream.isTTY === true || this.#loudness === 'verbose') this.say(text)
    else if (now - this.#tickedAtMs >= TICK_MS) {
      this.#tickedAtMs = now
      this.log(text)
    }
  }

  /** What has happened; it stays. */
  log(text: string): void {
    if (this.#loudness === 'quiet') return
    if (this.#stream.isTTY === true) this.#stream.write(`${CLEAR}${visible(text)}\n${this.#said}`)
    else this.#stream.write(`${visible(text)}\n`)
  }

  clear(): void {
    if (this.#said !== '') this.#stream.write(CLEAR)
    this.#said = ''
  }
}

export function statusLine(context: Context, flags: CommonFlags): StatusLine {
  const loudness = isQuiet(context, flags) ? 'quiet' : isVerbose(context, flags) ? 'verbose' : 'usual'
  return new StatusLine(context.process.stderr, loudness)
}
