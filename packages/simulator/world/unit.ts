/**
 * The hand-over unit at the destination, rule for rule what on-blade/writer/destination.py does: landed, has the source run
 * since? and preempt it, is it preempted?, resume, announce.
 */
import type { GuestLun, HandOverKey, Pace } from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import { proveDisks } from './disks.ts'
import type { Watched } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { OpenVolume } from './open-volume.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import type { Pipe } from './talk.ts'
import type { World } from './world.ts'

const UNANSWERED_MS = 2000
const FRESH_MS = 1000
const STAYS_MS = 600_000
const UNATTENDED_MS = 10_000
const AGAIN_MS = 500
const WORDS: ReadonlySet<string> = new Set(['idle', 'none', 'gone', 'ran', 'given', 'failed'])

export type UnitOrder = {
  readonly name: string
  readonly uuid: string
  readonly folder: string
  readonly lastsMs: number
  readonly pace: Pace
  readonly keys: readonly HandOverKey[]
  readonly disks: readonly GuestLun[]
}

export class HandOverUnit {
  readonly order: UnitOrder
  readonly life: Life
  outcome = 'waiting'
  #source: string | undefined
  #pipes: Pipe[] = []
  readonly #world: World
  readonly #machine: Machine
  readonly #libvirt: Watched
  readonly #volumes: readonly OpenVolume[]
  readonly #untilMs: number
  #provedAtMs: number
  #attendedAtMs: number | undefined
  #heardHere = 0

  /** @throws Refused where the domain is here already, or a volume is not ready for a hand-over */
  constructor(world: World, machine: Machine, order: UnitOrder) {
    this.#world = world
    this.#machine = machine
    this.order = order
    this.life = new Life(machine.life)
    this.#untilMs = world.now() + order.lastsMs
    this.#libvirt = machine.libvirt.watch(order.uuid, world.now)
    if (this.#libvirt.domain !== undefined) throw new Refused(`${order.name} is here already`)
    this.#volumes = order.keys.map(({ alias, ours, theirs }) => new OpenVolume(world, machine, alias, ours, theirs))
    for (const volume of this.#volumes) volume.check()
    this.#provedAtMs = proveDisks(world, machine, order.disks)
  }

  begin(): void {
    this.#machine.units.set(this.order.folder, this)
    this.#world.time.run(this.life, this.#run(), () => this.#exit(), this.#crashed)
  }

  #crashed = (error: unknown): void => {
    if (!(error instanceof Refused)) throw error
    this.#log(`ended by ${error.message}`)
    this.#exit()
  }

  #exit(): void {
    this.life.end()
    if (this.#machine.units.get(this.order.folder) === this) this.#machine.units.delete(this.order.folder)
  }

  *#run(): Process<void> {
    const came = () => this.#hasLanded() || this.#isUnattended()
    if (yield* this.#wait(came, this.#untilMs - this.#world.now()))
      yield* this.#hasSwitched() ? this.#switched() : this.#hasLanded() ? this.#landed() : this.#callOff()
    else if (this.life.goesOn) this.#settle('not landed')
    yield* this.#wait(() => false, STAYS_MS)
  }

  #log(text: string): void {
    this.outcome = text
    this.#world.say(`${this.#machine.name}: unit of ${this.order.name}: ${text}`)
  }

