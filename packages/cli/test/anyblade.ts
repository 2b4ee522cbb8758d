/** Runs `anyblade` as an operator does, in a process of its own; and makes fleets to run it in. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

export const main = fileURLToPath(new URL('../main.ts', import.meta.url))

type Options = { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }
type Ended = { readonly exit: number | null; readonly stdout: string; readonly stderr: string }

/** Only what the test says of ANYBLADE_* and of colour counts, and a command that hangs fails. */
export function anyblade(words: readonly string[], { cwd = tmpdir(), env = {} }: Options = {}): Ended {
  const { PATH = '', HOME = '' } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd,
    env: { PATH, HOME, GIT_CONFIG_NOSYSTEM: '1', ...env },
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  return { exit: status, stdout, stderr }
}

/** A fleet with two blades that nobody has to reach. */
export function madeFleet(t: TestContext): string {
  const above = mkdtempSync(join(tmpdir(), 'anyblade-cli-'))
  t.after(() => rmSync(above, { recursive: true, force: true }))
  const dir = join(above, 'san')
  const made = anyblade(['fleet', 'init', dir])
  if (made.exit !== 0) throw new Error(made.stderr)
  for (const [name, digit] of [
    ['blade1', '1'],
    ['blade2', '2'],
  ] as const)
    writeFileSync(
      join(dir, 'blades', `${name}.yaml`),
      `ssh: "root@${name}.invalid"\nmachine_id: "${digit.repeat(32)}"\nports: []\n`,
    )
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir })
  git('add', '-A')
  git('commit', '-qm', 'two blades')
  return dir
}
