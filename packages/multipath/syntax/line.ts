/**
 * A line of a file; its text and tokens are found when someone looks, for a large file has very many.
 * May come in: the file's bytes as latin1 text, a dialect. May not: keywords, other lines.
 */
import type { Dialect } from '../releases/dialect.ts'
import { eachPiece, type Piece, type Seen, seenIn } from './piece.ts'
import { type Token, tokens } from './token.ts'

/** A line as the tool counts it (long lines count once per 1023 bytes); `text` is what the parser sees of it. */
export type Line = Piece & { readonly text: string; readonly tokens: readonly Token[] }

/** Gives all lines in order; together they are the file. */
export function eachLine(text: string, dialect: Dialect, take: (line: Line) => void): void {
  const lexer = new Lexer(seenIn(text, dialect), dialect)
  eachPiece(text, dialect, (number, start, end) => take(new LineOfFile(lexer, number, start, end)))
  lexer.keeps = true
}

class LineOfFile implements Line {
  readonly number: number
  readonly start: number
  readonly end: number
  readonly #lexer: Lexer
  #tokens: readonly Token[] | undefined

  constructor(lexer: Lexer, number: number, start: number, end: number) {
    this.#lexer = lexer
    this.number = number
    this.start = start
    this.end = end
  }

  get text(): string {
    return this.#lexer.seen(this.start, this.end)
  }

  get tokens(): readonly Token[] {
    const found = this.#tokens ?? this.#lexer.tokensOf(this)
    if (this.#lexer.keeps) this.#tokens = found
    return found
  }
}

/** Takes the lines of one file apart. The last one asked for is kept, since most questions about a line come in a row. */
class Lexer {
  /** True once all lines were given out: who asks a line then has kept it, and asks again. */
  keeps = false
  readonly seen: Seen
  readonly #dialect: Dialect
  #line: Line | undefined
  #tokens: readonly Token[] = []

  constructor(seen: Seen, dialect: Dialect) {
    this.seen = seen
    this.#dialect = dialect
  }

  tokensOf(line: Line): readonly Token[] {
    if (this.#line !== line) {
      this.#tokens = tokens(line.text, this.#dialect)
      this.#line = line
    }
    return this.#tokens
  }
}
