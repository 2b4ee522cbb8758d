/**
 * How the nodes are reached: an OpenSSH client configuration that anybody may use (`ssh -F`), and running a script.
 * May come in: ports, keys, scripts. May not: an unknown host key, a command without a deadline on both sides.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from './errors.ts'
import { type Output, program } from './program.ts'
import { quoted } from './qemu.ts'

export type Reachable = { readonly name: string; readonly port: number }

export const sshConfigFile = (folder: string): string => join(folder, 'ssh_config')

/** Host keys are known beforehand, from the image; sessions that hang are noticed within 15 s. */
export function sshConfig(nodes: readonly Reachable[], identity: string, knownHosts: string): string {
  const hosts = nodes.map(({ name, port }) =>
    [`Host ${name}`, `  Port ${port}`, `  HostKeyAlias ${name}`, ''].join('\n'),
  )
  const common = [
    'Host *',
    '  HostName 127.0.0.1',
    '  User root',
    `  IdentityFile "${identity}"`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile "${knownHosts}"`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '  ConnectTimeout 10',
    '  ServerAliveInterval 5',
    '  ServerAliveCountMax 3',
    '  LogLevel ERROR',
    '',
  ]
  return [...hosts, ...common].join('\n')
}

const controlPath = (runtime: string, node: string): string => join(runtime, `cm.${node}`)

/** What the lab itself adds: one connection a node for all commands. */
function connection(runtime: string, node: string): string[] {
  return ['-o', 'ControlMaster=auto', '-o', `ControlPath=${controlPath(runtime, node)}`, '-o', 'ControlPersist=120']
}

export type Where = { readonly folder: string; readonly runtime: string; readonly node: string }
export type ScriptOptions = { readonly deadlineMs?: number }

const usualDeadlineMs = 60_000

/**
 * Runs POSIX sh on a node, as root. `args` arrive as $1, $2 …; the script reads nothing.
 * @throws LabError `deadline`; a node that can't be reached is exit 255, as ssh says it
 */
export function runScript(
  where: Where,
  script: string,
  args: readonly string[] = [],
  options: ScriptOptions = {},
): Promise<Output> {
  const deadlineMs = options.deadlineMs ?? usualDeadlineMs
  const seconds = String(Math.ceil(deadlineMs / 1000))
  const remote = ['timeout', '-k', '5', seconds, 'sh', '-c', script, 'sh', ...args].map(quoted).join(' ')
  const ssh = ['-F', sshConfigFile(where.folder), ...connection(where.runtime, where.node), where.node, remote]
  return program('ssh', ssh, { deadlineMs: deadlineMs + 10_000 })
}

/** As `runScript`, but any exit code except 0 is an error. @throws LabError `node-failed` */
export async function mustRunScript(
  where: Where,
  script: string,
  args: readonly string[] = [],
  options: ScriptOptions = {},
): Promise<string> {
  const output = await runScript(where, script, args, options)
  if (output.exit === 0) return output.stdout
  throw new LabError('node-failed', {
    attempted: `run on ${where.node}: ${script.trim().split('\n')[0]?.slice(0, 100)}`,
    found: `exit ${output.exit}: ${output.stderr.trim() || output.stdout.trim().slice(-300)}`,
    hint: `lab ssh ${where.node}; lab console ${where.node}`,
  })
}

/**
 * Forgets the connection to a node that is switched off or set back: the next command would hang on it. The process
 * that holds it ends by itself, for QEMU closes its end.
 */
export function dropConnection({ runtime, node }: Where): void {
  rmSync(controlPath(runtime, node), { force: true })
}

/** A shell or a command on the terminal of this process; gives its exit code. */
export function interactiveSsh(folder: string, node: string, command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', sshConfigFile(folder), node, ...command], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
