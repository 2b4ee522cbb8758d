/**
 * Waiting, always for something named and never without an end.
 * May come in: a question that is asked again and again. May not: an endless wait.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './errors.ts'

export type Waiting = {
  /** What is waited for, as in "wait until …". */
  readonly until: string
  readonly deadlineMs: number
  readonly everyMs: number
  readonly hint: string
}

/** The first answer to `ask` that is not undefined. @throws LabError `deadline` */
export async function waitFor<Answer>(waiting: Waiting, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const end = performance.now() + waiting.deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() >= end)
      throw new LabError('deadline', {
        attempted: `wait until ${waiting.until}`,
        found: `not so after ${waiting.deadlineMs / 1000} s`,
        hint: waiting.hint,
      })
    await sleep(waiting.everyMs)
  }
}

/** Runs `act` on all at once and waits for all, also when one fails; then throws the first failure. */
export async function onAll<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const settled = await Promise.allSettled(items.map(act))
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}
