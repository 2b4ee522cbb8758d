/**
 * Two blades on this machine: network, mount and process namespaces with a real libvirtd, sshd and QEMU each, a cable
 * between them that can be cut, and one disk that both reach. No reservation: nothing but the programs under test keeps
 * the guest from running twice. Needs root; see `leftOut`.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { COUNTING_SECTOR, type Count, countIn } from './counting-guest.ts'

export const UUID = '6b2e0000-0000-4000-8000-000000000001'
export const VM = 'vm1'
const PROGRAMS = ['libvirtd', 'qemu-system-x86_64', 'sshd', 'losetup', 'unshare', 'nsenter', 'ip', 'virt-ssh-helper']
const A_BLADE = new URL('a-blade.sh', import.meta.url).pathname
const ADDRESSES = { a: '10.77.0.1', b: '10.77.0.2' } as const
const MACS = { a: '02:00:00:77:00:01', b: '02:00:00:77:00:02' } as const
/** By the second cable. */
export const SECOND_ADDRESSES = { a: '10.78.0.1', b: '10.78.0.2' } as const
export const SECOND_ADDRESSES_V6 = { a: 'fd00:78::1', b: 'fd00:78::2' } as const
export const HAS_IPV6 = existsSync('/proc/net/if_inet6')
const NOWHERE = '02:00:00:77:00:ff'
const EMPTY = Buffer.alloc((1 << 20) - 512)
const XML = `<domain type='qemu'><name>${VM}</name><uuid>${UUID}</uuid><memory unit='MiB'>32</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu><on_crash>destroy</on_crash>
<devices><controller type='usb' model='none'/><memballoon model='none'/><disk type='block' device='disk'>
<driver name='qemu' type='raw' cache='none'/><source dev='/run/disk'/><target dev='vda' bus='virtio'/></disk></devices></domain>`

export type Side = keyof typeof ADDRESSES
export type Ended = { readonly exit: number; readonly stdout: string; readonly stderr: string }
/** A process on a blade; `kill` ends it and what it has started there. */
export type Running = {
  readonly ended: Promise<Ended>
  readonly said: () => string
  readonly isOver: () => boolean
  readonly kill: () => void
}

