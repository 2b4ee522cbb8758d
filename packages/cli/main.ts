/** The `anyblade` command. Comes in before all else: where compiled code is kept, which halves the time to start. */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Beside the packages, which only those may write to who may change the program; where nobody may, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)))

const { runCommand } = await import('./command.ts')
await runCommand(process)
