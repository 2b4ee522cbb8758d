/**
 * libvirt's migration, peer to peer, landing paused: one call to the source's daemon, which talks to the destination's.
 * What happens when the network falls silent or breaks at each moment is as measured: a broken connection lets the
 * source go on 80 to 140 ms after the landing, a silent one after 27 s.
 */
import { parseDomain } from '@anyblade/domain-xml'
import { type Transfer, transferOf } from '@anyblade/engine'
import { Life, type Process, sleep, until } from '#time'
import { type Connection, isGivenUp } from './lan.ts'
import { type Domain, isActive, isPostCopy, type Libvirt } from './libvirt.ts'
import { canRun, type Machine } from './machine.ts'
import { Refused } from './refused.ts'
import { setGoing } from './set-going.ts'
import type { World } from './world.ts'

const KEEPALIVE_MS = 27_000
const LONG_MS = 6 * 3600_000
const PASS_MS = 2000
/** At a MiB a second. */
const FIRST_PASS_MS = 3600_000
/** Of what a pass carries, dirtied meanwhile. */
const AS_MUCH = 0.9

/** A call that is made; `cancel` is virDomainAbortJob. */
export type Move = {
  answer: 'moved' | Refused | undefined
  canceled: boolean
  wasSuspended: boolean
  /** How long the guest may stand still for the last of its memory. */
  pauseMs: number
  /** How many passes over its memory have begun, and whether the last one has left as much as it carried. */
  passes: number
  isLost: boolean
  slowedPercent: number
  /** virDomainMigrateStartPostCopy. */
  isOrdered: boolean
  /** When the destination's disks were asked last who they are. */
  provedAtMs: number | undefined
}

/** `late`: by post-copy, so slow before the switch that nothing is through by then; it lands running. */
export type How = 'paused' | 'late'

export function move(
  world: World,
  source: Machine,
  destination: Machine,
  domain: Domain,
  transfer: Transfer = transferOf(),
  xmlThere: string = domain.xml,
  how: How = 'paused',
): Move {
  const call: Move = {
    ...{ answer: undefined, canceled: false, wasSuspended: false },
    ...{ pauseMs: 0, passes: 0, isLost: false, slowedPercent: 0, isOrdered: false, provedAtMs: undefined },
  }
  const process = new Migration(world, source, destination, domain, call, transfer, xmlThere)[how]()
  const { life } = source.libvirt
  world.time.run(
    new Life(source.life),
    until(() => call.answer !== undefined || !life.goesOn, LONG_MS),
    () => {
      call.answer ??= new Refused('End of file while reading data')
    },
    () => {},
  )
  world.time.run(
    new Life(life),
    process,
    () => {
      call.answer = 'moved'
    },
    (error) => {
      domain.migrating = false
      if (!(error instanceof Refused)) throw error
      call.answer = error
    },
  )
  return call
}

class Migration {
  readonly #world: World
  readonly #source: Machine
  readonly #destination: Machine
  readonly #domain: Domain
  readonly #call: Move
  readonly #transfer: Transfer
  readonly #xmlThere: string
  readonly #was: 'running' | 'paused'
  readonly #connection: Connection
  readonly #daemonThere: Life
  #copy: Domain | undefined

  constructor(
    world: World,
    source: Machine,
    destination: Machine,
    domain: Domain,
    call: Move,
    transfer: Transfer,
    xmlThere: string,
  ) {
    this.#transfer = transfer
    this.#xmlThere = xmlThere
    this.#world = world
    this.#source = source
    this.#destination = destination
    this.#domain = domain
    this.#call = call
    this.#was = domain.state === 'paused' ? 'paused' : 'running'
    this.#connection = world.lan.connect(world.now())
    this.#daemonThere = destination.libvirt.life
  }

  *paused(): Process<void> {
    this.#domain.migrating = true
    yield* this.#prepare()
    yield* this.#copyMemory()
    yield* this.#switchOver()
    yield* this.#finish()
    yield* this.#confirm()
  }

  *late(): Process<void> {
    this.#domain.migrating = true
    yield* this.#prepare()
    yield* this.#untilOrdered()
    yield* this.#switchOver()
    yield* this.#goOnThere()
    yield* this.#confirm()
  }

  *#untilOrdered(): Process<void> {
    const over = () => this.#call.canceled || this.#isLost() || !isActive(this.#domain) || this.#copyIsGone()
    this.#call.passes = 1
    const came = yield* until(() => this.#call.isOrdered || over(), FIRST_PASS_MS)
    if (this.#call.canceled) {
      yield* sleep(150)
      throw this.#failed('operation aborted: migration job: canceled by client')
    }
    if (!came || over()) throw yield* this.#givenUp('connection lost before the switch')
  }

