/** Runs `anyblade multipath …` as an operator does, in a process of its own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))

/** `words` follow `multipath`; `input` is what stands on standard input. */
export function anyblade(
  words: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly cwd?: string } = {},
): { readonly exit: number | null; readonly stdout: string; readonly stderr: string } {
  const { input = '', cwd } = options
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'multipath', ...words], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...(cwd !== undefined && { cwd }),
  })
  return { exit: status, stdout, stderr }
}
