/**
 * The world as a command sees it: streams, environment, where it was typed. Comes in once, from main.ts.
 * May not come in: anything about the fleet.
 */
import type { ExitCode } from './exit-code.ts'

export type Context = {
  readonly process: World
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the operator typed the command; npm changes to the workspace root before it runs one. */
  readonly cwd: string
  /** The words that start this program again, without its arguments. */
  readonly program: readonly string[]
}

/** What commands use of the process. */
export type World = {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Told
  readonly stderr: Told
  readonly exit: (code: ExitCode) => never
  readonly on: (signal: NodeJS.Signals, heard: () => void) => unknown
  exitCode: number | string | null
}

/** Where a command says something: a terminal, or what stands in for one. */
export type Told = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

export function contextOf(process: NodeJS.Process): Context {
  const { env } = process
  const cwd = (env.npm_lifecycle_event === 'anyblade' ? env.INIT_CWD : undefined) ?? process.cwd()
  const { stdin, stdout, stderr } = process
  const program = [process.execPath, ...process.argv.slice(1, 2)]
  return { process: new ProcessWorld(process, stdin, stdout, stderr), env, cwd, program }
}

class ProcessWorld implements World {
  readonly #process: NodeJS.Process
  readonly stdin: World['stdin']
  readonly stdout: World['stdout']
  readonly stderr: World['stderr']
  readonly exit: World['exit']
  readonly on: World['on']

  constructor(process: NodeJS.Process, stdin: World['stdin'], stdout: World['stdout'], stderr: World['stderr']) {
    this.#process = process
    this.stdin = stdin
    this.stdout = stdout
    this.stderr = stderr
    this.exit = process.exit.bind(process)
    this.on = process.on.bind(process)
  }

  get exitCode(): number | string | null {
    return this.#process.exitCode ?? null
  }

  set exitCode(code: number | string | null) {
    this.#process.exitCode = code
  }
}
