/** Values handed from a callback to an async loop, in order, none lost. */
export class Queue<T> implements AsyncIterable<T> {
  readonly #values: T[] = []
  #closed = false
  #wake: () => void = () => {}

  push(value: T): void {
    this.#values.push(value)
    this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      yield* this.#values.splice(0)
      if (this.#values.length > 0) continue
      if (this.#closed) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/**
 * What `walker` tells, as it tells it; ends as it ends.
 * @throws what the walker throws, after all that it has told
 */
export async function* told<Event>(walker: (tell: (event: Event) => void) => Promise<void>): AsyncGenerator<Event> {
  const queue = new Queue<Event>()
  const walking = walker((event) => queue.push(event)).finally(() => queue.close())
  // A failure is thrown by the await below; until then it must not count as unhandled.
  walking.catch(() => {})
  yield* queue
  await walking
}
