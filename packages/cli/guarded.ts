/** Runs a command's body and ends it with an exit code: errors an operator can act on are explained, others are ours. */
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { type CommonFlags, outputOf } from './flags.ts'
import { failureOf } from './render/failure.ts'

export async function guarded(context: Context, flags: CommonFlags, body: () => Promise<ExitCode>): Promise<void> {
  try {
    context.process.exitCode = await body()
  } catch (error) {
    const failure = failureOf(error)
    if (failure === undefined) throw error
    context.process.stderr.write(`${failure.lines.join('\n')}\n`)
    if (outputOf(context, flags) === 'json')
      context.process.stdout.write(`${JSON.stringify({ schema: 1, error: failure.data }, null, 2)}\n`)
    context.process.exitCode = failure.exit
  }
}

export const done = ExitCode.done
