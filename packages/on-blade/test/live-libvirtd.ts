/**
 * A libvirtd of one domain that lives: it is started, suspended, resumed and destroyed, by calls or by the test, and who
 * has asked for events hears of it. Without a QEMU, for moments that can't be had otherwise.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { frame, numbers, reference, refusal, text } from './libvirt-server.ts'

const PROGRAM = 0x20008086
const LIFECYCLE = 318
/** virDomainState and reasons, virDomainEventType and details, as far as they are needed. */
export const RUNNING = [1, 1] as const
export const PAUSED = [3, 1] as const
export const SUSPENDED_FOR_MOVE = [3, 2] as const
export const PAUSED_BY_ERROR = [3, 5] as const
export const CRASHED = [5, 3] as const
/** By post-copy: at the destination, and at the source where it broke off. */
export const RUNNING_LATE = [1, 10] as const
export const BROKEN_OFF = [3, 13] as const
type State = readonly [number, number]

/** A named value of 64 bits. */
function ullong([name, value]: readonly [string, number]): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return Buffer.concat([text(name), numbers(4), bytes])
}

const CALLS = new Map([
  [164, 'abort job'],
  [28, 'resume'],
  [231, 'undefine'],
  [234, 'destroy'],
  [305, 'migrate'],
])

export class LiveLibvirtd {
  state: State | undefined
  /** The calls that change something, in order. */
  readonly calls: string[] = []
  /** A migration of it is under way, by a call that somebody else has made. */
  isMoving = false
  /** A call that is refused, as one of a domain that is busy is. */
  refuses: string | undefined
  /** What its statistics say of a migration, and how long it was allowed to stand still meanwhile. */
  job: Readonly<Record<string, number>> = {}
  readonly pausesMs: number[] = []
  /** It says nothing of a job, as one does whose emulator sends the last of a guest's memory. */
  isMute = false
  /** What a migration does; it resolves when the call is answered, with the error's text if it failed. */
  move: () => Promise<string | undefined> = async () => undefined
  /** What becomes of a migration that is called off. */
  abort: () => void = () => {}
  readonly #watchers = new Set<Socket>()
  readonly #uuid: string
  readonly #server: Server

  constructor(path: string, uuid: string, state: State | undefined) {
    this.#uuid = uuid
    this.state = state
    this.#server = createServer((socket) => this.#serve(socket)).listen(path)
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#watchers) socket.destroy()
  }

  /** Something happens to the domain: its new state, and the event that tells of it. */
  happens(state: State | undefined, event: number, detail: number, uuid = this.#uuid): void {
    if (uuid === this.#uuid) this.state = state
    const body = Buffer.concat([
      numbers(1),
      reference({ name: 'ldap', uuid, state: 1, xml: '' }),
      numbers(event, detail),
    ])
    const head = numbers(28 + body.length, PROGRAM, 1, LIFECYCLE, 2, 0, 0)
    for (const socket of this.#watchers) socket.write(Buffer.concat([head, body]))
  }

  #serve(socket: Socket): void {
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => this.#watchers.delete(socket))
    socket.on('data', (piece) => {
      rest = Buffer.concat([rest, piece])
      while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        const packet = rest.subarray(0, rest.readUInt32BE(0))
        rest = rest.subarray(packet.length)
        void this.#answer(packet, socket).then((answer) => socket.write(answer))
      }
    })
  }

  async #answer(packet: Buffer, socket: Socket): Promise<Buffer> {
    const procedure = packet.readUInt32BE(12)
    const call = CALLS.get(procedure)
    if (call !== undefined) {
      this.calls.push(call)
      if (call === this.refuses) return frame(packet, 1, refusal(55, 'another job is under way'))
      const failed = await this.#does(call)
      return failed === undefined ? frame(packet, 0, Buffer.alloc(4)) : frame(packet, 1, refusal(38, failed))
    }
    switch (procedure) {
      case 66: // authentications
        return frame(packet, 0, numbers(1, 0))
      case 316:
        this.#watchers.add(socket)
        return frame(packet, 0, numbers(1))
      case 273: {
        const domain = { name: 'ldap', uuid: this.#uuid, state: 1, xml: '' }
        const listed = this.state === undefined ? [] : [domain]
        return frame(
          packet,
          0,
          Buffer.concat([numbers(listed.length), ...listed.map(reference), numbers(listed.length)]),
        )
      }
      case 212:
        if (this.state === undefined) return frame(packet, 1, refusal(42, 'Domain not found'))
        return frame(packet, 0, numbers(...this.state))
      case 298:
        if (this.isMute) return new Promise(() => {})
        return frame(
          packet,
          0,
          Buffer.concat([numbers(2, Object.keys(this.job).length), ...Object.entries(this.job).map(ullong)]),
        )
      case 166:
        this.pausesMs.push(Number(packet.readBigUInt64BE(packet.length - 12)))
        return frame(packet, 0, Buffer.alloc(0))
      case 163:
        return frame(packet, 0, numbers(this.isMoving ? 2 : 0))
      case 14:
        return frame(packet, 0, text('<domain><devices/></domain>'))
      default:
        return frame(packet, 0, Buffer.alloc(0))
    }
  }

  async #does(call: string): Promise<string | undefined> {
    switch (call) {
      case 'resume':
        this.happens(RUNNING, 4, 0)
        return undefined
      case 'destroy':
        this.happens([5, 1], 5, 1)
        return undefined
      case 'undefine':
        this.happens(undefined, 1, 0)
        return undefined
      case 'abort job':
        this.abort()
        return undefined
      default:
        return this.move()
    }
  }
}
