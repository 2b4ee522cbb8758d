/** Ctrl-C: the first one asks for an orderly end, the second one leaves at once and says how to look at what is left. */
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'

/** The signal fires at the first SIGINT, SIGTERM or SIGHUP. `leave` tells the operator what to do after the second. */
export function cancellable(context: Context, leave: string): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) {
      context.process.stderr.write(`left as it is. ${leave}\n`)
      context.process.exit(ExitCode.interrupted)
    }
    context.process.stderr.write('cancelling: what was begun is undone; once more leaves at once\n')
    controller.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) context.process.on(signal, stop)
  return controller.signal
}
