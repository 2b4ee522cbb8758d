/**
 * A libvirt daemon of a test's own: its sockets, state and log in a folder that goes with it. It runs as an ordinary
 * user (as `nobody` where the tests run as root), so it is a session daemon and touches nothing of the system's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  chownSync,
  constants,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { open, Session } from '../index.ts'

const NOBODY = 65534
const isRoot = process.getuid?.() === 0

/** Where the program is, undefined where it isn't installed. */
export function programPath(name: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/sbin'].map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // absent, or not for us: either way the test is left out and says so
  }
}

/** Why the tests with a real daemon are left out; false where they can run. */
export const leftOut =
  programPath('libvirtd') === undefined
    ? 'left out: no libvirtd here; install the Debian packages libvirt-daemon and libvirt-daemon-driver-qemu'
    : false

/** The same for tests that start a guest. */
export const leftOutGuests =
  leftOut || (programPath('qemu-system-x86_64') === undefined ? 'left out: no QEMU; install qemu-system-x86' : false)

/** The same for tests with two daemons, which must not have the same host name. */
export const leftOutPairs =
  leftOutGuests || (isRoot ? false : 'left out: a second host name needs root (unshare --uts)')

export type PrivateLibvirtd = {
  readonly socketPath: string
  readonly folder: string
  /** The process of a running guest's emulator. */
  readonly emulatorOf: (domain: string) => Promise<number>
  readonly stop: () => Promise<void>
}

export type Host = { readonly hostname?: string; readonly uuid?: string }

/** Starts a daemon and waits until it takes connections; with a host name it gets one of its own. */
export async function startLibvirtd(host: Host = {}): Promise<PrivateLibvirtd> {
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-'))
  writeConfiguration(folder, host)
  const child = launch(folder, host)
  const socketPath = join(folder, 'libvirt/libvirt-sock')
  const stop = async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
    killEmulators(join(folder, 'libvirt/qemu/run'))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    await accepted(socketPath, child)
  } catch (cause) {
    const log = readFileSync(join(folder, 'log'), 'utf8')
    await stop()
    throw new Error(`libvirtd did not start: ${log.slice(-2000)}`, { cause })
  }
  const emulatorOf = async (domain: string) =>
    Number(await readFile(join(folder, 'libvirt/qemu/run', `${domain}.pid`), 'utf8'))
  return { socketPath, folder, emulatorOf, stop }
}

function writeConfiguration(folder: string, host: Host): void {
  const id = host.uuid === undefined ? [] : [`host_uuid = "${host.uuid}"`]
  const lines = ['auth_unix_rw = "none"', 'auth_unix_ro = "none"', `log_outputs = "3:file:${folder}/log"`, ...id]
  writeFileSync(join(folder, 'libvirtd.conf'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'log'), '')
  mkdirSync(join(folder, 'libvirt'), { mode: 0o700 })
  writeFileSync(join(folder, 'libvirt/qemu.conf'), 'stdio_handler = "file"\n') // no virtlogd, which would outlive us
  if (isRoot) for (const name of ['', 'log', 'libvirt']) chownSync(join(folder, name), NOBODY, NOBODY)
}

function launch(folder: string, { hostname }: Host): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
  }
  const command = ['libvirtd', '-f', join(folder, 'libvirtd.conf'), '-p', join(folder, 'pid')]
  if (hostname === undefined)
    return spawn('nice', ['-n', '10', ...command], {
      env,
      stdio: 'ignore',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    })
  const named = `hostname "$1" && shift && exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups "$@"`
  const args = ['-n', '10', 'unshare', '--uts', 'sh', '-c', named, 'sh', hostname, ...command]
  return spawn('nice', args, { env: { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin` }, stdio: 'ignore' })
}

/** A guest outlives its daemon; one that a failed test left must not outlive the test. */
function killEmulators(folder: string): void {
  for (const name of globSync('*.pid', { cwd: folder })) {
    const pid = Number(readFileSync(join(folder, name), 'utf8'))
    if (name !== 'driver.pid' && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('qemu'))
      process.kill(pid, 'SIGKILL')
  }
}

async function accepted(socketPath: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + 30_000
  for (;;) {
    const socket = connect(socketPath)
    const outcome = await Promise.race([once(socket, 'connect').then(() => 'connected'), once(socket, 'error')]).catch(
      () => 'no',
    )
    socket.destroy()
    if (outcome === 'connected') return
    if (child.exitCode !== null || performance.now() > until) throw new Error(`exit code ${child.exitCode}`)
    await sleep(100)
  }
}

/** A session that is open on one of the daemon's drivers: test:///default, qemu:///session. */
export async function sessionWith(daemon: PrivateLibvirtd, uri: string): Promise<Session> {
  const socket = connect(daemon.socketPath)
  await once(socket, 'connect')
  const session = new Session(socket)
  await open(session, { uri, access: 'read-write', keepalive: { intervalMs: 5000, count: 5 } }, { deadlineMs: 20_000 })
  return session
}