  #copyIsGone(): boolean {
    return this.#copy === undefined || !isActive(this.#copy)
  }

  /** It runs at the destination from here on, and its memory follows. */
  *#goOnThere(): Process<void> {
    const there = this.#destination.libvirt
    const copy = this.#copy
    this.#source.libvirt.set(this.#domain, 'paused', 'post-copy', 'suspended for post-copy')
    if (copy === undefined || this.#copyIsGone() || !this.#isHeard()) throw this.#brokenOff('the switch was lost')
    copy.memory = new Map(this.#domain.memory)
    copy.migrating = false
    copy.persistent = true
    there.tell(copy, 'defined')
    setGoing(this.#world, this.#destination, copy, this.#call.provedAtMs, () =>
      there.set(copy, 'running', 'post-copy', 'resumed by post-copy'),
    )
    this.#world.say(`${this.#destination.name}: ${copy.name} goes on by post-copy`)
    const over = () => this.#isLost() || !isActive(copy) || !isActive(this.#domain)
    if (yield* until(over, this.#world.dice.between(500, 20_000))) throw this.#brokenOff('post-copy failed')
    if (!(yield* until(() => over() || this.#isHeard(), KEEPALIVE_MS)) || over())
      throw this.#brokenOff('post-copy failed')
    cameWhole(there, copy)
  }

  /** Nobody goes on with the source, and who runs at the destination waits for what is missing. */
  #brokenOff(because: string): Refused {
    if (isPostCopy(this.#domain.why)) this.#domain.why = 'post-copy failed'
    if (this.#world.bugs.has('go back after the switch') && isActive(this.#domain))
      this.#source.libvirt.set(this.#domain, 'running', 'canceled', 'resumed')
    if (this.#copy !== undefined && isPostCopy(this.#copy.why)) this.#copy.why = 'post-copy failed'
    this.#world.lan.close(this.#connection)
    return new Refused(because)
  }

  /** Lost for the one who waits: broken, silent for too long, or the other side is without power. */
  #isLost = (): boolean => isGivenUp(this.#connection, this.#world.now(), KEEPALIVE_MS) || this.#hasOtherDaemon()

  #isHeard = (): boolean =>
    this.#connection.alive && !this.#world.lan.isSilent && this.#destination.isUp && this.#daemonThere.goesOn

  /** The one that was talked to is gone, and what it knew of the connection. */
  #hasOtherDaemon = (): boolean => this.#destination.isUp && !this.#daemonThere.goesOn;

  *#prepare(): Process<void> {
    yield* sleep(this.#world.dice.between(50, 300))
    const { name, uuid, disks, dirtyBytesPerSecond } = this.#domain
    const xml = this.#xmlThere
    if (!this.#isHeard()) throw yield* this.#givenUp('cannot connect to the destination')
    const there = this.#destination.libvirt
    if (!canRun(this.#destination, xml)) throw new Refused('End of file while reading data')
    if (there.namesake(name, uuid) !== undefined) throw new Refused('End of file while reading data')
    const paused = { persistent: false, state: 'paused', why: 'migration', queuesSinceMs: undefined } as const
    this.#copy = there.add({ name, uuid, xml, disks, ...paused, memory: new Map(), migrating: true })
    if (dirtyBytesPerSecond !== undefined) this.#copy.dirtyBytesPerSecond = dirtyBytesPerSecond
    there.tell(this.#copy, 'started by migration')
    this.#copyGivesUp(this.#copy)
  }

  /** The destination ends a copy that nobody finishes, by its own keepalive. */
  #copyGivesUp(copy: Domain): void {
    const gone = () => !copy.migrating || this.#isLost() || !isActive(this.#domain) || this.#call.answer !== undefined
    const there = this.#destination.libvirt
    this.#world.time.run(
      new Life(there.life),
      until(gone, LONG_MS),
      () => {
        if (!copy.migrating) return
        copy.persistent = false
        there.stop(copy)
      },
      () => {},
    )
  }

  *#copyMemory(): Process<void> {
    const over = () => this.#call.canceled || this.#isLost() || !isActive(this.#domain) || !this.#destination.isUp
    for (let left = this.#world.dice.between(1500, 9000); left > 0; left -= 500)
      if (yield* until(over, Math.min(left, 500))) break
    this.#call.passes = 1
    while (!over() && this.#isTooMuch()) {
      this.#call.passes += 1
      this.#call.isLost = this.#getsNoLess()
      if (this.#transfer.slows && this.#call.isLost && this.#call.passes % 2 === 0) this.#slow()
      yield* until(over, PASS_MS)
    }
    if (this.#call.canceled) {
      yield* sleep(150)
      throw this.#failed('operation aborted: migration job: canceled by client')
    }
    if (!this.#isHeard() || !isActive(this.#domain)) throw yield* this.#givenUp('connection lost in pre-copy')
  }

  /** What is left takes longer than the guest may stand still. */
  #isTooMuch = (): boolean => this.#getsNoLess() && this.#lastMs > this.#call.pauseMs

  #getsNoLess(): boolean {
    const { dirtyBytesPerSecond = 0 } = this.#domain
    return this.#was === 'running' && dirtyBytesPerSecond * (1 - this.#call.slowedPercent / 100) > AS_MUCH * this.#speed
  }

  /** Of what gets no less all that it ever dirties is left at the end. */
  get #lastMs(): number {
    return (1000 * (parseDomain(this.#domain.xml).memoryBytes ?? 0)) / this.#speed
  }

  get #speed(): number {
    const { bandwidthMibPerSecond = Number.POSITIVE_INFINITY } = this.#transfer
    return Math.min(this.#world.lan.bytesPerSecond, bandwidthMibPerSecond * 1024 ** 2)
  }

  /** As QEMU does it by itself. */
  #slow(): void {
    const { slowedPercent } = this.#call
    this.#call.slowedPercent = slowedPercent === 0 ? 20 : Math.min(99, slowedPercent + 10)
  }

  /** The source stands still from here on. */
  *#switchOver(): Process<void> {
    const { libvirt } = this.#source
    libvirt.set(this.#domain, 'paused', 'migration', 'suspended for migration')
    this.#call.wasSuspended = true
    const over = () => this.#isLost() || !isActive(this.#domain)
    const lastMs = this.#getsNoLess() ? this.#lastMs : 0
    if (yield* until(over, this.#world.dice.between(60, 250) + lastMs))
      throw yield* this.#givenUp('connection lost in switch-over')
    if (!(yield* until(this.#isHeard, KEEPALIVE_MS))) throw yield* this.#givenUp('connection lost in switch-over')
  }

  /** From here on the destination has all of it, though the source may never hear of that. */
  *#finish(): Process<void> {
    yield* sleep(this.#world.dice.between(1, 5))
    const copy = this.#copy
    if (copy === undefined || !(yield* until(this.#isHeard, KEEPALIVE_MS)))
      throw yield* this.#givenUp('the finish was lost')
    if (!isActive(copy) || !isActive(this.#domain)) throw yield* this.#givenUp('the copy is gone')
    const there = this.#destination.libvirt
    copy.memory = new Map(this.#domain.memory)
    copy.migrating = false
    copy.persistent = true
    there.tell(copy, 'defined')
    there.set(copy, 'paused', 'user', 'suspended')
    this.#world.say(`${this.#destination.name}: ${copy.name} has landed, paused`)
    yield* sleep(this.#world.dice.between(1, 5))
    if (!this.#connection.alive || this.#hasOtherDaemon()) {
      yield* sleep(this.#world.dice.between(75, 130))
      throw this.#failed('End of file while reading data')
    }
    if (!(yield* until(() => this.#isHeard() || !this.#connection.alive || this.#hasOtherDaemon(), KEEPALIVE_MS)))
      throw this.#failed('connection closed due to keepalive timeout')
    if (!this.#isHeard()) throw this.#failed('End of file while reading data')
  }

  *#confirm(): Process<void> {
    this.#domain.migrating = false
    yield* sleep(this.#world.dice.between(200, 1800))
    this.#domain.persistent = false
    this.#source.libvirt.stop(this.#domain)
    this.#source.libvirt.undefine(this.#domain)
    this.#world.lan.close(this.#connection)
  }

  /** Silence is given up after its keepalive, a broken connection at once; then the source goes on by itself. */
  *#givenUp(because: string): Process<Refused> {
    yield* until(() => this.#isLost() || this.#isHeard() || !isActive(this.#domain), KEEPALIVE_MS)
    return this.#failed(because)
  }

  #failed(because: string): Refused {
    const { libvirt } = this.#source
    const stands = this.#domain.state === 'paused' && this.#domain.why === 'migration' && this.#domain.still !== true
    if (stands && this.#was === 'running') {
      libvirt.set(this.#domain, 'running', 'canceled', 'resumed')
      this.#world.say(`${this.#source.name}: ${this.#domain.name} goes on by itself (${because})`)
    }
    this.#world.lan.close(this.#connection)
    return new Refused(because)
  }
}

/** All of its memory is there. */
export function cameWhole(libvirt: Libvirt, copy: Domain): void {
  if (isPostCopy(copy.why)) copy.why = 'unpaused'
  libvirt.tell(copy, 'resumed by migration')
}
