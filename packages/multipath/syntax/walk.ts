/**
 * A file read line by line as the tool reads it, each line told to a visitor as what it is there.
 * May come in: the file's bytes as latin1 text, a dialect, who listens. May not: the meaning of a value; nothing is kept.
 */
import type { Dialect } from '../releases/dialect.ts'
import { type Keyword, keywordsOf, type SectionKeywords } from '../releases/keyword.ts'
import { type Complaint, complaint } from './check.ts'
import { eachLine, type Line } from './line.ts'
import type { Close, Node, Opening, Section, Statement, ValueToken } from './node.ts'
import type { Token } from './token.ts'
import { statementValue } from './value.ts'

/** Hears of every line once, in order. Sections nest two deep at most; those open at the end are closed without a line. */
export type Visitor = {
  node(node: Exclude<Node, Section>): void
  open(opening: Opening): void
  close(close: Close | undefined): void
}

/** Source: parser.c, process_stream() */
export function walk(text: string, dialect: Dialect, visitor: Visitor): void {
  const walker = new Walker(dialect, visitor)
  eachLine(text, dialect, (line) => walker.line(line))
  walker.end()
}

class Walker {
  readonly #dialect: Dialect
  readonly #visitor: Visitor
  readonly #sections: ReadonlyMap<string, SectionKeywords>
  /** The sections that are open, the top first; the last one is that in which the next line stands. */
  readonly #open: SectionKeywords[]

  constructor(dialect: Dialect, visitor: Visitor) {
    this.#dialect = dialect
    this.#visitor = visitor
    this.#sections = keywordsOf(dialect.release)
    this.#open = [this.#section('')]
  }

  line(line: Line): void {
    const [first] = line.tokens
    const wrong = first === undefined ? undefined : complaint(line.tokens, this.#dialect)
    if (first === undefined) this.#visitor.node({ kind: 'trivia', line })
    else if (wrong?.stops === true) this.#visitor.node({ kind: 'skipped', line, complaint: wrong })
    else if (first.kind === 'brace' && first.text === '}') this.#close(line, wrong)
    else this.#word(line, first, wrong)
  }

  end(): void {
    while (this.#open.length > 1) {
      this.#open.pop()
      this.#visitor.close(undefined)
    }
  }

  #close(line: Line, wrong: Complaint | undefined): void {
    if (this.#open.length === 1) this.#visitor.node({ kind: 'stray', line, complaint: wrong })
    else {
      this.#open.pop()
      this.#visitor.close({ kind: 'close', line, complaint: wrong })
    }
  }

  #word(line: Line, { kind, text }: Token, wrong: Complaint | undefined): void {
    const keyword = kind === 'word' ? this.#open.at(-1)?.byName.get(text) : undefined
    if (keyword === undefined) this.#visitor.node({ kind: 'unknown', line, name: text, complaint: wrong })
    else if (keyword.opens === undefined) this.#visitor.node(new StatementOfLine(line, keyword, wrong, this.#dialect))
    else {
      this.#open.push(this.#section(keyword.opens))
      this.#visitor.open({ kind: 'section', line, keyword, path: keyword.opens, complaint: wrong })
    }
  }

  #section(path: string): SectionKeywords {
    const section = this.#sections.get(path)
    if (section === undefined) throw new TypeError(`no keywords for section ${path}`)
    return section
  }
}

/** A statement whose value is found when someone looks. */
class StatementOfLine implements Statement {
  readonly kind = 'statement'
  readonly line: Line
  readonly keyword: Keyword
  readonly complaint: Complaint | undefined
  readonly #dialect: Dialect

  constructor(line: Line, keyword: Keyword, complaint: Complaint | undefined, dialect: Dialect) {
    this.line = line
    this.keyword = keyword
    this.complaint = complaint
    this.#dialect = dialect
  }

  get value(): ValueToken | undefined {
    return statementValue(this.line.tokens, this.#dialect)
  }
}
