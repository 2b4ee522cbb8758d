/**
 * The value of a statement, found among the tokens of its line.
 * May come in: tokens, a dialect. May not: keywords.
 */
import type { Dialect } from '../releases/dialect.ts'
import type { ValueToken } from './node.ts'
import type { Token } from './token.ts'

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
