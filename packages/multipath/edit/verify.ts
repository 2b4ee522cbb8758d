/**
 * Whether a changed file means what was asked, and nothing else changed its meaning.
 * May come in: two versions of a file, what was asked. May not: how the change was made.
 */
import { MultipathError } from '../errors.ts'
import type { Configuration } from '../explain/configuration.ts'
import type { Effect } from '../explain/effective.ts'
import { type Explanation, explain } from '../explain/explain.ts'
import type { Document } from '../syntax/document.ts'

/** What a change promises. `asked` answers with what is wrong, undefined when all is well. */
export type Promised = {
  readonly attempted: string
  readonly asked: (configuration: Configuration) => string | undefined
  /** True for effects that the change may add, alter or take away. */
  readonly touches: (effect: Effect) => boolean
}

/** @throws MultipathError `edit-refused` when the promise does not hold under the document's release */
export function verify(before: Document, after: Uint8Array, promised: Promised): void {
  const [old, now] = [explained(before.bytes, before), explained(after, before)]
  const problem =
    now.configuration === undefined ? (now.messages.at(-1) ?? now.ending) : promised.asked(now.configuration)
  const side = problem ?? (old.loads ? sideEffect(old, now, promised) : undefined)
  if (side === undefined) return
  throw new MultipathError('edit-refused', {
    attempted: promised.attempted,
    found: side,
    hint: 'see `anyblade multipath check` for what is wrong with the file around it',
  })
}

function explained(bytes: Uint8Array, { release }: Document): Explanation {
  return explain({ release, main: { path: '/etc/multipath.conf', bytes } })
}

function sideEffect(old: Explanation, now: Explanation, promised: Promised): string | undefined {
  const [before, after] = [others(old, promised), others(now, promised)]
  const [had, has] = [new Set(before), new Set(after)]
  const lost = before.find((printed) => !has.has(printed))
  const gained = after.find((printed) => !had.has(printed))
  if (lost === undefined && gained === undefined) return undefined
  return lost === undefined ? `a new effect, ${gained}` : `an effect lost, ${lost}`
}

function others(explanation: Explanation, promised: Promised): string[] {
  return explanation.effective.filter((effect) => !promised.touches(effect)).map((effect) => effect.printed)
}
