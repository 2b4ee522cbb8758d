/**
 * What this room throws: one class, closed codes, an explanation a person can act on.
 * May come in: nothing. May not: an answer that was foreseen (those are values), I/O.
 */
export type MultipathErrorCode =
  | 'release-unknown'
  | 'edit-refused'
  | 'render-refused'
  | 'block-broken'
  | 'keyword-unknown'
  | 'not-found'

export type MultipathExplanation = { readonly attempted: string; readonly found: string; readonly hint: string }

export class MultipathError extends Error {
  override readonly name = 'MultipathError'
  readonly code: MultipathErrorCode
  readonly explanation: MultipathExplanation
  constructor(code: MultipathErrorCode, explanation: MultipathExplanation, options?: ErrorOptions) {
    super(`${explanation.attempted}: found ${explanation.found}; ${explanation.hint}`, options)
    this.code = code
    this.explanation = explanation
  }
}
