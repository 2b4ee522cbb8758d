/** An error as an operator reads it: what was attempted, what was found, what to do; and its exit code. */
import { DomainXmlError } from '@anyblade/domain-xml'
import { FleetInvalid } from '@anyblade/drivers'
import { EngineError, type EngineErrorCode } from '@anyblade/engine'
import { ExitCode } from '../exit-code.ts'

const EXITS: Readonly<Record<EngineErrorCode, ExitCode>> = {
  'size-not-exact': ExitCode.usage,
  'size-invalid': ExitCode.usage,
  'document-invalid': ExitCode.usage,
  'document-missing': ExitCode.usage,
  'document-exists': ExitCode.usage,
  'intent-invalid': ExitCode.usage,
  'fleet-missing': ExitCode.usage,
  'run-unknown': ExitCode.usage,
  'blade-unreachable': ExitCode.unreachable,
  'array-unreachable': ExitCode.unreachable,
  'answer-garbled': ExitCode.unreachable,
  'blade-refused': ExitCode.failed,
  'array-refused': ExitCode.failed,
  'fleet-stale': ExitCode.failed,
  'record-failed': ExitCode.failed,
  'plan-stale': ExitCode.refused,
  'run-over': ExitCode.usage,
  'run-forward': ExitCode.refused,
}

export type Failure = { readonly exit: ExitCode; readonly lines: readonly string[]; readonly data: object }

/** undefined: none of ours; a fault of the program, which is shown with its stack. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof EngineError) {
    const { attempted, found, hint } = error.explanation
    return {
      exit: EXITS[error.code],
      lines: explained(attempted, found, hint),
      data: { code: error.code, attempted, found, hint },
    }
  }
  if (error instanceof DomainXmlError) {
    const { attempted, found, hint } = error.explanation
    const at = `${error.line}:${error.column}`
    return {
      exit: ExitCode.usage,
      lines: explained(attempted, `line ${error.line}, column ${error.column}: ${found}`, hint),
      data: { code: error.code, attempted, found, hint, at },
    }
  }
  if (error instanceof FleetInvalid)
    return { exit: ExitCode.usage, lines: error.lines, data: { code: 'document-invalid', problems: error.problems } }
  return undefined
}

const explained = (attempted: string, found: string, hint: string): string[] => [
  `error: could not ${attempted}`,
  `  found  ${found}`,
  `  next   ${hint}`,
]
