/**
 * A real OpenSSH server on 127.0.0.1 for the tests: a free port, keys and configuration in a directory of its own, and
 * one behaviour a server (what its login shell prints, or does not). Needs root and Debian's openssh-server.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BladeConnections } from '../connections.ts'

export type SshServer = {
  readonly directory: string
  readonly port: number
  /** A client configuration in which `blade` is this server; `user`: log in as somebody else than root. */
  sshConfig(user?: string): string
  /** Connections by the client configuration of a user, or by another file. */
  connections(userOrConfig?: string): BladeConnections
  stop(): void
}

/** Why these tests can't run here, or false. */
export const noSshd: string | false =
  userInfo().uid !== 0 ? 'needs root' : existsSync('/usr/sbin/sshd') ? false : 'needs Debian package openssh-server'

/** `login`: POSIX sh that runs in place of the login shell's start; it ends with `run` where a shell is to follow. */
export async function sshServer(login = 'run', extra: readonly string[] = []): Promise<SshServer> {
  const directory = mkdtempSync('/tmp/ab-sshd-')
  mkdirSync('/run/sshd', { recursive: true })
  for (const name of ['host', 'client'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, name)])
  const script = join(directory, 'login')
  writeFileSync(script, `#!/bin/sh\nrun() { exec sh -c "$SSH_ORIGINAL_COMMAND"; }\n${login}\n`, { mode: 0o755 })
  execFileSync('chmod', ['755', directory])
  const port = await freePort()
  writeFileSync(join(directory, 'sshd_config'), serverConfig(directory, port, script, extra))
  const daemon = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(directory, 'sshd_config')], { stdio: 'ignore' })
  await listening(port, daemon)
  const opened: BladeConnections[] = []
  const server: SshServer = {
    directory,
    port,
    sshConfig: (user = 'root') => clientConfig(directory, port, user),
    connections(userOrConfig) {
      const sshConfig = userOrConfig?.startsWith('/') ? userOrConfig : this.sshConfig(userOrConfig)
      const made = new BladeConnections({ sshConfig, controlDirectory: directory })
      opened.push(made)
      return made
    },
    stop() {
      for (const connections of opened) connections.close()
      leaveMasters(directory)
      daemon.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return server
}

function serverConfig(directory: string, port: number, script: string, extra: readonly string[]): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${directory}/host`,
    `PidFile ${directory}/sshd.pid`,
    `AuthorizedKeysFile ${directory}/client.pub`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'MaxStartups 100',
    `ForceCommand ${script}`,
    // bash reads ~/.bashrc for sshd too: what an account has in there is not under test, and may cost seconds
    `SetEnv HOME=${directory}`,
    ...extra,
    '',
  ].join('\n')
}

function clientConfig(directory: string, port: number, user: string): string {
  const known = join(directory, 'known_hosts')
  if (!existsSync(known))
    writeFileSync(known, `[127.0.0.1]:${port} ${readFileSync(join(directory, 'host.pub'), 'utf8')}`)
  const file = join(directory, `config.${user}`)
  const options = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${directory}/client`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${known}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
  ]
  writeFileSync(file, `Host blade\n  ${options.join('\n  ')}\n`)
  return file
}

/** A master calls itself `ssh: <its socket> [mux]`. */
function leaveMasters(directory: string): void {
  try {
    execFileSync('pkill', ['-f', `^ssh: ${directory}/`])
  } catch {
    // there was none
  }
}

async function listening(port: number, daemon: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (daemon.exitCode !== null) throw new Error(`sshd ended with ${daemon.exitCode}`)
    const response = await fetch(`http://127.0.0.1:${port}`).catch((error: Error) => String(error.cause))
    if (typeof response !== 'string' || !response.includes('ECONNREFUSED')) return
    await sleep(25)
  }
  throw new Error('sshd did not listen within 5 s')
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Limits for a call that is expected to end well before. */
export const within = (deadlineMs: number) => ({ limits: { deadlineMs, signal: new AbortController().signal } })
