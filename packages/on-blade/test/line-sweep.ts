/**
 * The wrapper killed with -9 at each of its lines, verb by verb, on one blade that goes on: after each death another
 * operator finds it readable, takes the run over, and acts once. Some of the deaths are of the whole blade (a reboot).
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AWrapper, PLAN, RUN } from './a-wrapper.ts'
import { until } from './shells.ts'
import { type Point, steppedText } from './stepped.ts'

/** What is called where, and how the blade stands before it; `token` is what an act of it leaves behind, once. */
export type Scenario = {
  readonly name: string
  readonly verb: string
  readonly before?: (it: AWrapper) => Promise<unknown>
  readonly args: (it: AWrapper, token: string) => readonly string[]
  readonly stdin?: string
}

const leaving = (token: string) => `echo ${token} >>"$ANYBLADE_ROOT/ran"`
const act = (it: AWrapper, way: string, seconds: number, input: string, program: string) =>
  ['act', RUN, String(it.epoch), '3', way, String(seconds), input, 'test', program] as const

/** An act that takes a moment is under way. */
async function begun(it: AWrapper): Promise<void> {
  const before = it.events().length
  void it.call(act(it, 'onward', 10, 'none', 'sleep 1')).ended
  await until('another act is under way', () => it.events().length > before)
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'a lease of a new run',
    verb: 'lease',
    before: (it) => it.call(['release', RUN, String(it.epoch)]).ended,
    args: (_, token) => ['lease', `r-${token}`, '100', 'ann@here', 'vm/ldap=1', 'out=2'],
    stdin: PLAN,
  },
  {
    name: 'a lease of a run that stands here',
    verb: 'lease',
    args: () => ['lease', RUN, '100', 'ann@here', 'vm/ldap=1'],
  },
  {
    name: 'a lease that another run has',
    verb: 'lease',
    args: () => ['lease', 'r-other', '100', 'ann@here', 'vm/ldap=1'],
    stdin: PLAN,
  },
  {
    name: 'a lease of what a dead session had',
    verb: 'lease',
    before: async (it) => {
      const gone = spawn('sleep', ['100'], { stdio: 'ignore' })
      const ended = new Promise((resolve) => gone.on('exit', resolve))
      await it.as(gone.pid ?? 0).lease({ run: 'r-gone', words: ['vm/www=1'] })
      gone.kill('SIGKILL')
      await ended
    },
    args: (_, token) => ['lease', `r-${token}`, '100', 'ann@here', 'vm/www=1'],
    stdin: PLAN,
  },
  { name: 'an act', verb: 'act', args: (it, token) => act(it, 'do', 10, 'stdin', leaving(token)), stdin: 'in' },
  {
    name: 'a way back that fails',
    verb: 'act',
    args: (it, token) => act(it, 'undo', 10, 'none', `${leaving(token)}; exit 3`),
  },
  {
    name: 'a way back',
    verb: 'act',
    args: (it, token) => act(it, 'undo', 10, 'none', leaving(token)),
  },
  {
    name: 'an act that fails',
    verb: 'act',
    args: (it, token) => act(it, 'onward', 10, 'none', `${leaving(token)}; echo no >&2; exit 3`),
  },
  {
    name: 'an act that is cut off',
    verb: 'act',
    args: (it, token) => act(it, 'do', 1, 'none', `${leaving(token)}; sleep 3`),
  },
  {
    name: 'an act of a run that was asked to end',
    verb: 'act',
    before: (it) => it.call(['abort', RUN, 'bob@south']).ended,
    args: (it, token) => act(it, 'do', 10, 'none', leaving(token)),
  },
  {
    name: 'an act that has to be killed',
    verb: 'act',
    args: (it, token) => act(it, 'do', 1, 'none', `${leaving(token)}; trap '' TERM; sleep 4; sleep 4`),
  },
  {
    name: 'an act that waits for another one',
    verb: 'act',
    before: (it) => begun(it),
    args: (it, token) => act(it, 'do', 10, 'none', leaving(token)),
  },
  {
    name: 'a renewal while an act is under way',
    verb: 'renew',
    before: (it) => begun(it),
    args: (it) => ['renew', RUN, String(it.epoch)],
  },
  { name: 'a note', verb: 'note', args: (it) => ['note', RUN, String(it.epoch), '4', 'done', 'YQ==,'] },
  { name: 'a renewal', verb: 'renew', args: (it) => ['renew', RUN, String(it.epoch)] },
  {
    name: 'a release with its end',
    verb: 'release',
    args: (it) => ['release', RUN, String(it.epoch), 'ended stuck', 'YQ==,'],
  },
  {
    name: 'a release of a run of which nothing happened',
    verb: 'release',
    before: async (it) => {
      await it.call(['release', RUN, String(it.epoch), 'ended done', 'YQ==,']).ended
      rmSync(it.file(`runs/${RUN}`), { recursive: true })
      await it.lease()
    },
    args: (it) => ['release', RUN, String(it.epoch)],
  },
  { name: 'a wish that it end', verb: 'abort', args: () => ['abort', RUN, 'bob@south'] },
  { name: 'a look', verb: 'show', args: () => ['show', RUN] },
  { name: 'a list', verb: 'list', args: () => ['list', '0'] },
  // The last one: what it leaves would let a later good end take the whole blade away.
  {
    name: 'the good end of a run by which the blade leaves its fleet, while another one acts there',
    verb: 'release',
    before: async (it) => {
      await it.as(process.pid).lease({ run: 'r-beside', words: ['vm/www=1'] })
      writeFileSync(it.file('leaving'), `${RUN}\n`)
    },
    args: (it) => ['release', RUN, String(it.epoch), 'ended done', 'YQ==,'],
  },
]

