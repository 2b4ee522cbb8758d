/**
 * A pattern as a tree, and the sets of characters in its leaves.
 * May come in: values of the parser. May not: positions in a text, the order of a match.
 */

/** Which characters fit one place: `bytes[c]` is 1 for a fitting byte; `others` tells of all beyond 0xff. */
export type CharacterSet = { readonly bytes: Uint8Array; readonly others: boolean }

/** A place between two characters. A character of a word is a letter, a digit or `_` of ASCII. */
export type Boundary = 'text-start' | 'text-end' | 'word-start' | 'word-end' | 'word-edge' | 'no-word-edge'

/** `max` undefined is without end; groups are counted from 1, in the order of their opening parentheses. */
export type EreTree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly set: CharacterSet }
  | { readonly kind: 'boundary'; readonly at: Boundary }
  | { readonly kind: 'back-reference'; readonly group: number }
  | { readonly kind: 'group'; readonly group: number; readonly body: EreTree }
  | { readonly kind: 'sequence'; readonly parts: readonly EreTree[] }
  | { readonly kind: 'choice'; readonly branches: readonly EreTree[] }
  | { readonly kind: 'repeat'; readonly body: EreTree; readonly min: number; readonly max: number | undefined }

/** The set of the characters for which `fits` is true; beyond 0xff it is asked of no single one: `others` decides. */
export function characterSet(fits: (code: number) => boolean, others = false): CharacterSet {
  return { bytes: Uint8Array.from({ length: 256 }, (_, code) => (fits(code) ? 1 : 0)), others }
}

/** All that is not in `set`. */
export function complement(set: CharacterSet): CharacterSet {
  return { bytes: set.bytes.map((bit) => 1 - bit), others: !set.others }
}

/** Whether the character with this code is in the set. */
export function holds(set: CharacterSet, code: number): boolean {
  return code > 0xff ? set.others : set.bytes[code] === 1
}

const inRanges =
  (...ranges: readonly (readonly [from: number, to: number])[]) =>
  (code: number): boolean =>
    ranges.some(([from, to]) => from <= code && code <= to)

const lower = inRanges([0x61, 0x7a])
const upper = inRanges([0x41, 0x5a])
const digit = inRanges([0x30, 0x39])
const alnum = (code: number): boolean => lower(code) || upper(code) || digit(code)
const graph = inRanges([0x21, 0x7e])
const space = inRanges([0x09, 0x0d], [0x20, 0x20])

/** The names between `[:` and `:]` in the C locale, where no byte from 0x80 on belongs to any of them. */
const classes: ReadonlyMap<string, (code: number) => boolean> = new Map([
  ['alnum', alnum],
  ['alpha', (code) => lower(code) || upper(code)],
  ['blank', (code) => code === 0x20 || code === 0x09],
  ['cntrl', inRanges([0x00, 0x1f], [0x7f, 0x7f])],
  ['digit', digit],
  ['graph', graph],
  ['lower', lower],
  ['print', inRanges([0x20, 0x7e])],
  ['punct', (code) => graph(code) && !alnum(code)],
  ['space', space],
  ['upper', upper],
  ['xdigit', inRanges([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
])

/** The class of that name, or undefined where glibc knows none. */
export function namedClass(name: string): ((code: number) => boolean) | undefined {
  return classes.get(name)
}

/** Whether `\w` fits: what counts as part of a word. */
export function isWord(code: number): boolean {
  return alnum(code) || code === 0x5f
}

/** What `.` fits: all but NUL, for RE_DOT_NOT_NULL is in the syntax and RE_DOT_NEWLINE too. */
export const anyCharacter: CharacterSet = characterSet((code) => code !== 0, true)
export const wordCharacter: CharacterSet = characterSet(isWord)
export const whiteSpace: CharacterSet = characterSet(space)
