/**
 * What the drivers need of a machine that is reached over SSH: run POSIX sh there, within bounds.
 * May come in: an ssh destination as the operator's ssh_config knows it. May not: a name that is looked up in a fleet.
 */
import { EngineError, type EngineErrorCode, type Limits } from '@anyblade/engine'

/** Text is decoded as UTF-8; bytes that are none become U+FFFD. */
export type Output = { readonly exit: number; readonly stdout: string; readonly stderr: string }

export type RunOptions = {
  readonly limits: Limits
  /** Standard input, byte for byte; empty where it is left out. */
  readonly stdin?: Uint8Array | string
  /** More than this on standard output or on standard error ends the command. 1 MiB where it is left out. */
  readonly maxBytes?: number
}

export interface CommandRunner {
  /**
   * Runs POSIX sh as root on the machine, cut off at the deadline on both sides. `args` arrive as $1, $2 …, never in
   * the text. Commands to one machine wait for each other, machines do not.
   * @throws EngineError `blade-unreachable` without an answer in time, `blade-refused`, `answer-garbled`
   */
  sh(destination: string, script: string, args: readonly string[], options: RunOptions): Promise<Output>
}

/** How a command came to no answer. `sent`: the machine may have begun it. */
export type Failure = {
  readonly state: 'timed out' | 'refused' | 'garbled'
  readonly because: string
  readonly sent: boolean
}
export type Answer = { readonly state: 'read'; readonly value: Output } | Failure

const CODES: Readonly<Record<Failure['state'], EngineErrorCode>> = {
  'timed out': 'blade-unreachable',
  refused: 'blade-refused',
  garbled: 'answer-garbled',
}

/** The failure as an error, for drivers whose callers want one. */
export function failureError(destination: string, failure: Failure): EngineError {
  return new EngineError(CODES[failure.state], {
    attempted: `run a command on ${destination}`,
    found: `${failure.state}: ${failure.because}`,
    hint: `ssh ${destination} must work from here without a question`,
  })
}
