/**
 * The partner at the source, rule for rule what on-blade/writer/source.py does: it makes the one call that moves the
 * guest, and answers the unit over a pipe whether the guest has run here since it was suspended.
 */
import { withEmulator } from '@anyblade/domain-xml'
import type { HandOverKey, RunId, Transfer } from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import { Ladder } from './ladder.ts'
import { type Domain, hasSwitched, isActive, type Watched } from './libvirt.ts'
import type { Machine } from './machine.ts'
import { type Move, move } from './migration.ts'
import { OpenVolume } from './open-volume.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import { Pipe } from './talk.ts'
import type { World } from './world.ts'

const GREETING_MS = 60_000
const WORD_MS = 3000
const LANDING_MS = 8000
const CANCEL_MS = 30_000
const CONNECT_MS = 10_000
const PROOF_MS = 5000
const SPEAKS_MS = 500

export type Told = { readonly lines: readonly string[] }

export type PartnerOrder = {
  readonly name: string
  readonly uuid: string
  readonly destination: Machine
  readonly folder: string
  readonly lastsMs: number
  readonly keys: readonly HandOverKey[]
  readonly transfer: Transfer
  /** It runs the guest there, in place of the one that runs it here. */
  readonly emulator?: string
  readonly run: RunId
}

export class Partner {
  readonly #world: World
  readonly #machine: Machine
  readonly #order: PartnerOrder
  readonly #watch: Watched
  readonly #volumes: readonly OpenVolume[]
  readonly #untilMs: number
  readonly #heard: string[] = []
  readonly #since = new Map<string, number>()
  #pipe: Pipe | undefined
  #call: Move | undefined
  #ladder: Ladder | undefined
  #isRunning = true
  #isStaying = false
  #connecting = false
  #isLate = false
  #saidAtMs = 0

  constructor(world: World, machine: Machine, order: PartnerOrder) {
    this.#world = world
    this.#machine = machine
    this.#order = order
    this.#untilMs = world.now() + order.lastsMs
    this.#watch = machine.libvirt.watch(order.uuid, world.now)
    this.#volumes = order.keys.map(({ alias, ours, theirs }) => new OpenVolume(world, machine, alias, ours, theirs))
  }

