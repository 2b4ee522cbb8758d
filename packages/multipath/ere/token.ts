/**
 * The signs of a pattern outside brackets. May come in: a pattern and a place in it. May not: what stood before,
 * for in this syntax the meaning of a sign does not depend on it.
 */
import { type Boundary, type CharacterSet, complement, whiteSpace, wordCharacter } from './tree.ts'

export type EreToken =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'boundary'; readonly at: Boundary }
  | { readonly kind: 'back-reference'; readonly group: number }
  | { readonly kind: 'star' | 'plus' | 'question' | 'open-brace' | 'close-brace' }
  | { readonly kind: 'open-group' | 'close-group' | 'open-bracket' | 'any' | 'bar' | 'trailing-backslash' | 'end' }

const signs: ReadonlyMap<string, EreToken> = new Map<string, EreToken>([
  ['*', { kind: 'star' }],
  ['+', { kind: 'plus' }],
  ['?', { kind: 'question' }],
  ['{', { kind: 'open-brace' }],
  ['}', { kind: 'close-brace' }],
  ['(', { kind: 'open-group' }],
  [')', { kind: 'close-group' }],
  ['[', { kind: 'open-bracket' }],
  ['.', { kind: 'any' }],
  ['|', { kind: 'bar' }],
  ['^', { kind: 'boundary', at: 'text-start' }],
  ['$', { kind: 'boundary', at: 'text-end' }],
])

/** What a backslash makes of the sign behind it; all others stand for themselves, `\d` is a plain `d`. */
const escapes: ReadonlyMap<string, EreToken> = new Map<string, EreToken>([
  ['<', { kind: 'boundary', at: 'word-start' }],
  ['>', { kind: 'boundary', at: 'word-end' }],
  ['b', { kind: 'boundary', at: 'word-edge' }],
  ['B', { kind: 'boundary', at: 'no-word-edge' }],
  ['`', { kind: 'boundary', at: 'text-start' }],
  ["'", { kind: 'boundary', at: 'text-end' }],
  ['w', { kind: 'set', set: wordCharacter }],
  ['W', { kind: 'set', set: complement(wordCharacter) }],
  ['s', { kind: 'set', set: whiteSpace }],
  ['S', { kind: 'set', set: complement(whiteSpace) }],
])

/**
 * The token that begins at `at`, and how many characters it takes.
 * Source: glibc posix/regcomp.c, peek_token() under RE_SYNTAX_POSIX_EXTENDED
 */
export function tokenAt(pattern: string, at: number): { readonly token: EreToken; readonly length: number } {
  const sign = pattern[at]
  if (sign === undefined) return { token: { kind: 'end' }, length: 0 }
  if (sign === '\\') return escapeAt(pattern, at + 1)
  return { token: signs.get(sign) ?? { kind: 'character', code: sign.charCodeAt(0) }, length: 1 }
}

function escapeAt(pattern: string, at: number): { readonly token: EreToken; readonly length: number } {
  const sign = pattern[at]
  if (sign === undefined) return { token: { kind: 'trailing-backslash' }, length: 1 }
  const token = escapes.get(sign) ?? plainEscape(sign)
  return { token, length: 2 }
}

function plainEscape(sign: string): EreToken {
  if (sign >= '1' && sign <= '9') return { kind: 'back-reference', group: Number(sign) }
  return { kind: 'character', code: sign.charCodeAt(0) }
}

/** By code: most of a pattern is plain letters, and the same patterns are compiled again and again. */
const singles = new Map<number, CharacterSet>()

/** The set that holds one character alone. */
export function single(code: number): CharacterSet {
  const known = singles.get(code)
  if (known !== undefined) return known
  const bytes = new Uint8Array(256)
  if (code < bytes.length) bytes[code] = 1
  const set = { bytes, others: false }
  if (code < bytes.length) singles.set(code, set)
  return set
}
