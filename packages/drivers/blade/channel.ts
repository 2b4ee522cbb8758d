/**
 * One ssh process and its three streams: text goes in, and what comes out is collected up to a mark, a deadline, a limit
 * of bytes or the end of the process, whichever comes first. It knows nothing of shells.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { MarkedStream } from './frame.ts'

export type Bounds = {
  /** By performance.now(). */
  readonly until: number
  readonly signal: AbortSignal
  readonly maxBytes: number
}

/** `found`: both streams have come to their marks, or the one that was waited for. */
export type Exchange = {
  readonly end: 'found' | 'late' | 'cancelled' | 'too much' | 'closed'
  readonly word: string
  readonly stdout: Buffer
  readonly stderr: Buffer
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export class Channel {
  readonly #child: ChildProcess
  #closed = false
  #changed: () => void = () => {}
  #streams: { readonly stdout: MarkedStream; readonly stderr: MarkedStream } | undefined
  /** What came on standard error between exchanges, for a channel that ends by itself. */
  #lastWords = ''

  constructor(program: string, args: readonly string[]) {
    // A process group of its own: Ctrl-C is for the operator's command to handle, not for the way to the blade.
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    running.add(this.#child)
    this.#letGo()
    this.#child.on('error', (error) => this.#end(`${program}: ${error.message}`))
    // Not 'close': a control master in the background may keep the stream of errors open (OpenSSH before 8.5).
    this.#child.on('exit', () => setTimeout(() => this.#end(''), 20).unref())
    this.#child.stdin?.on('error', () => {}) // a channel that ends says so by its end
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#push('stdout', chunk))
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#push('stderr', chunk))
  }

  get closed(): boolean {
    return this.#closed
  }

  get lastWords(): string {
    return this.#lastWords
  }

  /** Writes `text`, then collects up to `mark` on standard output, and on standard error too where `both` is asked. */
  exchange(text: string, mark: string, streams: 'stdout' | 'both', bounds: Bounds): Promise<Exchange> {
    const stdout = new MarkedStream(mark, bounds.maxBytes)
    const stderr = new MarkedStream(mark, bounds.maxBytes)
    this.#streams = { stdout, stderr }
    this.#child.stdin?.write(text)
    return new Promise((resolve) => {
      const finish = (end: Exchange['end']) => {
        clearTimeout(timer)
        bounds.signal.removeEventListener('abort', cancel)
        this.#changed = () => {}
        this.#streams = undefined
        resolve({ end, word: stdout.word(), stdout: stdout.content(), stderr: stderr.content() })
      }
      const cancel = () => finish('cancelled')
      const timer = setTimeout(() => finish('late'), Math.max(0, bounds.until - performance.now()))
      this.#changed = () => {
        const states = streams === 'both' ? [stdout.state, stderr.state] : [stdout.state]
        if (states.every((state) => state === 'marked')) finish('found')
        else if ([stdout.state, stderr.state].includes('too much')) finish('too much')
        else if (this.#closed) finish('closed')
      }
      bounds.signal.addEventListener('abort', cancel)
      if (bounds.signal.aborted) cancel()
      else this.#changed()
    })
  }

  /** Ends the process at once; what it began on the other side is ended there by its own deadline. */
  kill(): void {
    this.#child.kill('SIGKILL')
    this.#end('')
  }

  /** An idle shell keeps no process alive; while it is waited for, the deadline's timer does. */
  #letGo(): void {
    this.#child.unref()
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      if (stream instanceof Socket) stream.unref()
  }

  #push(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (stream === 'stderr') this.#lastWords = (this.#lastWords + chunk.toString('latin1')).slice(-4096)
    if (this.#streams?.[stream].push(chunk) !== 'open') this.#changed()
  }

  #end(words: string): void {
    if (this.#closed) return
    this.#closed = true
    running.delete(this.#child)
    this.#lastWords += words
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream?.destroy()
    this.#changed()
  }
}