  /** Answers `taken` or `unsettled`. @throws Refused where the guest stays here */
  *run(cancel: () => boolean): Process<Told> {
    const domain = this.#watch.domain
    if (domain === undefined) return { lines: ['here it is gone', 'answer unsettled'] }
    if (domain.state !== 'running' && domain.state !== 'paused')
      throw new Refused(`${domain.name} is not running here: ${domain.state}`)
    this.#isRunning = domain.state === 'running'
    yield* this.#connect()
    if (this.#pipe === undefined || !(yield* this.#wait(() => this.#heard.includes('ready'), GREETING_MS)))
      throw new Refused(`the unit at ${this.#order.destination.name} gives no answer`)
    const { destination, transfer, emulator } = this.#order
    const there = emulator === undefined ? domain.xml : withEmulator(domain.xml, emulator)
    this.#call = move(this.#world, this.#machine, destination, domain, transfer, there)
    this.#ladder = new Ladder(transfer, this.#call, this.#world.now())
    try {
      yield* this.#attend(this.#call, cancel)
      if (this.#ladder.switches !== undefined && this.#ladder.reason === undefined && this.#hasComeToNothing())
        yield* this.#switch(domain, there, this.#ladder, cancel)
      if (this.#isSettled()) return this.#end()
      this.#stay()
      return {
        lines: [`here it is ${this.#sinceSuspended()}, and nobody says that it is whole there`, 'answer unsettled'],
      }
    } catch (error) {
      if (!(error instanceof Refused) || this.#isStaying) throw error
      return { lines: [`what became of the move is not known here: ${error.message}`, 'answer unsettled'] }
    }
  }

  *#attend(call: Move, cancel: () => boolean): Process<void> {
    yield* this.#wait(() => {
      if (cancel()) call.canceled = true
      return this.#isSettled() || this.#isOverdue() || this.#isGivenUp()
    }, this.#untilMs - this.#world.now())
    if (!this.#isSettled() && !this.#wasSuspended()) {
      call.canceled = true
      yield* this.#wait(() => this.#isSettled() || this.#isOverdue(), CANCEL_MS)
    }
  }

  /** The last rung, by a call of its own: it lands running. */
  *#switch(domain: Domain, there: string, ladder: Ladder, cancel: () => boolean): Process<void> {
    this.#pipe?.say('destination', 'post-copy')
    if (!(yield* this.#wait(() => this.#heard.includes('post-copy'), WORD_MS)))
      return ladder.giveUp(`${ladder.switches}, and the unit does not hear of post-copy`)
    this.#world.say(`${this.#machine.name}: ${ladder.switches}: by post-copy from here on`)
    this.#isLate = true
    this.#call = move(this.#world, this.#machine, this.#order.destination, domain, this.#order.transfer, there, 'late')
    yield* this.#attend(this.#call, cancel)
  }

  /** Who lets a guest go on there asks its disks who they are, right before. */
  #attendSwitch(call: Move): void {
    if (!this.#isLate || call.passes < 1 || call.isOrdered || this.#ladder?.reason !== undefined) return
    const proved = this.#heard.find((line) => line.startsWith('proved '))
    if (proved !== undefined) {
      call.provedAtMs = Number(proved.slice('proved '.length))
      call.isOrdered = true
    } else if (!this.#since.has('proof')) {
      this.#secondsSince('proof')
      this.#pipe?.say('destination', 'prove')
    } else if (this.#secondsSince('proof') > PROOF_MS)
      this.#ladder?.giveUp('the unit does not say whether it may be switched')
  }

  /** A child of its own stays to answer the unit when it is heard again. */
  #stay(): void {
    const staying = this.#wait(() => this.#isSettled(), this.#untilMs - this.#world.now())
    this.#world.time.run(
      new Life(this.#machine.life),
      staying,
      (came) => {
        if (came) tried(() => this.#end())
      },
      failing,
    )
  }

  // -- what comes in

  *#connect(): Process<void> {
    this.#connecting = true
    yield* sleep(this.#world.dice.between(50, 300))
    if (this.#world.lan.isSilent) yield* until(() => !this.#world.lan.isSilent, CONNECT_MS)
    this.#connecting = false
    const { destination, folder } = this.#order
    const unit = destination.isUp && !this.#world.lan.isSilent ? destination.units.get(folder) : undefined
    if (unit === undefined) return
    this.#pipe = new Pipe(this.#world)
    unit.accept(this.#pipe)
    this.#pipe.say('destination', 'hello')
  }

  #reconnect(): void {
    if (this.#connecting || this.#call === undefined) return
    const life = new Life(this.#machine.life)
    this.#connecting = true
    this.#world.time.run(
      life,
      sleep(200),
      () => this.#world.time.run(life, this.#connect(), () => {}, failing),
      failing,
    )
  }

  *#wait(holds: () => boolean, ms: number): Process<boolean> {
    const heard = () => {
      this.#listen()
      return holds()
    }
    // Times that are counted from what was seen are looked at now and then, as the program's select does.
    for (let left = ms; left > 0; left -= 500) if (yield* until(heard, Math.min(left, 500))) return true
    return heard()
  }

  #listen(): void {
    if (this.#pipe?.isOver) this.#pipe = undefined
    if (this.#pipe === undefined) this.#reconnect()
    if (this.#call !== undefined && !this.#wasSuspended()) this.#attendSwitch(this.#call)
    if (this.#world.now() - this.#saidAtMs >= SPEAKS_MS) {
      this.#saidAtMs = this.#world.now()
      this.#pipe?.say('destination', 'hello')
    }
    for (const line of this.#pipe?.heard('source') ?? []) {
      this.#heard.push(line)
      if (line.startsWith('unproved')) this.#ladder?.giveUp(line)
      if (line === 'taken') this.#secondsSince('taken')
      if (line === 'ask') this.#pipe?.say('destination', this.#answered())
      if (line === 'stand-still') {
        const word = this.#answered()
        this.#pipe?.say('destination', word === 'gone' ? 'none' : word)
      }
      if (line === 'give-back') tried(() => this.#takeBack())
      if (line === 'taken' && !this.#world.bugs.has('leave the source')) killed(this.#machine, this.#watch)
    }
  }

  // -- what is known and done

  #sinceSuspended(): string {
    return sinceSuspended(this.#watch, this.#isRunning)
  }

  #answered(): string {
    return stoodStill(this.#watch, this.#isRunning)
  }

  #takeBack(): void {
    takeBack(this.#world, this.#machine, this.#watch, this.#isRunning, this.#volumes)
    this.#pipe?.say('destination', 'given')
  }

  #wasSuspended(): boolean {
    return this.#watch.suspendedAtMs !== undefined
  }

  #wasAsked(): boolean {
    return this.#heard.some((line) => line === 'stand-still' || line === 'ask')
  }

  #isSettled(): boolean {
    const answer = this.#call?.answer
    if (this.#hasComeToNothing()) return true
    const isOver = this.#heard.includes('given back') || this.#heard.includes('not landed')
    if (isOver && !this.#hasSwitched()) return answer instanceof Refused
    return this.#heard.includes('taken') && (answer !== undefined || this.#secondsSince('taken') > LANDING_MS)
  }

  /** The call has failed, and never came to the switch-over. */
  #hasComeToNothing(): boolean {
    return this.#call?.answer instanceof Refused && !this.#wasSuspended() && !this.#wasAsked()
  }

  #hasSwitched(): boolean {
    return this.#watch.events.includes('suspended for post-copy') || this.#heard.includes('switched')
  }

  /** Its ladder is at its end, or somebody has asked that the run ends, though nobody attends it any more. */
  #isGivenUp(): boolean {
    if (this.#wasSuspended()) return false
    if (!this.#isLate) this.#ladder?.turn(this.#world.now())
    if (this.#machine.journals.isAsked(this.#order.run)) this.#ladder?.giveUp('it was asked that the run ends')
    return this.#isLate ? this.#ladder?.reason !== undefined : this.#ladder?.isAtItsEnd === true
  }

  #isOverdue(): boolean {
    if (this.#call?.answer instanceof Refused) return this.#secondsSince('failed') > WORD_MS
    if (this.#hasSwitched() && !this.#heard.includes('taken'))
      return this.#call?.answer !== undefined && this.#secondsSince('answered') > WORD_MS
    const { suspendedAtMs } = this.#watch
    const longestMs = LANDING_MS + (this.#ladder?.longestMs ?? 0)
    return !this.#heard.includes('taken') && suspendedAtMs !== undefined && this.#secondsSince('suspended') > longestMs
  }

  /** Since the first time that this was asked; in ms. */
  #secondsSince(what: string): number {
    const began = this.#since.get(what) ?? this.#world.now()
    this.#since.set(what, began)
    return this.#world.now() - began
  }

  #end(): Told {
    if (this.#heard.includes('taken')) {
      const domain = this.#watch.domain
      if (domain !== undefined && !this.#world.bugs.has('leave the source')) this.#watch.remove(domain)
      for (const volume of this.#volumes) forgetKey(this.#machine, volume)
      return { lines: ['here it is gone', 'answer taken'] }
    }
    this.#pipe?.say('destination', 'failed')
    const answer = this.#call?.answer
    this.#isStaying = true
    throw new Refused(
      `${this.#order.name} stays here: ${this.#ladder?.reason ?? (answer instanceof Refused ? answer.message : 'nobody says why')}`,
    )
  }
}

/** `gone`, `idle` (it has not run since it was suspended for the switch-over) or `ran`. */
export function sinceSuspended(watch: Watched, wasRunning: boolean): 'gone' | 'idle' | 'ran' {
  const domain = watch.domain
  const last = Math.max(0, watch.events.lastIndexOf('suspended for migration'))
  if (watch.events.slice(last).includes('resumed')) return 'ran'
  if (domain === undefined || (!isActive(domain) && watch.suspendedAtMs !== undefined)) return 'gone'
  const stood = domain.why === 'migration' || (!wasRunning && domain.why !== 'io error')
  return domain.state === 'paused' && stood ? 'idle' : 'ran'
}

/** The same, and what is `idle` stays so whatever libvirt does. */
export function stoodStill(watch: Watched, wasRunning: boolean): 'gone' | 'idle' | 'ran' {
  const word = sinceSuspended(watch, wasRunning)
  if (word === 'idle' && watch.domain !== undefined) watch.domain.still = true
  return word
}

/** Its emulator is killed. */
export function killed(machine: Machine, watch: Watched): void {
  const domain = watch.domain
  if (domain === undefined || !isActive(domain)) return
  machine.libvirt.set(domain, 'shut off', 'user', 'stopped')
}

/** The reservation was taken from here though the guest is here: it goes on here, and nowhere else. */
export function takeBack(
  world: World,
  machine: Machine,
  watch: Watched,
  wasRunning: boolean,
  volumes: readonly OpenVolume[],
): void {
  const domain = watch.domain
  if (domain !== undefined && hasSwitched(domain))
    throw new Refused('the guest has gone on at the destination: the memory here is the older one')
  for (const volume of volumes) {
    volume.register()
    volume.reserve()
  }
  if (domain !== undefined) domain.still = false
  if (domain !== undefined && wasRunning && domain.state === 'paused')
    setGoing(world, machine, domain, undefined, () => watch.resume(domain))
}

/** multipathd shall not register this blade's key again when a path returns; no command to the array. */
export function forgetKey(machine: Machine, volume: Pick<OpenVolume, 'map'>): void {
  volume.map.registers = false
  machine.multipathd.prkeys.delete(volume.map.wwid)
}

/** What the program writes on stderr and goes on from. */
function tried(act: () => void): void {
  try {
    act()
  } catch (error) {
    failing(error)
  }
}

function failing(error: unknown): void {
  if (!(error instanceof Refused)) throw error
}
