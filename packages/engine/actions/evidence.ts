/**
 * What shows that an action was done, and how one action speaks of what an earlier one will find.
 * May come in: facts read back after the act. May not: the hope that an exit code 0 means success.
 */
import { type Wwid, wwid } from '#documents'

/**
 * `lines`: for people and the journal. `wwid`: the id that an array gave to what it carved. `answer`: the one word that a
 * later step depends on. `key`: the public half of a key that was made.
 */
export type Evidence = {
  readonly lines: readonly string[]
  readonly wwid?: Wwid
  readonly answer?: string
  readonly key?: string
}

const ANSWER = /^answer ([a-z-]{1,20})$/
const KEY = /^key (ssh-ed25519 [A-Za-z0-9+/]{60,100}={0,2})$/
const FOUND = /^wwid ([\x21\x23-\x7e]{1,127})$/

/** Evidence from an act's lines, now or from the journal: `answer WORD`, `wwid ID` and `key …` are for steps, not for people. */
export function evidenceOf(lines: readonly string[]): Evidence {
  const word = (form: RegExp) => lines.map((line) => form.exec(line)?.[1]).findLast((found) => found !== undefined)
  const [answer, id, key] = [word(ANSWER), wwid(word(FOUND) ?? ''), word(KEY)]
  return {
    lines: lines.filter((line) => !ANSWER.test(line) && !FOUND.test(line) && !KEY.test(line)),
    ...(answer === undefined ? {} : { answer }),
    ...(id === undefined ? {} : { wwid: id }),
    ...(key === undefined ? {} : { key }),
  }
}

/** The lines that `evidenceOf` reads back. */
export const linesOf = ({ lines, answer, wwid: id, key }: Evidence): string[] => [
  ...lines,
  ...(answer === undefined ? [] : [`answer ${answer}`]),
  ...(id === undefined ? [] : [`wwid ${id}`]),
  ...(key === undefined ? [] : [`key ${key}`]),
]

/** What another step answered. */
export type AnswerRef = string | { readonly answerOf: number }

/** A WWID that is not known before step `ofStep` has carved the volume. */
export type WwidRef = Wwid | { readonly ofStep: number }

export const NO_EVIDENCE: Evidence = { lines: [] }
