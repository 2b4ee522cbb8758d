/** What was typed, carried out. Comes in once, from main.ts; tests bring a world of their own. */
import { run } from '@stricli/core'
import { appFor } from './app.ts'
import { type Context, contextOf } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { inOrder } from './words.ts'

export async function runCommand(process: NodeJS.Process): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unread)
  await carryOut(process.argv.slice(2), contextOf(process))
}

/** All that a command says and does goes through `context`, and so does the code that it ends with. */
export async function carryOut(typed: readonly string[], context: Context): Promise<void> {
  const words = inOrder(typed)
  await run(appFor(words), words, context)
  // stricli gives negative codes for what was wrong with the command line.
  if (Number(context.process.exitCode) < 0) context.process.exitCode = ExitCode.usage
}

/**
 * A reader that has seen enough, such as `head`, is no fault of ours, and no reason to end: what was begun on a blade
 * goes on to its end unwatched, and the exit code is the one it would have been.
 */
function unread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}
