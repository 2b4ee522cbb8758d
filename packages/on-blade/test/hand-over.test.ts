/** The unit at the destination and its partner at the source, between two libvirtds, at moments that decide. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writer } from '../index.ts'
import { type Disk, FixtureBlade, STAND_IN } from './fixture.ts'
import { LiveLibvirtd, PAUSED, PAUSED_BY_ERROR, RUNNING, SUSPENDED_FOR_MOVE } from './live-libvirtd.ts'

const OTHER = '6b2e0000-0000-4000-8000-000000000002'
const FOLDER = '/unit'
const NAA = '600140500000000000000000000000a1'
const ANOTHER = '600140500000000000000000000000ff'
const WWID = `3${NAA}`
const DISK = `ldap=${WWID}`
const LIMIT_MS = 60_000

type Ended = { readonly exit: number; readonly stdout: string; readonly stderr: string }

/** Two blades, each with a libvirtd, and the process of the guest; `ssh` between them is what the test says. */
function blades(t: TestContext, was: readonly [number, number] = RUNNING) {
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
    source: () => run('a', 'source', UUID, 'ldap', 'qemu+ssh://b/system', 'b', join(root('b'), FOLDER), '50'),
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

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + LIMIT_MS
  while (!holds()) {
    assert.ok(Date.now() < end, `never: ${what}`)
    await sleep(20)
  }
}

/** The destination has all of the guest, and stands still as it was told to. */
function land({ b }: { readonly b: LiveLibvirtd }): void {
  b.happens(PAUSED, 2, 1)
  b.happens(PAUSED, 3, 0)
}

/** A move whose connection breaks at its landing: the source has gone on by then; `after`: what came of that. */
async function goesOn(it: ReturnType<typeof blades>, after = () => {}): Promise<string> {
  it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
  it.a.happens(RUNNING, 4, 1)
  after()
  land(it)
  await it.says('given back')
  return 'client socket is closed'
}

