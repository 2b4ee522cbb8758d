/**
 * A stand-in for a libvirt daemon, for tests: a unix socket that shows what came and sends what it is told, right or
 * wrong. Shares no code with what it tests.
 */

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Session, type SessionOptions } from '../index.ts'

export const REMOTE = 0x20008086
export const KEEPALIVE = 0x6b656570
export const REPLY = 1
export const MESSAGE = 2
export const EMPTY = Buffer.alloc(0)

export type Received = {
  readonly program: number
  readonly procedure: number
  readonly serial: number
  readonly body: Buffer
}

export class Daemon {
  readonly received: Received[] = []
  readonly socket: Socket
  #data: Buffer = EMPTY
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (piece) => this.#take(piece))
    socket.on('error', () => {}) // the session may hang up on us: that is what some tests are about
  }

  #take(piece: Buffer): void {
    this.#data = Buffer.concat([this.#data, piece])
    while (this.#data.length >= 4 && this.#data.length >= this.#data.readUInt32BE(0)) {
      const frame = this.#data.subarray(0, this.#data.readUInt32BE(0))
      this.#data = this.#data.subarray(frame.length)
      const [program, procedure, serial] = [4, 12, 20].map((at) => frame.readUInt32BE(at))
      this.received.push({
        program: program ?? 0,
        procedure: procedure ?? 0,
        serial: serial ?? 0,
        body: frame.subarray(28),
      })
    }
    this.#wake()
  }

  /** The frame number `index` from 0, when it is here. */
  async frame(index: number): Promise<Received> {
    for (;;) {
      const found = this.received[index]
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  reply({ procedure, serial }: Received, body: Uint8Array = EMPTY): void {
    this.send(frame({ procedure, serial, type: REPLY, body }))
  }
}

export type Parts = {
  readonly length?: number
  readonly program?: number
  readonly version?: number
  readonly procedure?: number
  readonly type?: number
  readonly serial?: number
  readonly status?: number
  readonly body?: Uint8Array
}

/** A frame of these parts, true to the protocol where they don't say otherwise. */
export function frame(parts: Parts): Buffer {
  const { program = REMOTE, version = 1, procedure = 59, type = REPLY, serial = 1, status = 0, body = EMPTY } = parts
  return Buffer.concat([
    words(parts.length ?? 28 + body.length, program, version, procedure, type, serial, status),
    body,
  ])
}

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4)
  return bytes
}

/** A text as XDR has it. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([words(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}

/** A domain named `a` with the uuid 0101…, running as number 7. */
export const DOMAIN_A = Buffer.concat([text('a'), Buffer.alloc(16, 1), words(7)])

/** A session and the daemon at its other end, gone with the test. */
export async function pair(t: TestContext, options?: SessionOptions): Promise<{ session: Session; daemon: Daemon }> {
  const folder = mkdtempSync(join(tmpdir(), 'anyblade-'))
  const path = join(folder, 's')
  const server = createServer()
  server.listen(path)
  await once(server, 'listening')
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const socket = connect(path)
  const daemon = new Daemon(await accepted)
  const session = new Session(socket, options)
  t.after(() => {
    session.close()
    daemon.socket.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { session, daemon }
}
