/**
 * What can go wrong in the lab, each with a code that programs may rely on and words for people.
 * May come in: facts about the failure. May not: I/O.
 */
export type LabErrorCode =
  | 'usage'
  | 'unfit-machine'
  | 'packages-missing'
  | 'image-failed'
  | 'no-lab'
  | 'state-invalid'
  | 'unknown-node'
  | 'deadline'
  | 'machine-failed'
  | 'switch-failed'
  | 'node-failed'
  | 'busy'

export type Explanation = { readonly attempted: string; readonly found: string; readonly hint: string }

export class LabError extends Error {
  override readonly name = 'LabError'
  readonly code: LabErrorCode
  readonly explanation: Explanation
  constructor(code: LabErrorCode, explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.attempted}: ${explanation.found}`, options)
    this.code = code
    this.explanation = explanation
  }
  /** 2: the caller must change something first; 1: it failed. */
  get exitCode(): 1 | 2 {
    return this.code === 'usage' || this.code === 'packages-missing' || this.code === 'unfit-machine' ? 2 : 1
  }
}

/** The words of whatever was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
