/**
 * A version control's own program, run without a shell and without a terminal, so that it can ask nobody anything.
 * May come in: arguments that this program made. May not: the meaning of an answer.
 */
import { spawn } from 'node:child_process'
import type { Limits } from '@anyblade/engine'

/** `late`, `cancelled`: it was killed; whether it did its work, only a look can tell. */
export type Answer =
  | { readonly state: 'answered'; readonly exit: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: 'late' | 'cancelled' | 'not run'; readonly stderr: string }

export type Call = {
  readonly program: 'git' | 'svn'
  readonly dir: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** What it prints is bytes, and comes as one character a byte. */
  readonly bytes?: true
}

/** Far more than any answer that we ask for; what is behind it is not kept. */
const MAX_BYTES = 16 * 1024 * 1024
/** After SIGTERM, in which it removes its lock files. */
const GRACE_MS = 2000

/** Runs it in a directory; with all its children it has ended when this returns. Never throws. */
export async function runProgram({ program, dir, args, env, bytes }: Call, limits: Limits): Promise<Answer> {
  if (limits.signal.aborted) return { state: 'cancelled', stderr: '' }
  const child = spawn(program, [...args], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a session of its own: ssh below it finds no terminal to ask for a passphrase
  })
  const [stdout, stderr] = [collected(child.stdout, bytes && 'latin1'), collected(child.stderr)]
  let stopped: 'late' | 'cancelled' | undefined
  let force: NodeJS.Timeout | undefined
  const stop = (why: 'late' | 'cancelled') => {
    stopped ??= why
    endGroup(child.pid, 'SIGTERM')
    force ??= setTimeout(endGroup, GRACE_MS, child.pid, 'SIGKILL')
  }
  const cancel = () => stop('cancelled')
  const late = setTimeout(stop, limits.deadlineMs, 'late')
  limits.signal.addEventListener('abort', cancel)
  const end = await new Promise<number | Error>((done) => {
    child.on('error', done)
    child.on('close', (code) => done(code ?? 128))
  })
  clearTimeout(late)
  clearTimeout(force)
  limits.signal.removeEventListener('abort', cancel)
  if (end instanceof Error) return { state: 'not run', stderr: notRun(program, end) }
  if (stopped !== undefined) return { state: stopped, stderr: stderr() }
  return { state: 'answered', exit: end, stdout: stdout(), stderr: stderr() }
}

export const succeeded = (answer: Answer): boolean => answer.state === 'answered' && answer.exit === 0

/** Empty where there was no answer. */
export const stdoutOf = (answer: Answer): string => (answer.state === 'answered' ? answer.stdout : '')

/** What it said, in one line for people; `telling`: how the line begins that says why. */
export function lastWordsOf(program: Call['program'], answer: Answer, telling: RegExp): string {
  if (answer.state === 'late') return `${program} gave no answer in time`
  if (answer.state === 'cancelled') return 'cancelled by the operator'
  const said = answer.state === 'answered' ? `${answer.stderr}\n${answer.stdout}` : answer.stderr
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('hint:'))
  const line = lines.find((one) => telling.test(one)) ?? lines[0]
  const silent = answer.state === 'answered' ? `${program} ended with ${answer.exit}` : `${program} did not run`
  return printable(line ?? silent)
}

const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 300)

/** Node tells of a directory that isn't there in the words for a program that isn't. */
const notRun = (program: string, error: Error): string =>
  'code' in error && error.code === 'ENOENT'
    ? `${program} is not installed, or there is no such directory`
    : String(error)

function collected(stream: NodeJS.ReadableStream, encoding: 'utf8' | 'latin1' = 'utf8'): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MAX_BYTES) chunks.push(chunk)
    bytes += chunk.length
  })
  return () => Buffer.concat(chunks).toString(encoding)
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // it has ended by itself
  }
}
