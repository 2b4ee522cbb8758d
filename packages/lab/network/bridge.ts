/**
 * A learning Ethernet switch as a value: which ports a frame goes to, which cables are mute, where a MAC was seen last.
 * May come in: frames with the port they came from. May not: sockets, time.
 */

export type PortCounts = { received: number; sent: number; dropped: number; mute: boolean }
export type Forwarding = {
  readonly to: readonly string[]
  /** Set when the frame's source was known at another port before. */
  readonly movedFrom?: string
}

export class Bridge {
  readonly #ports: ReadonlyMap<string, PortCounts>
  readonly #learned = new Map<string, string>()
  constructor(ports: readonly string[]) {
    this.#ports = new Map(ports.map((port) => [port, { received: 0, sent: 0, dropped: 0, mute: false }]))
  }

  /** Where `frame`, which came in at `from`, has to go. Frames of mute ports are dropped, both ways. */
  receive(from: string, frame: Buffer): Forwarding {
    const source = this.#ports.get(from)
    if (source === undefined || frame.length < 14) return { to: [] }
    if (source.mute) {
      source.dropped += 1
      return { to: [] }
    }
    source.received += 1
    const movedFrom = this.#learn(macAt(frame, 6), from)
    const to = this.#destinations(from, frame).filter((port) => this.#passes(port))
    return movedFrom === undefined ? { to } : { to, movedFrom }
  }

  /** Makes cables mute or lets them pass again; all of them without `port`. */
  setMute(mute: boolean, port?: string): void {
    for (const [name, counts] of this.#ports) if (port === undefined || name === port) counts.mute = mute
  }

  /** The port at which `mac` was seen last. */
  portOf(mac: string): string | undefined {
    return this.#learned.get(mac)
  }

  get ports(): Readonly<Record<string, Readonly<PortCounts>>> {
    return Object.fromEntries(this.#ports)
  }

  #learn(mac: string, from: string): string | undefined {
    const before = this.#learned.get(mac)
    if (before === from) return undefined
    this.#learned.set(mac, from)
    return before
  }

  #destinations(from: string, frame: Buffer): string[] {
    const isGroup = ((frame[0] ?? 0) & 1) === 1
    const known = isGroup ? undefined : this.#learned.get(macAt(frame, 0))
    const to = known === undefined ? Array.from(this.#ports.keys()) : [known]
    return to.filter((port) => port !== from)
  }

  #passes(port: string): boolean {
    const counts = this.#ports.get(port)
    if (counts === undefined) return false
    counts[counts.mute ? 'dropped' : 'sent'] += 1
    return !counts.mute
  }
}

/** The MAC at `offset` of a frame (0: destination, 6: source), as 52:54:00:88:00:50. */
export function macAt(frame: Buffer, offset: number): string {
  return (
    frame
      .toString('hex', offset, offset + 6)
      .match(/../g)
      ?.join(':') ?? ''
  )
}
