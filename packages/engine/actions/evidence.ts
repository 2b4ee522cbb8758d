/**
 * What shows that an action was done, and how one action speaks of what an earlier one will find.
 * May come in: facts read back after the act. May not: the hope that an exit code 0 means success.
 */
import type { Wwid } from '#documents'

/**
 * `lines`: for people and the journal. `wwid`: the id that an array gave to what it carved. `answer`: the one word that a
 * later step depends on.
 */
export type Evidence = { readonly lines: readonly string[]; readonly wwid?: Wwid; readonly answer?: string }

const ANSWER = /^answer ([a-z-]{1,20})$/

/** Evidence from an act's lines, now or from the journal: the line `answer WORD` is its answer, and not for people. */
export function evidenceOf(lines: readonly string[]): Evidence {
  const answer = lines.map((line) => ANSWER.exec(line)?.[1]).findLast((word) => word !== undefined)
  return answer === undefined ? { lines } : { lines: lines.filter((line) => !ANSWER.test(line)), answer }
}

/** What another step answered. */
export type AnswerRef = string | { readonly answerOf: number }

/** A WWID that is not known before step `ofStep` has carved the volume. */
export type WwidRef = Wwid | { readonly ofStep: number }

export const NO_EVIDENCE: Evidence = { lines: [] }
