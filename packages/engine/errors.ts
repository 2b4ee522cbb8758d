/**
 * What can go wrong on the road, told so that an operator can act on it. The hands throw these too: errors are part
 * of what an interface promises. A foreseen answer (refused, unknown, not there) is a value, not an error.
 */
export type EngineErrorCode =
  | 'size-not-exact'
  | 'size-invalid'
  | 'document-invalid'
  | 'document-missing'
  | 'document-exists'
  | 'blade-unreachable'
  | 'blade-refused'
  | 'array-unreachable'
  | 'array-refused'
  | 'answer-garbled'
  | 'fleet-missing'
  | 'fleet-stale'
  | 'record-failed'
  | 'intent-invalid'
  | 'plan-stale'
  | 'run-unknown'
  | 'run-over'
  | 'run-forward'

/** `attempted`: what and where. `found`: what came instead. `hint`: what to do next. */
export type Explanation = { readonly attempted: string; readonly found: string; readonly hint: string }

export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  readonly explanation: Explanation

  constructor(code: EngineErrorCode, explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.attempted}: ${explanation.found}`, options)
    this.code = code
    this.explanation = explanation
  }
}
