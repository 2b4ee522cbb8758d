/**
 * The text that carries one command into a kept shell, and how its answer is cut out of what comes back.
 * May come in: scripts of ours, arguments of anybody. May not: an argument inside the text of a script.
 */

/** One command: `script` is POSIX sh; `args` arrive as $1, $2 …, `stdin` as its standard input, byte for byte. */
export type Call = {
  readonly script: string
  readonly args: readonly string[]
  readonly stdin?: Uint8Array
  /** The blade itself ends the command after so many whole seconds. */
  readonly seconds: number
}

/** Linux takes no longer string into a program (MAX_ARG_STRLEN, 32 pages), the closing NUL included. */
const LONGEST_ARGUMENT_BYTES = 128 * 1024 - 1
/** After the deadline a command gets so long to end by itself, then it is killed. */
const GRACE_SECONDS = 5

/** Any text as one word of sh. A NUL can't be in one. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a NUL can not be passed as an argument')
  if (Buffer.byteLength(text) > LONGEST_ARGUMENT_BYTES)
    throw new RangeError(`an argument of ${Buffer.byteLength(text)} bytes is too long; send it as standard input`)
  return `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * What is written into the shell. The mark is written in two halves, so that a terminal or a program that echoes its
 * input can't be taken for the answer. Standard input is never the shell's own: a command would eat the next ones.
 */
export function framed(call: Call, mark: string): string {
  const program = ['sh', '-c', call.script, 'anyblade', ...call.args].map(quote).join(' ')
  const command = `timeout -k ${GRACE_SECONDS} ${call.seconds} ${program}`
  return [
    call.stdin === undefined
      ? `${command} </dev/null`
      : `printf %s '${Buffer.from(call.stdin).toString('base64')}' | base64 -d | ${command}`,
    saidOnBoth(mark, '$?'),
    '',
  ].join('\n')
}

/** The line that says a mark and one word of the shell's. */
export const said = (mark: string, word: string): string => `printf '\\n%s%s %s\\n' ${halves(mark)} "${word}"`

/** The same, and the mark on standard error too: what was printed before it, on either, is before it. */
export const saidOnBoth = (mark: string, word: string): string =>
  `${said(mark, word)}; printf '\\n%s%s\\n' ${halves(mark)} >&2`

const halves = (mark: string): string => `'${mark.slice(0, mark.length / 2)}' '${mark.slice(mark.length / 2)}'`

/** How a stream stands: its mark has come, it may still come, or more bytes came than are taken. */
export type Progress = 'open' | 'marked' | 'too much'

/** Collects one stream up to a line that begins with a mark. */
export class MarkedStream {
  readonly #mark: Buffer
  readonly #maxBytes: number
  readonly #chunks: Buffer[] = []
  #bytes = 0
  /** The last bytes that were seen, as many as the mark has. */
  #last: Buffer = Buffer.alloc(0)
  #markAt: number | undefined
  #state: Progress = 'open'

  constructor(mark: string, maxBytes: number) {
    this.#mark = Buffer.from(`\n${mark}`)
    this.#maxBytes = maxBytes
  }

  get state(): Progress {
    return this.#state
  }

  /** Takes a piece, however the stream was cut. */
  push(chunk: Buffer): Progress {
    if (this.#state !== 'open') return this.#state
    this.#markAt ??= this.#find(chunk)
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#markAt !== undefined && this.#tail(this.#markAt + 1).includes(0x0a)) this.#state = 'marked'
    // The last bytes may be the beginning of the mark.
    else if ((this.#markAt ?? this.#bytes - this.#mark.length) > this.#maxBytes) this.#state = 'too much'
    return this.#state
  }

  /** All before the mark. */
  content(): Buffer {
    return this.#tail(0).subarray(0, this.#markAt ?? this.#bytes)
  }

  /** What stands behind the mark on its line. */
  word(): string {
    if (this.#markAt === undefined) return ''
    const line = this.#tail(this.#markAt + this.#mark.length)
    return line.subarray(0, line.indexOf(0x0a)).toString('latin1').trim()
  }

  /** Where the mark begins: across the border to what was seen, or in this piece. A survey is a MiB: no piece is copied. */
  #find(chunk: Buffer): number | undefined {
    const across = Buffer.concat([this.#last, chunk.subarray(0, this.#mark.length)]).indexOf(this.#mark)
    if (across >= 0) return this.#bytes - this.#last.length + across
    const end = Buffer.concat([this.#last, chunk.subarray(-this.#mark.length)])
    this.#last = end.subarray(-this.#mark.length)
    const at = chunk.indexOf(this.#mark)
    return at < 0 ? undefined : this.#bytes + at
  }

  /** The bytes from `from` on; joins no more chunks than needed. */
  #tail(from: number): Buffer {
    let [start, first] = [this.#bytes, this.#chunks.length]
    while (start > from && first > 0) {
      first -= 1
      start -= this.#chunks[first]?.length ?? 0
    }
    return Buffer.concat(this.#chunks.slice(first)).subarray(from - start)
  }
}
