/**
 * Which bytes of a file the cures of one round want to change, so that no two change the same ones.
 * May come in: edits. May not: what they are good for.
 */
import type { TextEdit } from './edit.ts'

/** The claims of one round on a file; places that touch count as the same, but for equal edits, which are one. */
export class Claims {
  /** Each byte of the file, and the end: claimed or not. */
  readonly #taken: Uint8Array
  readonly #edits = new Set<string>()

  constructor(sizeBytes: number) {
    this.#taken = new Uint8Array(sizeBytes + 1)
  }

  /** Claims all places of a cure; false, and nothing is claimed, where one of them has another claim on it. */
  take(edits: readonly TextEdit[]): boolean {
    const news = edits.filter((edit) => !this.#edits.has(keyOf(edit)))
    if (news.some(({ start, end }) => this.#taken.subarray(start, end + 1).includes(1))) return false
    for (const edit of news) {
      this.#taken.fill(1, edit.start, Math.max(edit.end, edit.start + 1))
      this.#edits.add(keyOf(edit))
    }
    return true
  }
}

/** Each edit once: two cures may ask for the same. */
export function withoutRepeats(edits: readonly TextEdit[]): readonly TextEdit[] {
  return [...new Map(edits.map((edit) => [keyOf(edit), edit])).values()]
}

function keyOf({ start, end, text }: TextEdit): string {
  return `${start} ${end} ${text}`
}
