/**
 * What can go wrong between us and a libvirt daemon. The difference that matters: an answer that says no, a call that
 * was never made, and a call of which nobody knows what came of it.
 * May come in: nothing. May not: a retry (whoever calls looks again first).
 */

export type LibvirtErrorCode =
  /** libvirt answered with an error: what was asked was not done, or not wholly; see LibvirtRefused. */
  | 'refused'
  /** The connection broke, the deadline passed or the caller gave up after the call was sent; see LibvirtLost. */
  | 'lost'
  | 'deadline'
  | 'cancelled'
  /** The call never left: nothing was changed by it. */
  | 'not-sent'
  /** What the other side sent is not libvirt's protocol; the session has ended. */
  | 'malformed'
  | 'authentication-unsupported'
  | 'value-invalid'

export type Explanation = { readonly attempted: string; readonly found: string; readonly hint: string }

export class LibvirtError extends Error {
  override readonly name: string = 'LibvirtError'
  readonly code: LibvirtErrorCode
  readonly explanation: Explanation
  constructor(code: LibvirtErrorCode, explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.attempted}: ${explanation.found}`, options)
    this.code = code
    this.explanation = explanation
  }
}

/**
 * The outcome of a call is UNKNOWN: it was sent and no answer came. It may have been done, may be done later, or not.
 * Never repeat it without having looked.
 */
export class LibvirtLost extends LibvirtError {
  override readonly name = 'LibvirtLost'
  readonly procedure: string
  constructor(code: 'lost' | 'deadline' | 'cancelled', procedure: string, found: string, options?: ErrorOptions) {
    const hint = 'whether it was done is unknown: ask for the state before anything else'
    super(code, { attempted: `call ${procedure}`, found, hint }, options)
    this.procedure = procedure
  }
}

/** What libvirt says of a refusal: its own error number and the part of it that complains. */
export type Refusal = {
  /** Source: virErrorNumber, e.g. 42 no domain, 55 invalid in this state, 78 aborted, 81 migration unsafe */
  readonly number: number
  /** Source: virErrorDomain, e.g. 7 RPC, 10 QEMU, 20 domain */
  readonly origin: number
  readonly message: string
}

export class LibvirtRefused extends LibvirtError {
  override readonly name = 'LibvirtRefused'
  readonly procedure: string
  readonly refusal: Refusal
  constructor(procedure: string, refusal: Refusal) {
    const found = `${refusal.message} (libvirt error ${refusal.number})`
    super('refused', { attempted: `call ${procedure}`, found, hint: "see the libvirt daemon's log on that host" })
    this.procedure = procedure
    this.refusal = refusal
  }
}

/** The numbers that callers tell apart. Source: virErrorNumber of libvirt */
export const REFUSAL = {
  operationFailed: 9,
  noDomain: 42,
  operationInvalid: 55,
  operationAborted: 78,
  migrateUnsafe: 81,
  cpuIncompatible: 91,
} as const

export function malformed(found: string): LibvirtError {
  const hint = 'is it a libvirt daemon, of a version that we know, and does nothing else write on this connection?'
  return new LibvirtError('malformed', { attempted: "read libvirt's answer", found, hint })
}
