/**
 * The syntax tree of a multipath.conf: every byte in it, and the sections as the tool of one release finds them.
 * May come in: bytes. May not: the meaning of a value, I/O.
 */
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { type Keyword, keywordsOf, type SectionKeywords } from '../releases/keyword.ts'
import { NEWEST_RELEASE, type Release } from '../releases/release.ts'
import { type Complaint, complaint } from './check.ts'
import { type Piece, pieces } from './piece.ts'
import { type Token, tokens } from './token.ts'

/** A line as the tool counts it (long lines count once per 1023 bytes), with its tokens. */
export type Line = Piece & { readonly tokens: readonly Token[] }

/** A keyword the section knows, and what is wrong with the line, if anything. `value` is undefined when there is none. */
export type Statement = {
  readonly kind: 'statement'
  readonly line: Line
  readonly keyword: Keyword
  readonly value: ValueToken | undefined
  readonly complaint: Complaint | undefined
}
/** A section the tool enters. `close` is the line with its `}`; undefined when the file ends first. */
export type Section = {
  readonly kind: 'section'
  readonly line: Line
  readonly keyword: Keyword
  /** Such as `defaults` or `multipaths/multipath`. */
  readonly path: string
  readonly complaint: Complaint | undefined
  readonly children: readonly Node[]
  readonly close: Close | undefined
}
/** A keyword this section does not have; the tool goes on with the next line, inside the same section. */
export type Unknown = {
  readonly kind: 'unknown'
  readonly line: Line
  readonly name: string
  readonly complaint: Complaint | undefined
}
/** A line the tool skips after its message. */
export type Skipped = { readonly kind: 'skipped'; readonly line: Line; readonly complaint: Complaint }
/** A `}` that closes nothing. */
export type Stray = { readonly kind: 'stray'; readonly line: Line; readonly complaint: Complaint | undefined }
/** A blank line or a comment. */
export type Trivia = { readonly kind: 'trivia'; readonly line: Line }
/** The line that ends a section. */
export type Close = { readonly kind: 'close'; readonly line: Line; readonly complaint: Complaint | undefined }

export type Node = Statement | Section | Unknown | Skipped | Stray | Trivia

/** A value and where it stands; `text` is latin1. `quoted` is false for a bare word. */
export type ValueToken = {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}

export type Document = {
  readonly release: Release
  readonly dialect: Dialect
  readonly bytes: Uint8Array
  /** The bytes as latin1 text, one character a byte. */
  readonly text: string
  readonly lines: readonly Line[]
  readonly nodes: readonly Node[]
}

/**
 * Parses any bytes as `release` (the newest if none is named) would. Nothing is lost: `print(parse(bytes))` is `bytes`.
 * Linear in the length of the file; sections nest two deep at most, because the tool follows only sections it knows.
 * @throws MultipathError `release-unknown`
 */
export function parse(bytes: Uint8Array, release: string = NEWEST_RELEASE): Document {
  const dialect = dialectOf(release)
  const text = latin1(bytes)
  const lines = pieces(text, dialect, (number, start, end, seen): Line => {
    return { number, start, end, text: seen, tokens: tokens(seen, dialect) }
  })
  return { release: dialect.release, dialect, bytes, text, lines, nodes: nest(lines, dialect) }
}

/** Like `parse`, for text that already is one character a byte. */
export function parseText(text: string, release: string = NEWEST_RELEASE): Document {
  return parse(bytesOf(text), release)
}

/** The bytes of a document, as they came in. */
export function print(document: Document): Uint8Array {
  return bytesOf(document.lines.map((line) => document.text.slice(line.start, line.end)).join(''))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const NOT_ASCII = /[^\0-\x7f]/

/** One character for each byte. */
export function latin1(bytes: Uint8Array): string {
  const plain = utf8.decode(bytes)
  if (plain.length === bytes.length && !NOT_ASCII.test(plain)) return plain
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return parts.join('')
}

/** One byte for each character; the way back from `latin1`. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

type Open = { readonly keywords: SectionKeywords; readonly children: Node[]; readonly close: (close: Close) => void }
type Growing = { -readonly [K in keyof Section]: Section[K] }

/** The nodes of the top level. Source: parser.c, process_stream() */
function nest(lines: readonly Line[], dialect: Dialect): Node[] {
  const table = keywordsOf(dialect.release)
  const top: Open = { keywords: sectionAt(table, ''), children: [], close: () => undefined }
  const stack: Open[] = [top]
  let open = top
  for (const line of lines) {
    const [first] = line.tokens
    if (first === undefined) {
      open.children.push({ kind: 'trivia', line })
      continue
    }
    const wrong = complaint(line.tokens, dialect)
    if (wrong?.stops === true) open.children.push({ kind: 'skipped', line, complaint: wrong })
    else if (first.kind === 'brace' && first.text === '}') {
      if (open === top) open.children.push({ kind: 'stray', line, complaint: wrong })
      else {
        open.close({ kind: 'close', line, complaint: wrong })
        stack.pop()
        open = stack.at(-1) ?? top
      }
    } else {
      const keyword = first.kind === 'word' ? open.keywords.byName.get(first.text) : undefined
      if (keyword === undefined) open.children.push({ kind: 'unknown', line, name: first.text, complaint: wrong })
      else if (keyword.opens === undefined) {
        open.children.push({
          kind: 'statement',
          line,
          keyword,
          value: statementValue(line.tokens, dialect),
          complaint: wrong,
        })
      } else {
        const children: Node[] = []
        const path = keyword.opens
        const section: Growing = { kind: 'section', line, keyword, path, complaint: wrong, children, close: undefined }
        open.children.push(section)
        open = { keywords: sectionAt(table, path), children, close: (close) => Object.assign(section, { close }) }
        stack.push(open)
      }
    }
  }
  return top.children
}

function sectionAt(table: ReadonlyMap<string, SectionKeywords>, path: string): SectionKeywords {
  const section = table.get(path)
  if (section === undefined) throw new TypeError(`no keywords for section ${path}`)
  return section
}

/** The one value a statement has. Source: parser.c, set_value() */
export function statementValue(line: readonly Token[], dialect: Dialect): ValueToken | undefined {
  const [, second, third] = line
  if (second === undefined) return undefined
  if (second.kind !== 'quote') return { text: second.text, start: second.start, end: second.end, quoted: false }
  if (!dialect.checksLines) return oldString(line, second)
  if (third === undefined || third.kind === 'quote') {
    return { text: '', start: second.start, end: third?.end ?? second.end, quoted: true }
  }
  return { text: third.text, start: second.start, end: line[3]?.end ?? third.end, quoted: true }
}

/** Before 0.6.0 everything up to, but without, the line's last token is the value; a lone quotation mark has none. */
function oldString(line: readonly Token[], opening: Token): ValueToken | undefined {
  if (line.length < 3) return undefined
  const parts = line.slice(2, -1)
  const text = parts.map((token, at) => (spaced(parts, at) ? ` ${token.text}` : token.text)).join('')
  return { text, start: opening.start, end: line.at(-1)?.end ?? opening.end, quoted: true }
}

function spaced(parts: readonly Token[], at: number): boolean {
  return at > 0 && parts[at]?.kind !== 'quote' && parts[at - 1]?.kind !== 'quote'
}
