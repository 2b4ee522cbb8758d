/**
 * A fleet's history in git: the system's git, without a shell, each call with a deadline.
 * May come in: a directory that is a fleet. May not: a question to the operator; credentials are agents' business.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type DocumentChange,
  EngineError,
  type Limits,
  type Outcome,
  type RecordDocuments,
  type Recorder,
  type Rendered,
} from '@anyblade/engine'
import { changedText } from '../documents/change.ts'

type Git = { readonly exit: number; readonly stdout: string; readonly stderr: string }

const LOCAL_MS = 20_000
const REMOTE_MS = 20_000
const MAX_BYTES = 16 * 1024 * 1024

function git(dir: string, args: readonly string[], deadlineMs = LOCAL_MS): Promise<Git> {
  const env = {
    ...process.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
  }
  const options = {
    cwd: dir,
    env,
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_BYTES,
    encoding: 'utf8',
  } as const
  return new Promise((resolve) => {
    execFile('git', args, options, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : 255
      const missing = error !== null && error.code === 'ENOENT' ? 'git is not installed' : ''
      const late = error?.killed === true ? `no answer within ${deadlineMs / 1000} s` : ''
      resolve({ exit, stdout, stderr: [stderr.trim(), missing, late].filter((text) => text !== '').join('; ') })
    })
  })
}

async function must(dir: string, ...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await git(dir, args)
  if (exit === 0) return stdout.trim()
  throw new EngineError('record-failed', {
    attempted: `git ${args[0]} in ${dir}`,
    found: stderr || stdout.trim() || `exit ${exit}`,
    hint: 'the fleet’s directory must be a git repository that this account may write',
  })
}

/** The commit that the documents are. @throws EngineError `record-failed` outside a repository with a commit */
export const headOf = (dir: string): Promise<string> => must(dir, 'rev-parse', '--verify', 'HEAD')

/** Makes a repository where the directory is in none. */
export async function initRepository(dir: string): Promise<void> {
  if ((await git(dir, ['rev-parse', '--git-dir'])).exit !== 0) await must(dir, 'init', '-q', '-b', 'main')
}

/** Commits these files. @returns the commit */
export async function commitAll(dir: string, files: readonly string[], message: string): Promise<string> {
  await must(dir, 'add', '--', ...files)
  await must(dir, ...(await identity(dir)), 'commit', '-q', '-m', message, '--', ...files)
  return headOf(dir)
}

/** The operator's own identity; the account's where git knows none. */
async function identity(dir: string): Promise<string[]> {
  if ((await git(dir, ['var', 'GIT_COMMITTER_IDENT'])).exit === 0) return []
  const { username } = userInfo()
  return ['-c', `user.name=${username}`, '-c', `user.email=${username}@${hostname()}`]
}

export class GitRecorder implements Recorder {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  async ready(commit: string): Promise<Outcome> {
    const head = await headOf(this.#dir)
    if (head !== commit) return refused(`the documents have moved on from ${commit.slice(0, 7)} to ${head.slice(0, 7)}`)
    const { stdout } = await git(this.#dir, ['status', '--porcelain', '--untracked-files=no', '--', '.'])
    const changed = stdout.split('\n').filter((line) => line !== '')
    if (changed.length > 0)
      return refused(`the fleet has changes that are not committed: ${changed.slice(0, 5).join(', ')}`)
    return this.#upToDate()
  }

  /** A clone that is known to be behind is refused; one whose remote can't be reached is not. */
  async #upToDate(): Promise<Outcome> {
    const upstream = await git(this.#dir, ['rev-parse', '--abbrev-ref', '@{upstream}'])
    if (upstream.exit !== 0) return done([])
    const fetched = await git(this.#dir, ['fetch', '--quiet'], REMOTE_MS)
    const behind = Number((await git(this.#dir, ['rev-list', '--count', 'HEAD..@{upstream}'])).stdout.trim())
    if (behind > 0)
      return refused(`this clone is ${behind} commits behind ${upstream.stdout.trim()}: git pull --ff-only`)
    return done(fetched.exit === 0 ? [] : [`the remote was not reached: ${fetched.stderr}`])
  }

  async record(action: RecordDocuments, rendered: readonly Rendered[], _limits: Limits): Promise<Outcome> {
    const files = [
      ...action.changes.map((change) => this.#change(change)),
      ...rendered.flatMap((of) => this.#render(of)),
    ]
    await must(this.#dir, 'add', '--all', '--', ...new Set(files))
    const { exit } = await git(this.#dir, ['diff', '--cached', '--quiet', '--', ...files])
    if (exit === 0) return done([`${(await headOf(this.#dir)).slice(0, 7)} holds it already`])
    await must(this.#dir, ...(await identity(this.#dir)), 'commit', '-q', '-m', action.message, '--', ...files)
    const head = await headOf(this.#dir)
    const evidence = [`${head.slice(0, 7)} "${action.message}"`]
    const upstream = await git(this.#dir, ['rev-parse', '--abbrev-ref', '@{upstream}'])
    if (upstream.exit !== 0) return done(evidence)
    const pushed = await git(this.#dir, ['push', '--quiet'], REMOTE_MS)
    return done(
      pushed.exit === 0
        ? [...evidence, `pushed to ${upstream.stdout.trim()}`]
        : [...evidence, `not pushed: ${pushed.stderr}`],
    )
  }

  #change(change: DocumentChange): string {
    this.#write(change.document, changedText(this.#read(change.document), change))
    return change.document
  }

  /** What is deployed on a blade, at its own path under rendered/BLADE. */
  #render({ blade, files }: Rendered): string[] {
    const root = `rendered/${blade.name}/etc`
    rmSync(join(this.#dir, root), { recursive: true, force: true })
    const main = files.main === undefined ? [] : [{ file: `${root}/multipath.conf`, bytes: files.main }]
    const dropIns = files.dropIns.map(({ name, bytes }) => ({ file: `${root}/multipath/conf.d/${name}`, bytes }))
    for (const { file, bytes } of [...main, ...dropIns]) this.#write(file, bytes)
    return main.length + dropIns.length === 0 ? [] : [`rendered/${blade.name}`]
  }

  #read(file: string): string | undefined {
    try {
      return readFileSync(join(this.#dir, file), 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  /** Whole or not at all: a reader never sees half a document. */
  #write(file: string, content: string | Uint8Array): void {
    const path = join(this.#dir, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, content)
    renameSync(`${path}.new`, path)
  }
}

const done = (lines: readonly string[]): Outcome => ({ state: 'done', evidence: { lines } })
const refused = (because: string): Outcome => ({ state: 'failed', because, evidence: { lines: [] } })
