/** An error as an operator reads it: what was attempted, what was found, what to do; and its exit code. */
import { DomainXmlError } from '@anyblade/domain-xml'
import { FleetInvalid } from '@anyblade/drivers'
import { EngineError, type EngineErrorCode } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { CommonFlags } from '../flags.ts'
import { isColored } from '../settings.ts'
import { painted } from './paint.ts'
import { quoted } from './visible.ts'

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
    return {
      exit: ExitCode.usage,
      lines: firstOf(error.lines),
      data: { code: 'document-invalid', problems: error.problems.slice(0, FAULTS_MAX), count: error.problems.length },
    }
  return systemFailure(error)
}

/** What the system says no to is the operator's to put right, unless it is out of room or broken. */
const OWN_MISTAKES = new Set([
  'EACCES',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'EPERM',
  'EROFS',
])

function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string')) return
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
  const [attempted, found] = [path === undefined ? `${error.syscall}` : `use ${path}`, error.message]
  const hint = path === undefined ? 'look at the system’s own log' : `ls -ld ${path}`
  return {
    exit: OWN_MISTAKES.has(error.code) ? ExitCode.usage : ExitCode.failed,
    lines: explained(attempted, found, hint),
    data: { code: 'system', errno: error.code, attempted, found, hint },
  }
}

/** A folder of files of another kind has a fault in each; the first ones say enough. */
const FAULTS_MAX = 40

const firstOf = (lines: readonly string[]): string[] => [
  ...lines.slice(0, FAULTS_MAX),
  ...(lines.length > FAULTS_MAX ? [`… and ${lines.length - FAULTS_MAX} more`] : []),
]

const explained = (attempted: string, found: string, hint: string): string[] => [
  `error: could not ${attempted}`,
  `  found  ${found}`,
  `  next   ${hint}`,
]

/** For stderr: every line bounded and fit for a terminal. `beneath`: the error whose causes are told too. */
export function failureText(context: Context, flags: CommonFlags, { lines }: Failure, beneath?: unknown): string {
  const text = [...lines, ...causes(beneath)].map(quoted).join('\n')
  return isColored(context, flags.color, context.process.stderr) ? painted(text) : text
}

function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const at = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? ''
  return [`  beneath  ${error.message}${at}`, ...causes(error.cause)]
}