/** A blade that is killed again and again, and what has been seen of it so far. */
export class SweptBlade {
  readonly #root: string
  readonly #path: string
  readonly #text: string
  readonly #sessions = new Set<ChildProcess>()
  #it: AWrapper
  #epoch = 0
  #count = 0
  /** How many lines the journal had before the call that is killed. */
  #journaled = 0

  /** `text`: another wrapper than ours, of which it must be seen what is wrong with it. */
  constructor(base: string, path: string, text = steppedText) {
    this.#root = mkdtempSync(join(base, 'blade-'))
    this.#path = path
    this.#text = text
    this.#boot(1)
    this.#it = this.#operator()
  }

  /** The points that a scenario comes by, in order, when nobody kills it. */
  async pointsOf(scenario: Scenario): Promise<Point[]> {
    const log = join(this.#root, `log-${this.#count}`)
    const { called } = await this.#call(scenario, { KILL_LOG: log })
    await called.ended
    await this.#recover()
    return existsSync(log) ? [...new Set(readFileSync(log, 'utf8').trimEnd().split('\n'))] : []
  }

  /** Kills a scenario at a point; what must then be so is asserted. */
  async killAt(scenario: Scenario, point: Point, { reboot }: { reboot: boolean }): Promise<void> {
    const { called, it, token } = await this.#call(scenario, { KILL_AT: point })
    const { exit } = await called.ended
    // A carrier's death is answered as what it is: nobody knows. Or only a subshell came by, whose parent died.
    assert.ok(exit === null || exit === 70 || point.startsWith('carry'), `${point}: exit ${exit}, it was not killed`)
    await this.#readable()
    if (reboot) this.#reboot()
    else await this.#heldYet(scenario, it)
    await this.#recover()
    const late = await it.act(leaving('late')).ended
    assert.ok(late.exit === 77 || late.exit === 64, `who was taken over acts: ${late.exit} ${late.stderr}`)
    this.#toldOf(token)
  }

  end(): void {
    for (const session of this.#sessions) session.kill('SIGKILL')
  }

  async #call(scenario: Scenario, env: Readonly<Record<string, string>>) {
    this.#count += 1
    const token = `token${this.#count}`
    if (this.#it.epoch === 0) await this.#it.lease()
    await scenario.before?.(this.#it)
    this.#journaled = this.#events().length
    const called = this.#it.with(env).call(scenario.args(this.#it, token), scenario.stdin)
    return { called, it: this.#it, token }
  }

  /** Another operator takes the run over, and acts. */
  async #recover(): Promise<void> {
    const [...before] = this.#sessions
    const it = this.#operator()
    for (const session of before) await this.#ended(session)
    let taken = await it.lease()
    // What an act left running holds the lease until it has ended.
    for (const until = performance.now() + 25_000; taken.exit === 73 && performance.now() < until; ) {
      await new Promise((go) => setTimeout(go, 50))
      taken = await it.lease()
    }
    assert.equal(taken.exit, 0, `another operator takes it over: ${taken.stderr}`)
    assert.ok(it.epoch > this.#epoch, `epoch ${it.epoch} after ${this.#epoch}`)
    this.#epoch = it.epoch
    const token = `after${this.#count}`
    const acted = await it.act(leaving(token)).ended
    assert.equal(acted.exit, 0, acted.stderr)
    assert.deepEqual(it.events().slice(-2), ['started', 'done'])
    assert.equal(this.#times(token), 1)
    this.#it = it
  }

  /** While its session lives the lease is held, unless it was just being given back. */
  async #heldYet(scenario: Scenario, it: AWrapper): Promise<void> {
    if (scenario.verb === 'lease' || scenario.verb === 'release') return
    const other = await it.as(process.pid).lease({ run: 'r-other', words: ['vm/ldap=1'] })
    assert.equal(other.exit, 73, `the lease is held: ${other.stdout}${other.stderr}`)
  }

  async #readable(): Promise<void> {
    for (const args of [
      ['show', RUN],
      ['list', '9'],
    ]) {
      const shown = await this.#it.call(args).ended
      assert.equal(shown.exit, 0, shown.stderr)
      for (const line of shown.stdout.split('\n'))
        assert.match(line, /^(anyblade-runs 1 \S+|\[r-\w+|\|.*|\]r-\w+ ok|anyblade-end|)$/)
    }
    const epoch = existsSync(this.#it.file('epoch')) ? readFileSync(this.#it.file('epoch'), 'utf8') : '0\n'
    assert.match(epoch, /^\d+\n$/)
    assert.ok(Number(epoch) >= this.#epoch, `epoch ${epoch} after ${this.#epoch}`)
  }

  /** What the journal says of the act that was killed is so. */
  #toldOf(token: string): void {
    const ran = this.#times(token)
    assert.ok(ran <= 1, `${token} ran ${ran} times`)
    const mine = this.#events().slice(this.#journaled, -2)
    // What ended before it began was another one, for which it had waited.
    const at = mine.findIndex((event) => event === 'started' || event === 'undo started')
    const began = at !== -1
    const ended = began && mine.slice(at).some((event) => ['done', 'failed', 'undone', 'undo failed'].includes(event))
    if (ran === 1) assert.ok(began, 'it ran, and the journal has no beginning of it')
    if (ended) assert.equal(ran, 1, 'the journal tells of its end, and it did not run')
    assert.equal(this.#times('late'), 0, 'who was taken over has acted')
  }

  #events(): string[] {
    return existsSync(this.#it.file(`runs/${RUN}/journal`)) ? this.#it.events() : []
  }

  #times(token: string): number {
    if (!existsSync(join(this.#root, 'ran'))) return 0
    return readFileSync(join(this.#root, 'ran'), 'utf8')
      .split('\n')
      .filter((line) => line === token).length
  }

  #operator(): AWrapper {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' })
    this.#sessions.add(child)
    child.on('exit', () => this.#sessions.delete(child))
    return new AWrapper({ root: this.#root, path: this.#path, session: child.pid ?? 0, text: this.#text })
  }

  async #ended(session: ChildProcess): Promise<void> {
    session.kill('SIGKILL')
    await until('a session ends', () => !this.#sessions.has(session))
  }

  /** Nothing that ran on the blade runs any more. */
  #reboot(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (isOn(pid, this.#root)) process.kill(Number(pid), 'SIGKILL')
    this.#boot(this.#count)
  }

  /** Another boot: another id, and a clock that begins again. */
  #boot(number: number): void {
    writeFileSync(join(this.#root, 'boot_id'), `boot-${number}\n`)
    writeFileSync(join(this.#root, 'uptime'), `${10 + (number % 7)}.00 1.00\n`)
  }
}

function isOn(pid: string, root: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`ANYBLADE_ROOT=${root}\0`)
  } catch {
    return false // it has ended meanwhile
  }
}
