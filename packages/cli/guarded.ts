/** Runs a command's body and ends it with an exit code: errors an operator can act on are explained, others are ours. */
import type { Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'
import type { CommonFlags } from './flags.ts'
import { print } from './render/answer.ts'
import { failureOf, failureText } from './render/failure.ts'
import { checkSettings, isVerbose, outputOf } from './settings.ts'

export async function guarded(context: Context, flags: CommonFlags, body: () => Promise<ExitCode>): Promise<void> {
  try {
    checkSettings(context, flags)
  } catch (error) {
    return refuse(context, flags, error)
  }
  try {
    context.process.exitCode = await body()
  } catch (error) {
    refuse(context, flags, error, isVerbose(context, flags))
    if (outputOf(context, flags) !== 'table')
      print(context, flags, { text: '', data: { error: failureOf(error)?.data } })
  }
}

/** Explains an error on stderr; one that is a fault of ours goes on. */
function refuse(context: Context, flags: CommonFlags, error: unknown, withCause = false): void {
  const failure = failureOf(error)
  if (failure === undefined) throw error
  context.process.stderr.write(`${failureText(context, flags, failure, withCause ? error : undefined)}\n`)
  context.process.exitCode = failure.exit
}