describe('hand-over', { concurrency: 4 }, () => {
  test('the source stands still: it goes on at the destination, and is gone from the source', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      await it.says('taken')
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0, stdout)
    assert.match(stdout, /^answer taken$/m)
    assert.match(stdout, /^paused for at most \d+ ms$/m)
    assert.deepEqual([it.b.calls, it.b.state, it.a.state], [['resume'], RUNNING, undefined])
  })

  test('a path of its disk has become another LUN: it is held, and goes on once that is mended', async (t) => {
    const it = blades(t)
    const becomes = it.paths(NAA, NAA)
    await it.unit('running', DISK)
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      becomes(1, { naa: ANOTHER, gib: 1 })
      land(it)
      await until('it is held', () => it.log().some((line) => line.startsWith('held')))
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    const moved = await it.source()
    assert.match(moved.stdout, /^answer unsettled$/m)
    assert.match(it.log().join(), /held: ldap: sdb is another LUN: 3.*ff, not /)
    const take = () => it.at('b', 'take', FOLDER, 'running', 'gone', DISK)
    assert.match((await take()).stderr, /sdb is another LUN/)
    assert.deepEqual([it.b.calls, it.b.state], [[], PAUSED])
    becomes(1, { naa: NAA, gib: 1 })
    const taken = await take()
    assert.equal(taken.exit, 0, taken.stderr)
    assert.deepEqual([it.b.calls, it.b.state], [['resume'], RUNNING])
  })

  const looks: readonly (readonly [string, Disk, number, RegExp])[] = [
    ['both the right one', { naa: NAA, gib: 1 }, 0, /^ldap is 3/],
    ['one of them down', { naa: NAA, gib: 1, mood: 'gone' }, 0, /^ldap is 3/],
    ['one of them another', { naa: ANOTHER, gib: 1 }, 1, /sdb is another LUN/],
  ]
  for (const [what, second, exit, told] of looks)
    test(`the last look at a disk, ${what}: exit ${exit}`, async (t) => {
      const it = blades(t)
      it.paths(NAA, NAA)(1, second)
      const ran = await it.at('b', 'prove-disks', DISK)
      assert.equal(ran.exit, exit, ran.stderr)
      assert.match(ran.stdout + ran.stderr, told)
    })

  test('the last look at a disk of which no path answers, or whose map is another one, proves nothing', async (t) => {
    const it = blades(t)
    it.paths(NAA)(0, { naa: NAA, gib: 1, mood: 'gone' })
    assert.match((await it.at('b', 'prove-disks', DISK)).stderr, /no path of it says which LUN it is/)
    assert.match((await it.at('b', 'prove-disks', `ldap=3${ANOTHER}`)).stderr, /ldap is mpath-3.*a1, not 3.*ff/)
    assert.match((await it.at('b', 'prove-disks', `mail=${WWID}`)).stderr, /mail is not there/)
  })

  test('a VM that was paused stays paused, at the destination', async (t) => {
    const it = blades(t, PAUSED)
    await it.unit('paused')
    it.a.move = async () => {
      land(it)
      await it.says('taken')
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    assert.equal((await it.source()).exit, 0)
    assert.deepEqual([it.b.calls, it.b.state], [[], PAUSED])
  })

  test('the source went on before it was asked: the copy that landed never runs, and goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => goesOn(it)
    const { exit, stderr } = await it.source()
    assert.equal(exit, 1)
    assert.match(stderr, /ldap stays here/)
    assert.deepEqual([it.a.state, it.b.state], [RUNNING, undefined])
    assert.ok(!it.b.calls.includes('resume'))
  })

  test('it went on and was refused a write: it goes on at the source, whose memory is the newer one', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => goesOn(it, () => it.a.happens(PAUSED_BY_ERROR, 3, 2))
    assert.equal((await it.source()).exit, 1)
    assert.deepEqual([it.a.state, it.b.state, it.a.calls], [RUNNING, undefined, ['migrate', 'resume']])
  })

  test('a move that fails before its end: the guest stays, and the unit goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => 'operation aborted: canceled by client'
    const { exit, stderr } = await it.source()
    assert.equal(exit, 1)
    assert.match(stderr, /canceled by client/)
    await it.says('not landed')
    assert.deepEqual([it.a.state, it.b.calls], [RUNNING, []])
  })

  test('other domains’ landings, and a stop by an I/O error, are no landing', async (t) => {
    const it = blades(t)
    await it.unit()
    it.b.happens(undefined, 2, 1, OTHER)
    it.b.happens(undefined, 3, 0, OTHER)
    it.b.happens(PAUSED_BY_ERROR, 3, 2)
    await sleep(500)
    assert.deepEqual(it.log(), ['ready'])
  })

  test('nobody can hear the unit: unsettled; who reaches both blades settles it, and it runs once', async (t) => {
    const it = blades(t)
    await it.unit()
    const over = Promise.withResolvers<string | undefined>()
    it.a.move = async () => {
      it.ssh('exec sleep 1000')
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      return over.promise
    }
    it.ssh('(sleep 1; echo ready; sleep 1000) & exec sleep 1000')
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0, stdout)
    assert.match(stdout, /^answer unsettled$/m)
    assert.deepEqual(it.b.calls, [])
    assert.match((await it.at('b', 'hold', FOLDER)).stdout, /answer held/)
    assert.match((await it.at('a', 'ask', 'running', 'held')).stdout, /answer idle/)
    assert.match((await it.at('b', 'take', FOLDER, 'running', 'idle')).stdout, /answer taken/)
    assert.equal((await it.at('a', 'clear', FOLDER)).exit, 0)
    assert.deepEqual([it.b.calls, it.b.state, it.a.state], [['resume'], RUNNING, undefined])
    over.resolve('client socket is closed')
  })

  for (const [what, then, answer] of [
    ['lands', PAUSED, /answer held/],
    ['is given up', undefined, /ldap has not landed here.*\nanswer absent/],
  ] as const)
    test(`a guest that still comes in while nobody attends the move, and then ${what}`, async (t) => {
      const it = blades(t)
      it.b.state = SUSPENDED_FOR_MOVE
      const holding = it.at('b', 'hold', FOLDER)
      await new Promise((go) => setTimeout(go, 1500))
      it.b.state = then
      const { stdout, stderr } = await holding
      assert.match(stdout + stderr, answer)
    })

  test('what has answered that it stands still does, whatever libvirt does; and is ended once it was taken over', async (t) => {
    const it = blades(t)
    await it.unit('running')
    let stood: string | undefined
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      await until('it stands still, or is ended', () => it.guest() !== 'S')
      stood = it.guest()
      await it.says('taken')
      await until('it is ended', () => it.guest() === undefined)
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    assert.equal((await it.source()).exit, 0)
    assert.notEqual(stood, 'S')
  })

  test('libvirt at the source is lost in the middle of the move: unsettled, not failed', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => {
      it.a.close()
      return new Promise(() => {})
    }
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0)
    assert.match(stdout, /answer unsettled\n$/)
  })

  test('who attends the move is killed: the last that was answered is unsettled', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => {
      it.killSource()
      return new Promise(() => {})
    }
    const { exit, stdout } = await it.source()
    assert.deepEqual([exit, stdout], [137, 'answer unsettled\n'])
  })

  test('a guest that was paused before has not run, and what is asked of it stands still', async (t) => {
    const it = blades(t, PAUSED)
    assert.match((await it.at('a', 'ask', 'paused', 'held')).stdout, /answer idle/)
    assert.equal(it.guest(), 'T')
    it.a.state = PAUSED_BY_ERROR
    assert.match((await it.at('a', 'ask', 'paused', 'held')).stdout, /answer ran/)
    assert.equal(it.guest(), 'S')
  })

  test('where nobody can make it stand still, no answer is given', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    it.endGuest()
    await until('it is gone', () => it.guest() === undefined)
    const { exit, stderr } = await it.at('a', 'ask', 'running', 'held')
    assert.deepEqual([exit, /can't be found/.test(stderr)], [1, true])
  })

  test('nothing has landed: it is asked only once no move is under way', async (t) => {
    const it = blades(t)
    it.a.isMoving = true
    const asking = it.at('a', 'ask', 'running', 'absent')
    await sleep(1500)
    it.a.isMoving = false
    assert.match((await asking).stdout, /answer stays/)
    it.a.state = [5, 4]
    assert.match((await it.at('a', 'ask', 'running', 'absent')).stdout, /answer gone/)
  })

  test('the unit has given up: whoever settles it takes over, and the unit goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.b.refuses = 'resume'
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      return new Promise(() => {})
    }
    assert.match((await it.source()).stdout, /answer unsettled\n/)
    assert.match(it.log().at(-1) ?? '', /^held: /)
    it.b.refuses = undefined
    assert.match((await it.at('b', 'take', FOLDER, 'running', 'idle')).stdout, /answer taken/)
    assert.deepEqual([it.b.state, it.log().at(-1)], [RUNNING, 'stopped'])
  })

  test('the source ends by itself while it is cleared', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    it.a.refuses = 'destroy'
    const clearing = it.at('a', 'clear', FOLDER)
    await until('it is being ended', () => it.a.calls.includes('destroy'))
    it.a.state = undefined
    assert.equal((await clearing).exit, 0)
  })

  test('the copy that landed goes, unless it was taken over or has run', async (t) => {
    const it = blades(t)
    it.b.state = PAUSED
    assert.equal((await it.at('b', 'drop', FOLDER)).exit, 0)
    assert.equal(it.b.state, undefined)
    assert.equal((await it.at('b', 'drop', FOLDER)).exit, 0)
    for (const state of [RUNNING, PAUSED_BY_ERROR]) {
      it.b.state = state
      assert.match((await it.at('b', 'drop', FOLDER)).stderr, /may have run here/)
    }
  })

  test('given back, it goes on at the source; one that was paused stays paused', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    await it.at('a', 'ask', 'running', 'held')
    assert.equal(it.guest(), 'T')
    assert.match((await it.at('a', 'give-back', FOLDER, 'paused')).stdout, /is paused/)
    assert.equal(it.guest(), 'S')
    assert.match((await it.at('a', 'give-back', FOLDER, 'running')).stdout, /runs/)
    assert.deepEqual(it.a.calls, ['resume'])
  })

  test('a source that has run is never passed over', async (t) => {
    const it = blades(t)
    it.b.state = PAUSED
    it.a.happens(PAUSED_BY_ERROR, 3, 2)
    assert.match((await it.at('a', 'ask', 'running', 'held')).stdout, /answer ran/)
    const { exit, stderr } = await it.at('b', 'take', FOLDER, 'running', 'ran')
    assert.equal(exit, 1)
    assert.match(stderr, /newer/)
    assert.deepEqual(it.b.calls, [])
  })
})
