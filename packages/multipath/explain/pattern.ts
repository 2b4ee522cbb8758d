/**
 * Patterns of a file, compiled as the release compiles them.
 * May come in: a pattern, a dialect. May not: which setting it stands in, messages.
 */
import { compileEre, type Ere } from '../ere/index.ts'
import type { Dialect } from '../releases/dialect.ts'

const kept = new Map<string, Ere | undefined>()
const KEPT_MOST = 2000

/**
 * The compiled pattern; undefined when the release refuses it. 0.4.9 brings a regex library of its own, in which a
 * repetition of nothing is nothing. Source: regcomp() of glibc; libmultipath/regex.c of 0.4.9
 */
export function compilePattern(pattern: string, dialect: Dialect): Ere | undefined {
  const text = dialect.number < 5_000 ? pattern.replaceAll(/(^|(?<!\\)[|(])[*+?]+/g, '$1') : pattern
  if (kept.has(text)) return kept.get(text)
  const compiled = compileEre(text)
  const regex = compiled.ok ? compiled : undefined
  if (kept.size >= KEPT_MOST) kept.clear()
  kept.set(text, regex)
  return regex
}

/** A blacklist pattern without its sign of inversion; `inverted` says whether it had one. Source: check_invert() */
export function withoutInversion(
  pattern: string,
  dialect: Dialect,
): { readonly pattern: string; readonly inverted: boolean } {
  if (!dialect.invertsPatterns) return { pattern, inverted: false }
  if (pattern.startsWith('!')) return { pattern: pattern.slice(1), inverted: true }
  return { pattern: pattern.startsWith('\\!') ? pattern.slice(1) : pattern, inverted: false }
}
