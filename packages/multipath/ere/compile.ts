/**
 * From a pattern to something that can be asked, or to the message regerror() would give.
 * May come in: the text of a pattern. May not: I/O, a locale other than C (multipath-tools never call setlocale).
 */
import { matches } from './matcher.ts'
import { type EreMessage, EreSyntaxError } from './message.ts'
import { parseEre } from './parser.ts'
import { programOf } from './program.ts'

/** A pattern that regcomp(REG_EXTENDED | REG_NOSUB) takes. */
export type Ere = {
  readonly ok: true
  /** Whether the pattern is found anywhere in `text`, as regexec() answers it; one character of `text` is one byte. */
  test(text: string): boolean
}

/** A pattern that regcomp() refuses; `message` is regerror()'s text, to the letter. */
export type EreError = { readonly ok: false; readonly message: EreMessage }

/**
 * Compiles a POSIX extended regular expression in glibc's dialect: back references, `\<`, `\w` and their like, a `*`
 * in first place refused. The time to match grows with pattern times text; only back references cost more, up to a limit.
 * A pattern that needs more than a quarter of a million states is refused as "Memory exhausted".
 * Source: glibc posix/regcomp.c, RE_SYNTAX_POSIX_EXTENDED; each vector of ere-vectors.tsv was measured
 */
export function compileEre(pattern: string): Ere | EreError {
  try {
    const program = programOf(parseEre(pattern))
    return { ok: true, test: (text) => matches(program, text) }
  } catch (error) {
    if (error instanceof EreSyntaxError) return { ok: false, message: error.ereMessage }
    throw error
  }
}
