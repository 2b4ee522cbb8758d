/**
 * One line taken apart the way libmultipath does it, with the place of each part.
 * May come in: the text of one line, a dialect. May not: what a keyword means, other lines.
 */
import type { Dialect } from '../releases/dialect.ts'

/**
 * `word`: outside quotes; `brace`: `{` or `}` outside quotes, always on its own; `quote`: a quotation mark that opens
 * or closes; `string`: what stands between two of them. `start` and `end` are byte offsets in the line, from 0.
 */
export type TokenKind = 'word' | 'brace' | 'quote' | 'string'
export type Token = { readonly kind: TokenKind; readonly text: string; readonly start: number; readonly end: number }

const QUOTE = 34
const HASH = 35
const BANG = 33
const OPEN = 123
const CLOSE = 125

/** White space between tokens: isspace() in the C locale, and every byte from 0x80 on. Source: parser.c, alloc_strvec() */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code >= 128
}

const NONE: readonly Token[] = []
/** Tokens of the line in hand; a copy of just the right size is given out. */
const scratch: Token[] = []

/**
 * The tokens of a line; none for a blank line or a comment. What follows a comment sign is in no token.
 * Source: parser.c, alloc_strvec(), of 0.4.9, 0.7.6 and 0.8.5
 */
export function tokens(line: string, dialect: Dialect): readonly Token[] {
  const length = line.length
  let at = skipBlank(line, 0)
  if (at === length) return NONE
  const first = line.charCodeAt(at)
  if (first === BANG || first === HASH) return NONE
  const found = scratch
  found.length = 0
  let inString = false
  while (true) {
    const start = at
    const code = line.charCodeAt(at)
    if (code === QUOTE && !(inString && dialect.doublesQuotes && line.charCodeAt(at + 1) === QUOTE)) {
      at += 1
      inString = !inString
      found.push({ kind: 'quote', text: dialect.quoteShown, start, end: at })
    } else if (!inString && (code === OPEN || code === CLOSE)) {
      at += 1
      found.push({ kind: 'brace', text: code === OPEN ? '{' : '}', start, end: at })
    } else if (inString) {
      at = stringEnd(line, at, dialect)
      const text = line.slice(start, at)
      found.push({ kind: 'string', text: dialect.doublesQuotes ? text.replaceAll('""', '"') : text, start, end: at })
    } else {
      at = wordEnd(line, at)
      found.push({ kind: 'word', text: line.slice(start, at), start, end: at })
    }
    if (!(inString && dialect.doublesQuotes)) at = skipBlank(line, at)
    if (at >= length) return found.slice()
    const next = line.charCodeAt(at)
    if ((next === BANG || next === HASH) && (!inString || dialect.commentsInStrings)) return found.slice()
  }
}

function skipBlank(line: string, from: number): number {
  let at = from
  while (at < line.length && isBlank(line.charCodeAt(at))) at += 1
  return at
}

function wordEnd(line: string, from: number): number {
  let at = from
  while (at < line.length) {
    const code = line.charCodeAt(at)
    if (isBlank(code) || code === BANG || code === HASH || code === OPEN || code === CLOSE || code === QUOTE) break
    at += 1
  }
  return at
}

function stringEnd(line: string, from: number, dialect: Dialect): number {
  let at = from
  while (true) {
    const quote = line.indexOf('"', at)
    if (quote === -1) return line.length
    if (!dialect.doublesQuotes || line.charCodeAt(quote + 1) !== QUOTE) return quote
    at = quote + 2
  }
}
