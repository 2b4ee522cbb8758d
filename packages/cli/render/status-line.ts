/** What is going on right now, on stderr: one line that is rewritten on a terminal, plain lines elsewhere. */

const CLEAR = '\r\u001b[2K'

type Stream = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): boolean }

export class StatusLine {
  readonly #stream: Stream
  readonly #quiet: boolean
  #said = ''

  constructor(stream: Stream, quiet: boolean) {
    this.#stream = stream
    this.#quiet = quiet
  }

  /** What goes on now; a terminal shows it until the next. Elsewhere it would only repeat what `log` says at its end. */
  say(text: string): void {
    if (this.#quiet || this.#stream.isTTY !== true) return
    this.#said = text.slice(0, (this.#stream.columns ?? 100) - 1)
    this.#stream.write(CLEAR + this.#said)
  }

  /** What has happened; it stays. */
  log(text: string): void {
    if (this.#quiet) return
    if (this.#stream.isTTY === true) this.#stream.write(`${CLEAR}${text}\n${this.#said}`)
    else this.#stream.write(`${text}\n`)
  }

  clear(): void {
    if (this.#said !== '') this.#stream.write(CLEAR)
    this.#said = ''
  }
}
