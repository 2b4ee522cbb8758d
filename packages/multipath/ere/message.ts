/**
 * What glibc says of a pattern that it refuses. May come in: nothing. May not: wording of our own.
 * Source: glibc posix/regcomp.c, __re_error_msgid
 */
export const ereMessage = {
  badPattern: 'Invalid regular expression',
  collation: 'Invalid collation character',
  className: 'Invalid character class name',
  trailingBackslash: 'Trailing backslash',
  backReference: 'Invalid back reference',
  bracket: 'Unmatched [, [^, [:, [., or [=',
  parenthesis: 'Unmatched ( or \\(',
  brace: 'Unmatched \\{',
  braceContent: 'Invalid content of \\{\\}',
  rangeEnd: 'Invalid range end',
  memory: 'Memory exhausted',
  repetition: 'Invalid preceding regular expression',
  tooBig: 'Regular expression too big',
} as const

/** One of the texts that regerror() gives. */
export type EreMessage = (typeof ereMessage)[keyof typeof ereMessage]

/** Carries a refusal out of the parser's depth; it never leaves this room. */
export class EreSyntaxError extends Error {
  override readonly name = 'EreSyntaxError'
  readonly ereMessage: EreMessage
  constructor(message: EreMessage) {
    super(message)
    this.ereMessage = message
  }
}