  #settle(text: string): void {
    this.#log(text)
    this.#tell(text)
  }

  #tell(line: string): void {
    for (const pipe of this.#pipes) pipe.say('source', line)
  }

  // -- what comes in

  *#wait(holds: () => boolean, ms: number): Process<boolean> {
    return yield* until(() => {
      this.#listen()
      return holds()
    }, ms)
  }

  accept(pipe: Pipe): void {
    this.#pipes.push(pipe)
  }

  #listen(): void {
    this.#pipes = this.#pipes.filter((pipe) => !pipe.isOver)
    for (const pipe of this.#pipes)
      for (const line of pipe.heard('destination')) {
        if (this.#attendedAtMs !== undefined) this.#attendedAtMs = this.#world.now()
        if (line === 'hello') pipe.say('source', this.#greeting())
        else if (line === 'post-copy') {
          this.#expectRunning()
          pipe.say('source', 'post-copy')
        } else if (line === 'prove') pipe.say('source', this.#proved())
        else if (WORDS.has(line)) this.#source = line
      }
  }

  /** What a program on this blade says to it, and gets for an answer. */
  asked(line: string): string {
    if (line === 'status') return this.outcome
    if (line === 'hello') return this.#greeting()
    if (line === 'stop') {
      this.#log('stopped')
      this.#exit()
      return 'stopped'
    }
    if (WORDS.has(line)) this.#source = line
    return ''
  }

  #greeting(): string {
    const greetings: Readonly<Record<string, string>> = {
      waiting: 'ready',
      unanswered: 'ask',
      'source ran': 'give-back',
    }
    return greetings[this.outcome] ?? this.outcome
  }

  // -- what is done

  #hasLanded(): boolean {
    const { events } = this.#libvirt
    const came = events.lastIndexOf('started by migration')
    const stood = came >= 0 && events.slice(came).includes('suspended')
    if (this.#source === 'failed' && !stood && !this.#hasSwitched()) {
      this.#settle('not landed')
      this.#exit()
    }
    return stood || this.#hasSwitched()
  }

  // -- post-copy

  #expectRunning(): void {
    if (this.#attendedAtMs !== undefined) return
    this.#attendedAtMs = this.#world.now()
    this.#heardHere = this.#libvirt.events.length
  }

  #isUnattended = (): boolean =>
    this.#attendedAtMs !== undefined && this.#world.now() - this.#attendedAtMs > UNATTENDED_MS

  /** When its disks were asked who they are, or why it must not go on here. */
  #proved(): string {
    try {
      for (const volume of this.#volumes) volume.check()
      this.#prove()
      return `proved ${this.#provedAtMs}`
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return `unproved ${error.message}`
    }
  }

  /** Nobody attends it: should it come to its end all the same, its source might go on. */
  *#callOff(): Process<void> {
    const domain = this.#libvirt.domain
    if (domain !== undefined) this.#libvirt.remove(domain)
    yield* sleep(0)
    this.#settle('not landed')
    this.#exit()
  }

  #hasSwitched(): boolean {
    return this.#libvirt.events.slice(this.#heardHere).includes('resumed by post-copy')
  }

  /** The guest runs here; what fails is done again, for there is no way back. */
  *#switched(): Process<void> {
    this.#log('preempting')
    while (!this.#isPreempted()) yield* sleep(AGAIN_MS)
    yield* sleep(this.#world.dice.between(10, 70))
    this.#settle('switched')
    const { events } = this.#libvirt
    const isOver = () =>
      events.slice(this.#heardHere).some((one) => one === 'resumed by migration' || one === 'stopped')
    if (yield* this.#wait(isOver, this.#untilMs - this.#world.now())) this.#settle('taken')
  }

  #isPreempted(): boolean {
    try {
      for (const volume of this.#volumes) volume.preempt()
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return false
    }
  }

  *#landed(): Process<void> {
    const { dice, bugs } = this.#world
    const volumes = bugs.has('skip the preempt') ? [] : this.#volumes
    this.#source = undefined
    this.#tell('stand-still')
    this.#log('landed')
    try {
      for (const volume of volumes) {
        yield* sleep(dice.between(10, 70))
        volume.takeAway()
      }
      for (const volume of volumes) {
        yield* sleep(dice.between(4, 18))
        volume.expectTaken()
      }
      this.#prove()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return this.#settle(`held: ${error.message}`)
    }
    if (volumes.length > 0) this.#log('preempted')
    if (bugs.has('skip the question')) return yield* this.#takeOver()
    const until = this.#world.now() + UNANSWERED_MS
    yield* this.#wait(() => this.#source !== undefined, UNANSWERED_MS)
    if (this.#source === 'none') {
      this.#source = undefined
      this.#tell('ask')
    }
    if (!(yield* this.#wait(this.#isAnswered, until - this.#world.now()))) {
      this.#log('unanswered')
      if (!(yield* this.#wait(this.#isAnswered, this.#untilMs - this.#world.now())))
        return this.#settle('held: nobody says whether the source has run since')
    }
    if (this.#source === 'idle' || this.#source === 'gone' || bugs.has('resume both')) yield* this.#takeOver()
    else yield* this.#giveBack()
  }

  #prove(): void {
    this.#provedAtMs = proveDisks(this.#world, this.#machine, this.order.disks)
  }

  #isAnswered = (): boolean => this.#source !== undefined && ['idle', 'gone', 'ran'].includes(this.#source);

  *#takeOver(): Process<void> {
    const domain = this.#libvirt.domain
    if (domain === undefined) throw new Refused(`${this.order.name} is not here any more`)
    if (this.order.pace === 'running') {
      try {
        if (this.#world.now() - this.#provedAtMs > FRESH_MS) this.#prove()
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return this.#settle(`held: ${error.message}`)
      }
      yield* sleep(this.#world.dice.between(100, 120))
      setGoing(this.#world, this.#machine, domain, this.#provedAtMs, () => this.#libvirt.resume(domain))
    }
    this.#settle('taken')
  }

  *#giveBack(): Process<void> {
    this.#log('source ran')
    const domain = this.#libvirt.domain
    if (domain !== undefined) this.#libvirt.remove(domain)
    this.#source = undefined
    this.#tell('give-back')
    if (yield* this.#wait(() => this.#source === 'given', this.#untilMs - this.#world.now())) this.#settle('given back')
  }
}
