/**
 * How a command of this room ends: its exit code, and what is said when it can't go on.
 * May come in: the world, a body that gives an exit code. May not: a stack trace for what an operator got wrong.
 */
import { MultipathError } from '@anyblade/multipath'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'

/** Ends a command with a text for standard error; `message` names the file, line and column where there is one. */
export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal'
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode = ExitCode.usage, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Runs a command's body and sets the exit code; a refusal is printed, any other error is a fault of ours and goes on. */
export async function ending(context: Context, body: () => Promise<ExitCode>): Promise<void> {
  try {
    context.process.exitCode = await body()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    context.process.stderr.write(`${refusal.message}\n`)
    context.process.exitCode = refusal.exitCode
  }
}

function refusalOf(error: unknown): CommandRefusal | undefined {
  if (error instanceof CommandRefusal) return error
  if (!(error instanceof MultipathError)) return undefined
  const { attempted, found, hint } = error.explanation
  return new CommandRefusal(`could not ${attempted}: found ${found}\n${hint}`, ExitCode.usage, { cause: error })
}
