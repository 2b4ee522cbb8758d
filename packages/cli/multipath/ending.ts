/**
 * How a command of this room ends: its exit code, and what is said when it can't go on.
 * May come in: the world, a body that gives an exit code. May not: a stack trace for what an operator got wrong.
 */
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
    if (!(error instanceof CommandRefusal)) throw error
    context.process.stderr.write(`${error.message}\n`)
    context.process.exitCode = error.exitCode
  }
}
