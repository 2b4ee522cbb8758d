/** The unit at the destination and its partner at the source, between two libvirtds, at moments that decide. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writer } from '../index.ts'
import { LiveLibvirtd, PAUSED, PAUSED_BY_ERROR, RUNNING, SUSPENDED_FOR_MOVE } from './live-libvirtd.ts'

const UUID = '6b2e0000-0000-4000-8000-000000000001'
const OTHER = '6b2e0000-0000-4000-8000-000000000002'
const FOLDER = '/unit'
const LIMIT_MS = 60_000

type Ended = { readonly exit: number; readonly stdout: string; readonly stderr: string }

/** Two blades, each with a libvirtd; `ssh` between them is what the test says. */
function blades(t: TestContext, was: readonly [number, number] = RUNNING) {
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
  const children = new Set<ChildProcess>()
  const run = (name: 'a' | 'b', ...words: string[]): Promise<Ended> => {
    const env = { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}`, ANYBLADE_ROOT: root(name) }
    const child = spawn('python3', ['-c', writer.text, ...words], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (text) => (stdout += text))
    child.stderr.on('data', (text) => (stderr += text))
    return new Promise((resolve) =>
      child.on('exit', (code) => sleep(50).then(() => resolve({ exit: code ?? 137, stdout, stderr }))),
    )
  }
  t.after(() => {
    for (const child of children) endGroup(child)
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
    ssh,
    log,
    says: (line: string) => until(line, () => log().includes(line)),
    /** Starts the unit and waits until it is ready. */
    unit: async (pace = 'running') => {
      void run('b', 'destination', UUID, 'ldap', FOLDER, '50', pace)
      await until('the unit is ready', () => log().includes('ready'))
    },
    source: () => run('a', 'source', UUID, 'ldap', 'qemu+ssh://b/system', 'b', join(root('b'), FOLDER), '50'),
    at: run,
  }
}

/** A process and what it has started, which may outlive it. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // all of them have ended
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
    assert.match((await it.at('b', 'hold', UUID, 'ldap', FOLDER)).stdout, /answer held/)
    assert.match((await it.at('a', 'ask', UUID, 'ldap')).stdout, /answer idle/)
    assert.match((await it.at('b', 'take', UUID, 'ldap', FOLDER, 'running', 'idle')).stdout, /answer taken/)
    assert.equal((await it.at('a', 'clear', UUID, 'ldap', FOLDER)).exit, 0)
    assert.deepEqual([it.b.calls, it.b.state, it.a.state], [['resume'], RUNNING, undefined])
    over.resolve('client socket is closed')
  })

  for (const [what, then, answer] of [
    ['lands', PAUSED, /answer held/],
    ['is given up', undefined, /ldap has not landed here/],
  ] as const)
    test(`a guest that still comes in while nobody attends the move, and then ${what}`, async (t) => {
      const it = blades(t)
      it.b.state = SUSPENDED_FOR_MOVE
      const holding = it.at('b', 'hold', UUID, 'ldap', FOLDER)
      await new Promise((go) => setTimeout(go, 1500))
      it.b.state = then
      const { stdout, stderr } = await holding
      assert.match(stdout + stderr, answer)
    })

  test('a source that has run is never passed over', async (t) => {
    const it = blades(t)
    it.b.state = PAUSED
    it.a.happens(PAUSED_BY_ERROR, 3, 2)
    assert.match((await it.at('a', 'ask', UUID, 'ldap')).stdout, /answer ran/)
    const { exit, stderr } = await it.at('b', 'take', UUID, 'ldap', FOLDER, 'running', 'ran')
    assert.equal(exit, 1)
    assert.match(stderr, /newer/)
    assert.deepEqual(it.b.calls, [])
  })
})
