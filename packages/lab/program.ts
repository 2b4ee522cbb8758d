/**
 * Runs a program of this machine to its end, never longer than its deadline.
 * May come in: a command and what it reads. May not: a shell, or a program whose end nobody waits for.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { LabError, reasonOf } from './errors.ts'

export type Output = { readonly exit: number; readonly stdout: string; readonly stderr: string }
export type ProgramOptions = {
  readonly deadlineMs: number
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Called with each line of standard output and error as it comes. */
  readonly onLine?: (line: string) => void
}

const mostKeptBytes = 32 * 1024 * 1024

/** What `command` printed and its exit code (128 + n when signal n ended it). @throws LabError `deadline` */
export async function program(command: string, args: readonly string[], options: ProgramOptions): Promise<Output> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  const said = [collect(child.stdout, options.onLine), collect(child.stderr, options.onLine)] as const
  const exit = await ended(child, [command, ...args].join(' '), options.deadlineMs)
  return { exit, stdout: said[0](), stderr: said[1]() }
}

/** As `program`, but any exit code except 0 is an error. @throws LabError `machine-failed` with what it printed */
export async function mustRun(command: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const output = await program(command, args, options)
  if (output.exit === 0) return output.stdout
  const last = `${output.stdout}\n${output.stderr}`.trim().split('\n').slice(-8).join('\n')
  throw new LabError('machine-failed', {
    attempted: `run ${command} ${args.slice(0, 4).join(' ')}`,
    found: `exit ${output.exit}: ${last}`,
    hint: 'the lines above are its own',
  })
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const chunks: string[] = []
  let kept = 0
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    kept += chunk.length
    if (kept <= mostKeptBytes) chunks.push(chunk)
    if (onLine === undefined) return
    const lines = (rest + chunk).split(/[\n\r]+/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  return () => chunks.join('')
}

function ended(child: ChildProcess, what: string, deadlineMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(
        new LabError('deadline', {
          attempted: `run ${what.slice(0, 200)}`,
          found: `no end within ${deadlineMs / 1000} s`,
          hint: 'look whether the machine is very busy, then try again',
        }),
      )
    }, deadlineMs)
    child.on('error', (cause) => {
      clearTimeout(timer)
      reject(
        new LabError(
          'machine-failed',
          { attempted: `start ${what.slice(0, 200)}`, found: reasonOf(cause), hint: 'is the program installed?' },
          { cause },
        ),
      )
    })
    // 'close' and not 'exit': the last output may come after the end.
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(code ?? (signal === null ? 1 : 128))
    })
  })
}
