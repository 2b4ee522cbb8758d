/** Two blades between which a guest moves: libvirtds, the guest's process, the unit's log, and roles of the writer. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writer } from '../index.ts'
import { type Disk, FixtureBlade, STAND_IN } from './fixture.ts'
import { LiveLibvirtd, PAUSED, RUNNING, SUSPENDED_FOR_MOVE } from './live-libvirtd.ts'
import { type Lun, RESERVING } from './reserving-lun.ts'
import { TRANSFER } from './transfer.ts'

export const FOLDER = '/unit'
const URI = 'qemu+ssh://b/system'
/** As whoever asks the source is told it. */
export const WAY = [URI, '-', JSON.stringify(TRANSFER)] as const
export const NAA = '600140500000000000000000000000a1'
export const WWID = `3${NAA}`
/** The destination's key and the source's, and a LUN that is reserved for both. */
export const OURS = 'a1b2000200000004'
const THEIRS = 'a1b2000100000003'
export const KEYS = `ldap:${OURS}:${THEIRS}`
export const RESERVED: Lun = { nexuses: { sda: OURS, sdb: OURS, other: THEIRS }, type: 7 }
const LIMIT_MS = 60_000

type Ended = { readonly exit: number; readonly stdout: string; readonly stderr: string }

/** Two blades, each with a libvirtd, and the process of the guest; `ssh` between them is what the test says. */
export function blades(t: TestContext, was: readonly [number, number] = RUNNING) {
  const UUID = randomUUID() // the guest's process is found by it among all of this machine
  const home = mkdtempSync(join(tmpdir(), 'anyblade-'))
  const root = (name: string) => join(home, name)
  for (const name of ['a', 'b']) mkdirSync(join(root(name), 'run/libvirt'), { recursive: true })
  mkdirSync(join(root('b'), FOLDER))
  const a = new LiveLibvirtd(join(root('a'), 'run/libvirt/libvirt-sock'), UUID, was)
  const b = new LiveLibvirtd(join(root('b'), 'run/libvirt/libvirt-sock'), UUID, undefined)
  const ssh = (script: string) => {
    mkdirSync(join(home, 'bin'), { recursive: true })
    writeFileSync(join(home, 'bin/ssh'), `#!/bin/sh\nfor command; do :; done\n${script}\n`, { mode: 0o755 })
  }
  ssh('exec sh -c "$command"')
  const guest = spawn('python3', ['-c', 'import time; time.sleep(600)', '-uuid', UUID], {
    detached: true,
    env: { ...process.env, ANYBLADE_ROOT: home },
  })
  const children = new Set<ChildProcess>([guest])
  let last: ChildProcess | undefined
  const run = (name: 'a' | 'b', ...words: string[]): Promise<Ended> => {
    const env = {
      ...process.env,
      PATH: `${join(home, 'bin')}:${process.env.PATH}`,
      ANYBLADE_ROOT: root(name),
      PYTHONPATH: join(root(name), 'python'),
    }
    const child = spawn('python3', ['-c', writer.text, ...words], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    last = child
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (text) => (stdout += text))
    child.stderr.on('data', (text) => (stderr += text))
    return new Promise((resolve) =>
      child.on('exit', (code) => sleep(50).then(() => resolve({ exit: code ?? 137, stdout, stderr }))),
    )
  }
  t.after(() => {
    for (const child of children) endGroup(child, home)
    a.close()
    b.close()
    rmSync(home, { recursive: true, force: true })
  })
  const log = () => {
    const file = join(root('b'), FOLDER, 'log')
    return existsSync(file)
      ? readFileSync(file, 'utf8')
          .replace(/^[\d.]+ /gm, '')
          .trim()
          .split('\n')
      : []
  }
  return {
    a,
    b,
    /** `T` stands still, `S` goes on, undefined has ended. */
    guest: () =>
      (guest.exitCode ?? guest.signalCode) === null
        ? readFileSync(`/proc/${guest.pid}/stat`, 'utf8').split(') ')[1]?.[0]
        : undefined,
    ssh,
    log,
    says: (line: string) => until(line, () => log().includes(line)),
    /** Starts the unit and waits until it is ready. */
    unit: async (pace = 'running', ...words: readonly string[]) => {
      void run('b', 'destination', UUID, 'ldap', FOLDER, '50', pace, ...words)
      await until('the unit is ready', () => log().includes('ready'))
    },
    endGuest: () => endGroup(guest, home),
    killSource: () => endGroup(last ?? guest, home),
    source: (transfer: object = TRANSFER) =>
      run('a', 'source', UUID, 'ldap', URI, '-', 'b', join(root('b'), FOLDER), '50', JSON.stringify(transfer)),
    /** The map `ldap` at the destination, with a path to each of these LUNs. */
    paths: (...luns: readonly string[]) => {
      const at = new FixtureBlade(root('b'))
      const hctls = luns.map((_, i) => `2:0:${i}:1`)
      const names = luns.map((naa, i) => at.device(hctls[i] ?? '', { naa, gib: 1 }))
      at.map('dm-0', 'ldap', `mpath-${WWID}`, names)
      mkdirSync(join(root('b'), 'python'))
      writeFileSync(join(root('b'), 'python/sitecustomize.py'), STAND_IN)
      return (path: number, disk: Disk) => at.becomes(hctls[path] ?? '', disk)
    },
    /** The map `ldap` at the destination, with the paths sda and sdb to a LUN that is reserved. @returns who is registered */
    reserved: (lun: Lun) => {
      const at = new FixtureBlade(root('b'))
      const names = ['2:0:1:1', '2:0:2:1'].map((hctl) => at.device(hctl, { naa: NAA, gib: 1 }))
      at.map('dm-0', 'ldap', `mpath-${WWID}`, names)
      for (const name of names) at.write(`dev/${name}`, '')
      at.write('lun.json', JSON.stringify(lun))
      at.write('python/sitecustomize.py', RESERVING)
      return (): string[] => Object.values(JSON.parse(readFileSync(join(root('b'), 'lun.json'), 'utf8')).nexuses)
    },
    /** Roles whose arguments begin with the domain. */
    at: (name: 'a' | 'b', role: string, ...words: string[]) => run(name, role, UUID, 'ldap', ...words),
  }
}

/** A process and what it has started, which may outlive it; its number may be another's by then, who is not of `home`. */
function endGroup({ pid }: ChildProcess, home: string): void {
  try {
    if (pid !== undefined && isOurs(pid, home)) process.kill(-pid, 'SIGKILL')
  } catch {
    // all of them have ended
  }
}

/** One of the group has an environment that names this test's own directory. */
const isOurs = (group: number, home: string): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((name) => groupOf(name) === group && readFileSync(`/proc/${name}/environ`, 'latin1').includes(home))

function groupOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2])
  } catch {
    return undefined // it has ended meanwhile
  }
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + LIMIT_MS
  while (!holds()) {
    assert.ok(Date.now() < end, `never: ${what}`)
    await sleep(20)
  }
}

/** The destination has all of the guest, and stands still as it was told to. */
export function land({ b }: { readonly b: LiveLibvirtd }): void {
  b.happens(PAUSED, 2, 1)
  b.happens(PAUSED, 3, 0)
}

/** A move whose connection breaks at its landing: the source has gone on by then; `after`: what came of that. */
export async function goesOn(it: ReturnType<typeof blades>, after = () => {}): Promise<string> {
  it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
  it.a.happens(RUNNING, 4, 1)
  after()
  land(it)
  await it.says('given back')
  return 'client socket is closed'
}
