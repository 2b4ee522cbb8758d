/** The wrapper and its pure model, told the same things in any order, give the same answers. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  EMPTY_ROOM,
  type LeaseRoom,
  type LeaseWord,
  type RuledRoom,
  ruleAbort,
  ruleAct,
  ruleLease,
  ruleNote,
  ruleRelease,
  ruleRenewal,
} from '@anyblade/engine'
import { wrapper } from '@anyblade/on-blade'
import fc from 'fast-check'

const base = mkdtempSync(join(tmpdir(), 'ab-rules-'))
const living: ChildProcess[] = []
after(() => {
  for (const child of living) child.kill('SIGKILL')
  rmSync(base, { recursive: true, force: true })
})

const RUNS = ['r-aaaa', 'r-bbbb', 'r-cccc'] as const
const WORDS: readonly LeaseWord[] = [
  { name: 'vm/a', limit: 1 },
  { name: 'vm/b', limit: 1 },
  { name: 'out', limit: 2 },
]
const SESSIONS = ['ann', 'bob', 'cyd'] as const
const TEXT = 'YQ==,'

const run = fc.constantFrom(...RUNS)
const session = fc.constantFrom(...SESSIONS)
/** Which of the epochs that were given so far, from the newest on. */
const age = fc.nat({ max: 2 })
const words = fc.subarray([...WORDS], { minLength: 1 })
const seconds = fc.constantFrom(0, 1000)
const call = { run, session, age }
const told = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('lease' as const), run, session, words, seconds }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      ...call,
      way: fc.constantFrom('do' as const, 'onward' as const, 'undo' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('note' as const, 'renew' as const), ...call }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      ...call,
      line: fc.constantFrom('with line' as const, 'silent' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), run }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('session ends' as const), session }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('boot' as const) }) },
)
type Told = typeof told extends fc.Arbitrary<infer One> ? One : never

/** A blade with sessions of its own; its model beside it. */
class Both {
  readonly #root = mkdtempSync(join(base, 'blade-'))
  readonly #sessions = new Map(SESSIONS.map((name) => [name, sleeper()]))
  room: LeaseRoom = { ...EMPTY_ROOM, sessions: new Set(SESSIONS) }
  readonly #given = new Map<string, number[]>()

  async tell(one: Told): Promise<void> {
    if (one.kind === 'boot') return this.#boot()
    if (one.kind === 'session ends') return this.#end(one.session)
    if ('session' in one && !this.room.sessions.has(one.session)) return undefined // nobody calls
    const { room, ruled } = this.#ruled(one)
    const { exit, stdout } = await this.#call(one)
    assert.equal(exit, ruled.exit, `${JSON.stringify(one)}\n${stdout}`)
    if (one.kind === 'lease' && ruled.exit === 0) {
      assert.equal(stdout, `epoch\t${ruled.epoch}\n`)
      this.#given.set(one.run, [ruled.epoch, ...(this.#given.get(one.run) ?? [])])
    }
    if (ruled.exit === 73) assert.equal(stdout.split('\t')[1], ruled.by.run)
    this.room = room
  }

  async close(): Promise<void> {
    for (const name of SESSIONS) await this.#end(name)
  }

  #ruled(one: Exclude<Told, { kind: 'boot' | 'session ends' }>): RuledRoom {
    if (one.kind === 'abort') return ruleAbort(this.room, one.run)
    if (one.kind === 'lease') return ruleLease(this.room, { ...one, operator: one.session })
    const by = { run: one.run, session: one.session, epoch: this.#epoch(one.run, one.age) }
    switch (one.kind) {
      case 'act':
        return ruleAct(this.room, by, one.way)
      case 'note':
        return ruleNote(this.room, by)
      case 'renew':
        return ruleRenewal(this.room, by)
      case 'release':
        return ruleRelease(this.room, by, one.line)
    }
  }

  #epoch(of: string, older: number): number {
    const given = this.#given.get(of) ?? []
    return given[Math.min(older, given.length - 1)] ?? 1
  }

  #call(one: Exclude<Told, { kind: 'boot' | 'session ends' }>): Promise<{ exit: number | null; stdout: string }> {
    const epoch = 'age' in one ? String(this.#epoch(one.run, one.age)) : ''
    const by = 'session' in one ? one.session : 'ann'
    switch (one.kind) {
      case 'lease': {
        const limits = one.words.map(({ name, limit }) => `${name}=${limit}`)
        return this.#sh(['lease', one.run, String(one.seconds), by, ...limits], by)
      }
      case 'act':
        return this.#sh(['act', one.run, epoch, '1', one.way, '10', 'none', 'x', ':'], by)
      case 'note':
        return this.#sh(['note', one.run, epoch, '1', 'done', TEXT], by)
      case 'renew':
        return this.#sh(['renew', one.run, epoch], by)
      case 'release':
        return this.#sh(['release', one.run, epoch, ...(one.line === 'silent' ? [] : ['ended done', TEXT])], by)
      case 'abort':
        return this.#sh(['abort', one.run, by], by)
    }
  }

  #sh(args: readonly string[], by: (typeof SESSIONS)[number]): Promise<{ exit: number | null; stdout: string }> {
    const pid = String(this.#sessions.get(by)?.pid)
    const env = { ANYBLADE_ROOT: this.#root, ANYBLADE_WRAPPER: wrapper.text, ANYBLADE_SHELL: pid }
    const child = spawn('sh', ['-c', wrapper.text, 'anyblade', ...args], { env: { ...process.env, ...env } })
    let stdout = ''
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString()
    })
    child.stderr.resume()
    child.stdin.on('error', () => {})
    child.stdin.end('{}')
    return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, stdout })))
  }

  async #end(name: (typeof SESSIONS)[number]): Promise<void> {
    const child = this.#sessions.get(name)
    if (child === undefined || !this.room.sessions.has(name)) return
    const ended = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGKILL')
    await ended
    this.room = { ...this.room, sessions: new Set([...this.room.sessions].filter((one) => one !== name)) }
  }

  /** What was written before is of another boot from now on. */
  #boot(): void {
    const leases = join(this.#root, 'var/lib/anyblade/leases')
    for (const file of this.room.leases.map(({ run: of }) => join(leases, of)))
      writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'former'))
    if (this.room.leases.length > 0)
      assert.deepEqual(readdirSync(leases).sort(), this.room.leases.map((l) => l.run).sort())
    this.room = { ...this.room, boot: this.room.boot + 1 }
  }
}

function sleeper(): ChildProcess {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  living.push(child)
  return child
}

test('whatever a blade is told, by whom, in whatever order: the wrapper answers as its rules do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 5, maxLength: 14 }), async (all) => {
      const both = new Both()
      // Every run may have its lease at the start, so that there is something to refuse.
      await both.tell({ kind: 'lease', run: 'r-aaaa', session: 'ann', words: [...WORDS], seconds: 1000 })
      try {
        for (const one of all) await both.tell(one)
      } finally {
        await both.close()
      }
    }),
    { numRuns: 12 },
  )
})
