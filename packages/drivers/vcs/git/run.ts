/**
 * The system's git, run without a shell and without a terminal, so that it can ask nobody anything.
 * May come in: arguments that this program made, paths taken literally. May not: an environment that names another
 * repository, as it does when we are started from a git hook.
 */
import { spawn } from 'node:child_process'
import { EngineError, type Limits } from '@anyblade/engine'

/** `late`, `cancelled`: it was killed; whether it did its work, only a look can tell. */
export type GitAnswer =
  | { readonly state: 'answered'; readonly exit: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: 'late' | 'cancelled'; readonly stderr: string }

/** Far more than any answer that we ask for; what is behind it is not read. */
const MAX_BYTES = 16 * 1024 * 1024
/** After SIGTERM, in which git removes its lock files. */
const GRACE_MS = 2000

/**
 * Runs git in a directory.
 * @throws EngineError `record-failed` where there is no git
 */
export async function git(dir: string, args: readonly string[], limits: Limits): Promise<GitAnswer> {
  const child = spawn('git', ['-c', 'core.quotePath=false', ...args], {
    cwd: dir,
    env: environment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a session of its own: ssh below it finds no terminal to ask for a passphrase
  })
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)]
  const end = (signal: NodeJS.Signals) => endGroup(child.pid, signal)
  let ended: 'late' | 'cancelled' | undefined
  let force: NodeJS.Timeout | undefined
  const stop = (why: 'late' | 'cancelled') => {
    if (ended !== undefined) return
    ended = why
    end('SIGTERM')
    force = setTimeout(end, GRACE_MS, 'SIGKILL')
  }
  const late = setTimeout(stop, limits.deadlineMs, 'late')
  const cancel = () => stop('cancelled')
  limits.signal.addEventListener('abort', cancel)
  if (limits.signal.aborted) cancel()
  try {
    const exit = await new Promise<number>((done, fail) => {
      child.on('error', fail)
      child.on('close', (code) => done(code ?? 128))
    })
    return ended === undefined
      ? { state: 'answered', exit, stdout: stdout.text(), stderr: stderr.text() }
      : { state: ended, stderr: stderr.text() }
  } catch (cause) {
    throw new EngineError(
      'record-failed',
      { attempted: `run git in ${dir}`, found: String(cause), hint: 'install git, and see that the directory exists' },
      { cause },
    )
  } finally {
    clearTimeout(late)
    clearTimeout(force)
    limits.signal.removeEventListener('abort', cancel)
  }
}

function collected(stream: NodeJS.ReadableStream) {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MAX_BYTES) chunks.push(chunk)
    bytes += chunk.length
  })
  return { text: () => Buffer.concat(chunks).toString('utf8') }
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // it has ended by itself
  }
}

/** Sources: git(1), "The Git Repository"; githooks(5): a hook runs with GIT_DIR and GIT_INDEX_FILE set. */
const OTHER_REPOSITORY = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
]

function environment(outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(outer).filter(([name]) => !OTHER_REPOSITORY.includes(name))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_LITERAL_PATHSPECS: '1',
  }
}

/** What git said, in one line for people. */
export const lastWords = (answer: GitAnswer): string => {
  if (answer.state === 'late') return 'no answer in time'
  if (answer.state === 'cancelled') return 'cancelled by the operator'
  const lines = `${answer.stderr}\n${answer.stdout}`.split('\n').map((line) => line.trim())
  const told = lines.filter((line) => line !== '' && !line.startsWith('hint:'))
  const first = told.find((line) => /^(fatal|error): /.test(line)) ?? told[0]
  return printable(first ?? `exit ${answer.exit}`)
}

const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, 300)
