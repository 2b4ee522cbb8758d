/**
 * Virtual time: one queue of events, in the order of their time and then of their making. Processes are generators that
 * say what they wait for; what they wait for is looked at after every event. Nothing here asks a clock.
 * The engine's own code runs between events: after each answer that it gets, all that it does at once is let happen.
 */
import type { Life } from './life.ts'

/** So many ms, or until it holds. */
export type Wait = { readonly ms: number; readonly holds?: () => boolean }
/** Gets back whether what it waited for came to hold. */
export type Process<T> = Generator<Wait, T, boolean>

export function* sleep(ms: number): Process<void> {
  yield { ms }
}

/** Whether it came to hold within so many ms. */
export function* until(holds: () => boolean, ms: number): Process<boolean> {
  return holds() || (yield { ms, holds })
}

type Event = { readonly atMs: number; readonly order: number; readonly happen: () => void }
type Waiting = { readonly holds: () => boolean; readonly go: (came: boolean) => void; readonly life: Life }

/** Called before and after each event. */
export type Around = { readonly before: () => void; readonly after: () => void }

export class Timeline {
  #nowMs = 0
  #order = 0
  #answered = false
  readonly #queue: Event[] = []
  readonly #waiting = new Set<Waiting>()
  readonly #around: Around

  constructor(around: Around) {
    this.#around = around
  }

  get nowMs(): number {
    return this.#nowMs
  }

  in(ms: number, happen: () => void): void {
    const event = { atMs: this.#nowMs + ms, order: this.#order, happen }
    this.#order += 1
    // From the end: most events are later than all that wait.
    let at = this.#queue.length
    while (at > 0 && isBefore(event, this.#queue[at - 1])) at -= 1
    this.#queue.splice(at, 0, event)
  }

  /** Lets a process go on as long as its life does; `then` gets what it returns, `failed` what it throws. */
  run<T>(life: Life, process: Process<T>, then: (value: T) => void, failed: (error: unknown) => void): void {
    const step = (came: boolean) => {
      if (!life.goesOn) return
      const made = attempt(() => process.next(came))
      if ('error' in made) failed(made.error)
      else if (made.value.done === true) then(made.value.value)
      else wait(made.value.value)
    }
    const wait = ({ ms, holds }: Wait) => {
      let isOver = false
      const go = (came: boolean) => {
        if (isOver) return
        isOver = true
        if (waiting !== undefined) this.#waiting.delete(waiting)
        step(came)
      }
      const waiting = holds && { holds, go, life }
      if (waiting !== undefined) this.#waiting.add(waiting)
      this.in(ms, () => go(false))
    }
    step(false)
  }

  /** Gives an answer to the engine, which goes on with it before the next event. */
  answer(give: () => void): void {
    this.#answered = true
    give()
  }

  /** Until `isOver`, or nothing is left to happen, or that time has come. */
  async pass(isOver: () => boolean, limitMs: number): Promise<void> {
    await settled()
    while (!isOver()) {
      const event = this.#queue[0]
      if (event === undefined || event.atMs > limitMs) return
      this.#queue.shift()
      if (event.atMs > this.#nowMs) {
        this.#nowMs = event.atMs
        this.#around.before()
      }
      event.happen()
      this.#wake()
      this.#around.after()
      if (this.#answered) await settled()
      this.#answered = false
    }
  }

  #wake(): void {
    for (let again = true; again; ) {
      again = false
      for (const waiting of [...this.#waiting]) {
        if (!waiting.life.goesOn) this.#waiting.delete(waiting)
        else if (waiting.holds()) {
          waiting.go(true)
          again = true
        }
      }
    }
  }
}

const isBefore = (event: Event, other: Event | undefined): boolean => other !== undefined && event.atMs < other.atMs

/** All that was promised by now has been dealt with. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function attempt<T>(act: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: act() }
  } catch (error) {
    return { error }
  }
}
