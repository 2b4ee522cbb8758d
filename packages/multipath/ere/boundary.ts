/**
 * The places between characters that a pattern may ask for. May come in: a text and a place in it.
 * May not: line ends, for REG_NEWLINE is never set and so `^` and `$` are the ends of the whole text.
 */
import { type Boundary, isWord } from './tree.ts'

/**
 * Whether the place before character `at` is such a boundary; outside the text nothing is a word.
 * Source: glibc posix/regex_internal.h, re_context_type: `\B` asks for the same kind on both sides
 */
export function isBoundary(boundary: Boundary, text: string, at: number): boolean {
  const before = at > 0 && isWord(text.charCodeAt(at - 1))
  const after = at < text.length && isWord(text.charCodeAt(at))
  switch (boundary) {
    case 'text-start':
      return at === 0
    case 'text-end':
      return at === text.length
    case 'word-start':
      return !before && after
    case 'word-end':
      return before && !after
    case 'word-edge':
      return before !== after
    case 'no-word-edge':
      return before === after
    default:
      throw new TypeError(`no rule for ${boundary satisfies never}`)
  }
}
