/**
 * The domains of one blade and libvirt's events about them. A guest has a memory: how many writes of each disk it knows.
 * Source: libvirt's virDomainEventType and its details; facts measured with 9.0.0
 */
import type { DomainState } from '@anyblade/engine'
import { Life } from '#time'

export type Why = 'lost power' | 'booted' | 'user' | 'migration' | 'io error' | 'canceled' | 'unpaused' | PostCopy
/** At the source it stands still for ever; at the destination it runs, and misses what has not come yet. */
export type PostCopy = 'post-copy' | 'post-copy failed'
/** By disk, the number of the last write that the guest knows of. */
export type Memory = Map<string, number>

export type Domain = {
  readonly name: string
  readonly uuid: string
  xml: string
  readonly disks: readonly string[]
  persistent: boolean
  /** Starts with its host. */
  autostart?: boolean
  /** The guest holds what is in these. */
  lockedDrives?: readonly string[]
  state: DomainState
  why: Why
  memory: Memory
  /** I/O waits since then, for there is no path. */
  queuesSinceMs: number | undefined
  /** A migration of it is under way: until when it counts as told to go on by itself. */
  migrating: boolean
  /** Of its memory so much is written anew within a second. */
  dirtyBytesPerSecond?: number
  /** Its emulator was told to stand still (SIGSTOP): what libvirt wants of it waits until it is told to go on. */
  still?: boolean
}

export type DomainEvent =
  | 'defined'
  | 'started by migration'
  | 'suspended for migration'
  | 'suspended for post-copy'
  | 'suspended'
  | 'suspended by an io error'
  | 'resumed'
  | 'resumed by post-copy'
  | 'resumed by migration'
  | 'stopped'

export class Libvirt {
  readonly domains = new Map<string, Domain>()
  readonly #watchers = new Set<Watched>()
  #held: { readonly domain: Domain; readonly event: DomainEvent }[] | undefined
  /** Ends with the daemon, which begins anew. */
  life: Life

  #within: Life

  constructor(within: Life) {
    this.#within = within
    this.life = new Life(within)
  }

  get active(): Domain[] {
    return [...this.domains.values()].filter(isActive)
  }

  add(domain: Domain): Domain {
    this.domains.set(domain.uuid, domain)
    return domain
  }

  /** By name or by uuid: what else would be in the way of a domain. */
  namesake(name: string, uuid: string): Domain | undefined {
    return [...this.domains.values()].find((one) => one.name === name || one.uuid === uuid)
  }

  set(domain: Domain, state: DomainState, why: Why, event: DomainEvent | undefined): void {
    domain.state = state
    domain.why = why
    domain.queuesSinceMs = undefined
    if (event !== undefined) this.tell(domain, event)
  }

  /** A daemon that is busy: events wait until it tells them. */
  holdEvents(): void {
    this.#held ??= []
  }

  tellHeld(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const { domain, event } of held) this.tell(domain, event)
  }

  tell(domain: Domain, event: DomainEvent): void {
    const { uuid } = domain
    if (this.#held !== undefined) {
      this.#held.push({ domain, event })
      return
    }
    for (const watcher of this.#watchers) if (watcher.uuid === uuid) watcher.hear(event)
  }

  watch(uuid: string, nowMs: () => number): Watched {
    const watcher = new Watched(uuid, this, nowMs)
    this.#watchers.add(watcher)
    return watcher
  }

  /** Ends the domain; what is persistent stays defined. */
  stop(domain: Domain): void {
    if (isActive(domain)) this.set(domain, 'shut off', 'user', 'stopped')
    if (!domain.persistent) this.domains.delete(domain.uuid)
  }

  undefine(domain: Domain): void {
    domain.persistent = false
    if (!isActive(domain)) this.domains.delete(domain.uuid)
  }

  /** The power goes: what is defined is there again after it, shut off. */
  losePower(within: Life): void {
    for (const domain of [...this.domains.values()]) {
      domain.migrating = false
      domain.still = false
      domain.memory = new Map()
      if (isActive(domain)) domain.why = 'lost power'
      domain.state = 'shut off'
      if (!domain.persistent) this.domains.delete(domain.uuid)
    }
    this.#watchers.clear()
    this.#within = within
    this.life = new Life(within)
  }

  /** The daemon ends and is back: what leaves is cancelled and goes on here, what was still coming is ended. */
  restart(): void {
    this.life.end()
    this.life = new Life(this.#within)
    for (const domain of this.active.filter(({ migrating }) => migrating)) {
      domain.migrating = false
      if (!domain.persistent) this.stop(domain)
      else if (domain.state === 'paused' && domain.why === 'migration')
        this.set(domain, 'running', 'canceled', 'resumed')
      else if (domain.why === 'post-copy') domain.why = 'post-copy failed'
    }
  }

  resume(domain: Domain): void {
    if (domain.state === 'paused' && !hasSwitched(domain)) this.set(domain, 'running', 'unpaused', 'resumed')
  }
}

/** QEMU sends what is left of it, and lets nobody go on with it. */
export const hasSwitched = ({ state, why }: Domain): boolean => state === 'paused' && isPostCopy(why)

export const isPostCopy = (why: Why): why is PostCopy => why === 'post-copy' || why === 'post-copy failed'

export const isActive = ({ state }: Pick<Domain, 'state'>): boolean => state !== 'shut off' && state !== 'crashed'

/** One domain's life on one connection (on-blade/writer/watched.py): events since it was opened, oldest first. */
export class Watched {
  readonly uuid: string
  readonly events: DomainEvent[] = []
  suspendedAtMs: number | undefined
  readonly #libvirt: Libvirt
  readonly #nowMs: () => number

  constructor(uuid: string, libvirt: Libvirt, nowMs: () => number) {
    this.uuid = uuid
    this.#libvirt = libvirt
    this.#nowMs = nowMs
  }

  hear(event: DomainEvent): void {
    this.events.push(event)
    if (event === 'suspended for migration') this.suspendedAtMs = this.#nowMs()
  }

  get domain(): Domain | undefined {
    return this.#libvirt.domains.get(this.uuid)
  }

  resume(domain: Domain): void {
    this.#libvirt.resume(domain)
  }

  /** Ends the domain and its definition, whichever of both is there. */
  remove(domain: Domain): void {
    domain.persistent = false
    this.#libvirt.stop(domain)
    this.#libvirt.domains.delete(domain.uuid)
  }
}
