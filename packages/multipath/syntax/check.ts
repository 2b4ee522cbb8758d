/**
 * What is wrong with one line before anyone asks what it means: the tool's own check, as values.
 * May come in: the tokens of one line, a dialect. May not: keywords of a section, other lines.
 */
import type { Dialect } from '../releases/dialect.ts'
import type { Token } from './token.ts'

/** `stops` says that the tool skips the line altogether. `token` is the one the message names. */
export type Complaint =
  | { readonly kind: 'extra-data'; readonly token: Token; readonly stops: false }
  | { readonly kind: 'missing-brace'; readonly stops: false }
  | { readonly kind: 'other-than-brace'; readonly token: Token; readonly stops: false }
  | { readonly kind: 'missing-closing-quotes'; readonly stops: false }
  | { readonly kind: 'missing-value'; readonly token: Token; readonly stops: true }
  | { readonly kind: 'parsing-error'; readonly token: Token; readonly stops: true }
  | { readonly kind: 'brace-alone'; readonly token: Token; readonly stops: true }

/** `overrides` and `protocol` are not in the tool's list, so `overrides` without `{` is a missing value. */
const SECTIONS = new Set([
  'defaults',
  'blacklist',
  'blacklist_exceptions',
  'devices',
  'device',
  'multipaths',
  'multipath',
])

/** The complaint about a line with at least one token; undefined when there is none. Source: parser.c, validate_config_strvec() */
export function complaint(line: readonly Token[], dialect: Dialect): Complaint | undefined {
  const [first, second, third] = line
  if (!dialect.checksLines || first === undefined) return undefined
  if (first.kind === 'brace' && first.text === '}') return extra(second)
  if (first.kind === 'brace') return { kind: 'brace-alone', token: first, stops: true }
  if (first.kind === 'word' && SECTIONS.has(first.text)) return ofSection(second, third)
  if (second === undefined) return { kind: 'missing-value', token: first, stops: true }
  return second.kind === 'quote' ? ofString(line, dialect) : extra(third)
}

function ofSection(second: Token | undefined, third: Token | undefined): Complaint | undefined {
  if (second === undefined) return { kind: 'missing-brace', stops: false }
  if (second.kind !== 'brace' || second.text !== '{') return { kind: 'other-than-brace', token: second, stops: false }
  return extra(third)
}

/** Since 0.9.4 what follows the text must be the closing mark; it is not when a line begins with two marks. */
function ofString(line: readonly Token[], dialect: Dialect): Complaint | undefined {
  const [, , text, after] = line
  if (dialect.number >= 9_004 && text?.kind !== 'quote' && after !== undefined && after.kind !== 'quote') {
    return { kind: 'parsing-error', token: after, stops: true }
  }
  const closing = line.findIndex((token, at) => at >= 2 && token.kind === 'quote')
  return closing === -1 ? { kind: 'missing-closing-quotes', stops: false } : extra(line[closing + 1])
}

function extra(token: Token | undefined): Complaint | undefined {
  return token === undefined ? undefined : { kind: 'extra-data', token, stops: false }
}
