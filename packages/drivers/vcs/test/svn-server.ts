/** A real svnserve on 127.0.0.1, in the foreground of a process of ours, and the svn of an operator. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Only who has a name can lock a file. */
export const ANN = ['--username', 'ann', '--password', 'secret', '--no-auth-cache'] as const

export class SvnServer {
  readonly #root: string
  #process: ChildProcess | undefined
  #port = 0

  constructor(root: string) {
    this.#root = root
    mkdirSync(root, { recursive: true })
  }

  /** A new repository that anybody may write to. @returns its URL */
  async repository(name: string): Promise<string> {
    const dir = join(this.#root, name)
    execFileSync('svnadmin', ['create', dir])
    writeFileSync(
      join(dir, 'conf/svnserve.conf'),
      '[general]\nanon-access = write\npassword-db = passwd\nauth-access = write\n',
    )
    writeFileSync(join(dir, 'conf/passwd'), '[users]\nann = secret\n')
    await this.#started()
    return `svn://127.0.0.1:${this.#port}/${name}`
  }

  checkout(url: string, dir: string): void {
    this.svn('checkout', '-q', url, dir)
  }

  svn(...args: readonly string[]): string {
    return execFileSync('svn', ['--non-interactive', ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
  }

  /** As an svn that was killed leaves it. Source: wc.db, table WC_LOCK */
  lockWorkingCopy(dir: string): void {
    const lock =
      'import sqlite3,sys\ndb=sqlite3.connect(sys.argv[1]);db.execute("insert into WC_LOCK values (1,\'\',-1)");db.commit()'
    execFileSync('python3', ['-c', lock, join(dir, '.svn/wc.db')])
  }

  stop(): void {
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  async #started(): Promise<void> {
    if (this.#process !== undefined) return
    this.#port = await freePort()
    const where = ['--listen-host', '127.0.0.1', '--listen-port', String(this.#port), '--root', this.#root]
    this.#process = spawn('svnserve', ['--daemon', '--foreground', ...where], { stdio: 'ignore' })
    for (let tries = 0; tries < 100 && !(await answers(this.#port)); tries += 1) await sleep(50)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
