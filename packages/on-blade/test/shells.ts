/** The shells that a blade may have as its `sh`, each so that nested calls of `sh` get the same one; and how to run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

const PROGRAMS = { dash: '/usr/bin/dash', busybox: '/usr/bin/busybox', bash: '/usr/bin/bash' } as const

/** A directory of this test file's own, taken away at its end. */
export function scratch(name: string, under: string = tmpdir()): string {
  const directory = mkdtempSync(join(under, `ab-${name}-`))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Where nothing waits for a disk. */
export const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Each shell with the directory that must come first in PATH; `skip` says which Debian package is missing. */
export function shells(): {
  readonly name: string
  readonly number: number
  readonly path: string
  readonly skip: string | false
}[] {
  return Object.entries(PROGRAMS).map(([name, program], number) => {
    const path = scratch(`sh-${name}`)
    symlinkSync(program, join(path, 'sh')) // bash called sh is in POSIX mode
    return { name, number, path, skip: existsSync(program) ? false : `needs Debian package ${name}` }
  })
}

/**
 * For a file of tests: one of them, another one by turns, for what a shell could do otherwise stands in the parts that acts
 * share, and the sweep over the wrapper's lines goes through all three. `ANYBLADE_SHELLS=all`, as the soak says it, is all.
 */
export function shellByTurn(turn: keyof typeof PROGRAMS): ReturnType<typeof shells> {
  return shells().filter(({ name }) => name === turn || process.env.ANYBLADE_SHELLS === 'all')
}

export type Ran = { readonly exit: number | null; readonly stdout: string; readonly stderr: string }
export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ran> }

/** `sh -c text anyblade args`, as a kept shell does it, in a process group of its own. */
export function start(
  text: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: string | Uint8Array = '',
): Running {
  const child = spawn('sh', ['-c', text, 'anyblade', ...args], { env: { ...process.env, ...env }, detached: true })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => out.push(piece))
  child.stderr.on('data', (piece: Buffer) => err.push(piece))
  child.stdin.on('error', () => {}) // who does not read it may end first
  child.stdin.end(stdin)
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit) =>
      resolve({ exit, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
  })
  return { child, ended }
}

/** Waits for what comes by itself. @throws Error after 15 s, saying what did not come */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 15_000; !holds(); await new Promise((go) => setTimeout(go, 20)))
    if (performance.now() > deadline) throw new Error(`did not come within 15 s: ${what}`)
}