/** Why tests with two blades are left out here; false where they can run. */
export const leftOut = ((): string | false => {
  if (process.getuid?.() !== 0) return 'left out: two blades of namespaces need root'
  const missing = PROGRAMS.filter((name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status !== 0)
  if (missing.length > 0) return `left out: no ${missing.join(', ')} here`
  if (!existsSync('/dev/loop-control')) return 'left out: no loop devices here'
  const tried = spawnSync('unshare', ['-m', '-u', '-i', '-n', '-p', '--fork', 'ip', 'link', 'show', 'lo'])
  return tried.status === 0 ? false : 'left out: namespaces are not to be had here'
})()

export class TwoBlades {
  readonly folder: string
  readonly #loop: string
  readonly #inits: Readonly<Record<Side, number>>
  readonly #children: Set<ChildProcess>

  static async up(): Promise<TwoBlades> {
    const folder = mkdtempSync(join(tmpdir(), 'anyblade-two-'))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')])
    const hosts = Object.entries(ADDRESSES).map(([side, address]) => `${address} blade-${side}\n`)
    writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n${hosts.join('')}`)
    writeFileSync(join(folder, 'disk.img'), Buffer.concat([COUNTING_SECTOR, EMPTY]))
    const loop = execFileSync('losetup', ['--show', '-f', join(folder, 'disk.img')], { encoding: 'utf8' }).trim()
    const children = new Set<ChildProcess>()
    const it = new TwoBlades(
      folder,
      loop,
      { a: begin(folder, 'a', loop, children), b: begin(folder, 'b', loop, children) },
      children,
    )
    try {
      await it.#ready()
    } catch (error) {
      await it.down()
      throw error
    }
    return it
  }

  private constructor(
    folder: string,
    loop: string,
    inits: Readonly<Record<Side, number>>,
    children: Set<ChildProcess>,
  ) {
    this.folder = folder
    this.#loop = loop
    this.#inits = inits
    this.#children = children
  }

  async #ready(): Promise<void> {
    const end = (side: Side) => ['name', 'eth0', 'address', MACS[side], 'netns', String(this.#inits[side])]
    execFileSync('ip', ['link', 'add', ...end('a'), 'type', 'veth', 'peer', ...end('b')])
    for (const side of ['a', 'b'] as const) {
      const up = join(this.folder, `blade-${side}.up`)
      await until(`blade ${side} is up`, () => existsSync(up), 60_000)
      this.heal(side)
    }
    await this.done('a', 'cat >/run/vm.xml', XML)
  }

  async down(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL') // with a namespace's first process all of it goes
    await sleep(200)
    spawnSync('losetup', ['-d', this.#loop])
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** `sh -c script` on a blade. */
  run(side: Side, script: string, args: readonly string[] = [], stdin = ''): Running {
    const where = ['-t', String(this.#inits[side]), '-m', '-u', '-i', '-n', '-p']
    const child = spawn('nsenter', [...where, 'setsid', '-w', 'sh', '-c', script, 'sh', ...args], {
      stdio: 'pipe',
      detached: true,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (text) => (stdout += text))
    child.stderr.on('data', (text) => (stderr += text))
    child.stdin.on('error', () => {}) // who does not read it may end first
    child.stdin.end(stdin)
    const ended = new Promise<Ended>((resolve) =>
      child.on('exit', (code) => sleep(20).then(() => resolve({ exit: code ?? 137, stdout, stderr }))),
    )
    // What has ended may have given its number to a process that is none of ours.
    const isOver = () => child.exitCode !== null || child.signalCode !== null
    return { ended, said: () => stdout + stderr, isOver, kill: () => void (isOver() || killTree(child.pid ?? 0)) }
  }

  async done(side: Side, script: string, stdin = ''): Promise<string> {
    const { exit, stdout, stderr } = await this.run(side, script, [], stdin).ended
    if (exit !== 0) throw new Error(`${script}: ${stderr}`)
    return stdout.trim()
  }

  /** As virsh says it: `running (unpaused)`, or `absent`. */
  async state(side: Side): Promise<string> {
    const { stdout, stderr } = await this.run(side, `virsh -q domstate --reason ${VM}`).ended
    return /failed to get domain/.test(stderr) ? 'absent' : stdout.trim()
  }

  /** As `systemctl restart libvirtd` does: its guests go on. */
  async restartLibvirt(side: Side): Promise<void> {
    await this.done(
      side,
      `kill $(cat /run/libvirtd.pid); while [ -e /run/libvirtd.pid ]; do sleep 0.1; done
      libvirtd -d -f /etc/libvirt/libvirtd.conf -p /run/libvirtd.pid; until virsh -q uri >/dev/null 2>&1; do sleep 0.1; done`,
    )
  }

  /** What the guest has written last, as the disk has it. */
  count = (): Count => countIn(readFileSync(join(this.folder, 'disk.img')))

  /** From here on nothing that one blade sends is heard by the other, and nobody is told. */
  cut = (): void => this.#toldAbout(() => NOWHERE)
  /** A disk that has nothing on it but the guest's program; the counting one where none is named. */
  erase = (sector: Buffer = COUNTING_SECTOR): void =>
    writeFileSync(join(this.folder, 'disk.img'), Buffer.concat([sector, EMPTY]))

  /** A second cable between them; no name leads to its addresses, and neither sshd nor libvirt's own connection uses it. */
  secondCable(): void {
    const end = (side: Side) => ['name', 'eth1', 'netns', String(this.#inits[side])]
    execFileSync('ip', ['link', 'add', ...end('a'), 'type', 'veth', 'peer', ...end('b')])
    for (const side of ['a', 'b'] as const) {
      const ip = (...words: string[]) =>
        execFileSync('nsenter', ['-t', String(this.#inits[side]), '-n', 'ip', ...words, 'dev', 'eth1'])
      ip('addr', 'add', `${SECOND_ADDRESSES[side]}/24`)
      if (HAS_IPV6) ip('addr', 'add', `${SECOND_ADDRESSES_V6[side]}/64`, 'nodad')
      ip('link', 'set', 'up')
    }
  }

  /** What has come to a blade by a cable. */
  bytesIn = async (side: Side, device: 'eth0' | 'eth1'): Promise<number> =>
    Number(await this.done(side, `cat /sys/class/net/${device}/statistics/rx_bytes`))

  /** A blade's file, as this machine names it. */
  fileOf = (side: Side, path: string): string => `/proc/${this.#inits[side]}/root${path}`

  /** Both again, or one. */
  heal = (only?: Side): void => this.#toldAbout((peer) => MACS[peer], only)

  #toldAbout(mac: (peer: Side) => string, only?: Side): void {
    for (const [side, peer] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      if (only !== undefined && only !== side) continue
      const words = ['neigh', 'replace', ADDRESSES[peer], 'lladdr', mac(peer), 'dev', 'eth0', 'nud', 'permanent']
      execFileSync('nsenter', ['-t', String(this.#inits[side]), '-n', 'ip', ...words])
    }
  }
}

/** @returns the first process of its namespaces, as this machine numbers it */
function begin(folder: string, side: Side, loop: string, children: Set<ChildProcess>): number {
  const { rdev } = statSync(loop)
  const disk = `${rdev >> 8}:${rdev & 255}`
  const uuid = `${side.repeat(8)}-0000-4000-8000-000000000001`
  const own = ['-m', '-u', '-i', '-n', '-p', '--fork', '--kill-child', '--mount-proc']
  const args = [...own, 'sh', A_BLADE, folder, `blade-${side}`, uuid, ADDRESSES[side], disk]
  const child = spawn('unshare', args, { stdio: 'ignore' })
  children.add(child)
  const until = performance.now() + 5000
  while (performance.now() < until) {
    const [first] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ')
    if (first) return Number(first)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
  throw new Error(`the namespaces of blade ${side} did not come`)
}

function killTree(pid: number): void {
  const below = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout.split('\n')
  for (const child of below) if (child.trim() !== '') killTree(Number(child))
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`did not come within ${withinMs / 1000} s: ${what}`)
    await sleep(50)
  }
}
