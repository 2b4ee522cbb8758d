/**
 * 64 blades on this machine: an sshd each on an address of its own, a root of its own. Needs root and Debian's
 * openssh-server. Login is by the account's own shell, whose home is the farm's: nobody's ~/.bashrc is measured.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../packages/drivers/blade/test/ssh-server.ts'
import { nameOf } from '../documents.ts'
import { processesWith } from './cost.ts'
import { writeBlade, writeShared } from './tree.ts'

export class Farm {
  readonly directory = mkdtempSync('/tmp/ab-farm-')
  readonly sshConfig = join(this.directory, 'ssh_config')
  readonly names: readonly string[]
  #port = 0
  readonly #daemons: ChildProcess[] = []
  #controls = 0

  private constructor(blades: number) {
    this.names = Array.from({ length: blades }, (_, blade) => nameOf(blade))
  }

  static async up(blades: number): Promise<Farm> {
    const farm = new Farm(blades)
    process.once('exit', () => farm.down())
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
    try {
      await farm.#start()
    } catch (error) {
      farm.down()
      throw error
    }
    return farm
  }

  /** Where the tools of a blade lie, and what all blades share. */
  get shared(): string {
    return join(this.directory, 'shared')
  }

  /** What is put here comes before those tools. */
  get tools(): string {
    return join(this.directory, 'tools')
  }

  get port(): number {
    return this.#port
  }

  addressOf = addressOf

  root(name: string): string {
    return join(this.directory, name)
  }

  env(name: string): Record<string, string> {
    return {
      ANYBLADE_ROOT: this.root(name),
      PATH: `${this.tools}:${this.shared}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: this.directory,
    }
  }

  /** A directory for control sockets nobody has used; who opens masters there can be told by it. */
  newControls(): string {
    this.#controls += 1
    const directory = join(this.directory, `c${this.#controls}`)
    mkdirSync(directory, { mode: 0o700 })
    return directory
  }

  /** Ends the control masters of a directory; their sessions on the blades end with them. */
  leave(controls: string): void {
    for (const pid of processesWith(controls)) if (pid !== process.pid) process.kill(pid, 'SIGTERM')
  }

  /** Lines in the daemons' logs since the last call: logins and sessions of all blades together. */
  logged(): { readonly connections: number; readonly sessions: number } {
    const counted = { connections: 0, sessions: 0 }
    for (const name of this.names) {
      const file = join(this.root(name), 'sshd.log')
      const text = readFileSync(file, 'utf8')
      counted.connections += text.match(/Accepted publickey/g)?.length ?? 0
      counted.sessions += text.match(/Starting session/g)?.length ?? 0
      writeFileSync(file, '') // the daemons append
    }
    return counted
  }

  down(): void {
    this.leave(this.directory)
    for (const daemon of this.#daemons) daemon.kill('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    mkdirSync('/run/sshd', { recursive: true })
    for (const name of ['host', 'client'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.directory, name)])
    execFileSync('chmod', ['755', this.directory])
    writeShared(this.shared)
    const port = await freePort()
    this.#port = port
    writeFileSync(join(this.directory, 'known_hosts'), `farm ${readFileSync(join(this.directory, 'host.pub'), 'utf8')}`)
    writeFileSync(join(this.directory, 'hosts'), this.names.map((name) => `${name}\n`).join(''))
    writeFileSync(this.sshConfig, this.#client(port))
    for (const [at, name] of this.names.entries()) {
      mkdirSync(this.root(name))
      writeBlade(this.root(name), this.shared, at)
      const config = join(this.root(name), 'sshd_config')
      writeFileSync(config, this.#server(name, at, port))
      const log = join(this.root(name), 'sshd.log')
      this.#daemons.push(spawn('/usr/sbin/sshd', ['-D', '-E', log, '-f', config], { stdio: 'ignore' }))
    }
    for (const at of this.names.keys()) await listening(addressOf(at), port)
  }

  #client(port: number): string {
    const common = `Host *
  Port ${port}
  User root
  HostKeyAlias farm
  IdentityFile ${this.directory}/client
  IdentitiesOnly yes
  UserKnownHostsFile ${this.directory}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
`
    return this.names.map((name, at) => `Host ${name}\n  HostName ${addressOf(at)}\n`).join('') + common
  }

  #server(name: string, at: number, port: number): string {
    const env = Object.entries(this.env(name)).map(([key, value]) => `${key}=${value}`)
    return `Port ${port}
ListenAddress ${addressOf(at)}
HostKey ${this.directory}/host
PidFile ${this.root(name)}/sshd.pid
AuthorizedKeysFile ${this.directory}/client.pub
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
MaxStartups 100
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv ${env.join(' ')}
`
  }
}

/** All of 127/8 is this machine. */
const addressOf = (blade: number): string => `127.64.0.${blade + 1}`

async function listening(address: string, port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (answers) return
    await sleep(50)
  }
  throw new Error(`no sshd on ${address} within 20 s`)
}
