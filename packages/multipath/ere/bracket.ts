/**
 * What stands between `[` and `]`: single characters, ranges, `[:class:]`, `[=e=]`, `[.c.]`.
 * May come in: a pattern and the place behind the `[`. May not: a locale other than C; a backslash is itself here.
 * Source: glibc posix/regcomp.c, parse_bracket_exp() to build_charclass()
 */
import { EreSyntaxError, ereMessage } from './message.ts'
import { type CharacterSet, complement, namedClass } from './tree.ts'

/** BRACKET_NAME_BUF_SIZE of glibc: a longer name counts as unmatched. */
const maxNameLength = 32

type BracketToken = {
  readonly kind: 'character' | 'close' | 'range' | 'caret' | 'class' | 'equivalence' | 'collating' | 'end'
  readonly code: number
  readonly length: number
}

/** One member of the list: a character, or the name between `[:`, `[=`, `[.` and its end. */
type Element =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'class' | 'equivalence' | 'collating'; readonly name: string }

/**
 * The set that the bracket whose inside begins at `start` stands for; `end` is the place behind its `]`.
 * @throws EreSyntaxError what regcomp() would say
 */
export function bracketAt(pattern: string, start: number): { readonly set: CharacterSet; readonly end: number } {
  return new Bracket(pattern, start).read()
}

class Bracket {
  readonly #pattern: string
  readonly #members = new Uint8Array(256)
  #next: number
  #token: BracketToken

  constructor(pattern: string, start: number) {
    this.#pattern = pattern
    this.#next = start
    this.#token = this.#peek()
  }

  read(): { readonly set: CharacterSet; readonly end: number } {
    const negated = this.#openingCaret()
    // The first `]` is an ordinary character.
    if (this.#token.kind === 'close') this.#token = { ...this.#token, kind: 'character' }
    for (let first = true; first || this.#token.kind !== 'close'; first = false)
      this.#member(first ? 'hyphen-allowed' : 'hyphen-last-only')
    const set = { bytes: this.#members, others: false }
    return { set: negated ? complement(set) : set, end: this.#next + 1 }
  }

  #openingCaret(): boolean {
    this.#refuseEnd(ereMessage.badPattern)
    if (this.#token.kind !== 'caret') return false
    this.#next += this.#token.length
    this.#token = this.#peek()
    this.#refuseEnd(ereMessage.badPattern)
    return true
  }

  #refuseEnd(message: typeof ereMessage.badPattern | typeof ereMessage.bracket): void {
    if (this.#token.kind === 'end') throw new EreSyntaxError(message)
  }

  #member(hyphen: 'hyphen-allowed' | 'hyphen-last-only'): void {
    const from = this.#element(this.#token, hyphen)
    this.#token = this.#peek()
    const mayBegin = from.kind === 'character' || from.kind === 'collating'
    if (mayBegin) this.#refuseEnd(ereMessage.bracket)
    if (mayBegin && this.#token.kind === 'range' && this.#rangeGoesOn()) this.#range(from)
    else this.#add(from)
    this.#refuseEnd(ereMessage.bracket)
  }

  /** Whether a range's end follows the hyphen; the last hyphen of a list stands for itself. */
  #rangeGoesOn(): boolean {
    const hyphen = this.#token
    this.#next += hyphen.length
    const end = this.#peek()
    if (end.kind === 'end') throw new EreSyntaxError(ereMessage.bracket)
    if (end.kind !== 'close') return true
    this.#next -= hyphen.length
    this.#token = { ...hyphen, kind: 'character' }
    return false
  }

  #range(from: Element): void {
    const to = this.#element(this.#peek(), 'hyphen-allowed')
    this.#token = this.#peek()
    const low = rangeEnd(from)
    const high = rangeEnd(to)
    if (low > high) throw new EreSyntaxError(ereMessage.rangeEnd)
    for (let code = low; code <= Math.min(high, 0xff); code++) this.#members[code] = 1
  }

  #element(token: BracketToken, hyphen: 'hyphen-allowed' | 'hyphen-last-only'): Element {
    this.#next += token.length
    if (token.kind === 'class' || token.kind === 'equivalence' || token.kind === 'collating')
      return { kind: token.kind, name: this.#name(token.code) }
    if (token.kind === 'range' && hyphen === 'hyphen-last-only' && this.#peek().kind !== 'close')
      throw new EreSyntaxError(ereMessage.rangeEnd)
    return { kind: 'character', code: token.code }
  }

  /** The name up to its delimiter and `]`. */
  #name(delimiter: number): string {
    for (let length = 0; length < maxNameLength; length++) {
      const at = this.#next + length
      if (at + 1 >= this.#pattern.length) break
      if (this.#pattern.charCodeAt(at) !== delimiter || this.#pattern[at + 1] !== ']') continue
      const name = this.#pattern.slice(this.#next, at)
      this.#next = at + 2
      return name
    }
    throw new EreSyntaxError(ereMessage.bracket)
  }

  #add(element: Element): void {
    if (element.kind === 'character') this.#members[element.code] = 1
    else if (element.kind === 'class') this.#addClass(element.name)
    else if (element.name.length !== 1) throw new EreSyntaxError(ereMessage.collation)
    else this.#members[element.name.charCodeAt(0)] = 1
  }

  #addClass(name: string): void {
    const fits = namedClass(name)
    if (fits === undefined) throw new EreSyntaxError(ereMessage.className)
    for (let code = 0; code < 256; code++) if (fits(code)) this.#members[code] = 1
  }

  #peek(): BracketToken {
    return bracketTokenAt(this.#pattern, this.#next)
  }
}

/** In the C locale a range goes by the values of the bytes, and no name of more than one character is known. */
function rangeEnd(element: Element): number {
  if (element.kind === 'character') return element.code
  if (element.kind !== 'collating') throw new EreSyntaxError(ereMessage.rangeEnd)
  if (element.name.length !== 1) throw new EreSyntaxError(ereMessage.collation)
  return element.name.charCodeAt(0)
}

/** Source: glibc posix/regcomp.c, peek_token_bracket() */
function bracketTokenAt(pattern: string, at: number): BracketToken {
  const sign = pattern[at]
  if (sign === undefined) return { kind: 'end', code: 0, length: 0 }
  const plain = { code: sign.charCodeAt(0), length: 1 }
  if (sign === ']') return { kind: 'close', ...plain }
  if (sign === '^') return { kind: 'caret', ...plain }
  if (sign === '-') return { kind: 'range', ...plain }
  const kind = sign === '[' ? named.get(pattern[at + 1] ?? '') : undefined
  return kind === undefined ? { kind: 'character', ...plain } : { kind, code: pattern.charCodeAt(at + 1), length: 2 }
}

const named: ReadonlyMap<string, 'class' | 'equivalence' | 'collating'> = new Map([
  [':', 'class'],
  ['=', 'equivalence'],
  ['.', 'collating'],
])
