/** What was typed, carried out. Comes in once, from main.ts. */
import { run } from '@stricli/core'
import { app } from './app.ts'
import { contextOf } from './context.ts'
import { ExitCode } from './exit-code.ts'

export async function runCommand(process: NodeJS.Process): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as `head` that closes the pipe is not a fault of ours.
    if (error.code === 'EPIPE') process.exit(ExitCode.done)
    throw error
  })
  await run(app, process.argv.slice(2), contextOf(process))
  // stricli gives negative codes for what was wrong with the command line.
  if (Number(process.exitCode) < 0) process.exitCode = ExitCode.usage
}
