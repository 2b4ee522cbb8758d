/**
 * Just enough of a libvirtd on a unix socket for the reader: authentication none or polkit, domains, capabilities.
 * `mood` makes it silent after the connection, or answer what no libvirt would.
 */
import { createServer, type Server } from 'node:net'

export type FakeDomain = { readonly name: string; readonly uuid: string; readonly state: number; readonly xml: string }
export type Mood = 'well' | 'polkit' | 'silent' | 'garbage' | 'refusing'

const AUTH_LIST = 66
const STATE = 212
const XML = 14
const LIST = 273

export async function libvirtServer(
  path: string,
  domains: readonly FakeDomain[],
  mood: Mood = 'well',
): Promise<Server> {
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      rest = Buffer.concat([rest, piece])
      while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        const packet = rest.subarray(0, rest.readUInt32BE(0))
        rest = rest.subarray(packet.length)
        if (mood === 'garbage') socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
        else if (mood !== 'silent') socket.write(answer(packet, domains, mood))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return server
}

function answer(packet: Buffer, domains: readonly FakeDomain[], mood: Mood): Buffer {
  const procedure = packet.readUInt32BE(12)
  const body = packet.subarray(28)
  if (mood === 'refusing' && procedure !== AUTH_LIST) return frame(packet, 1, refusal(1, 'access denied'))
  switch (procedure) {
    case AUTH_LIST:
      return frame(packet, 0, numbers(1, mood === 'polkit' ? 2 : 0))
    case LIST: {
      const flags = body.readUInt32BE(4)
      const listed = flags === 1024 ? [] : domains
      return frame(packet, 0, Buffer.concat([numbers(listed.length), ...listed.map(reference), numbers(listed.length)]))
    }
    case STATE:
    case XML: {
      const uuid = body.subarray(-24, -8).toString('hex')
      const domain = domains.find((one) => one.uuid.replaceAll('-', '') === uuid)
      if (domain === undefined || domain.state < 0) return frame(packet, 1, refusal(42, 'Domain not found'))
      return frame(packet, 0, procedure === STATE ? numbers(domain.state, 1) : text(domain.xml))
    }
    case 157:
      return frame(packet, 0, numbers(0, 9_000_000))
    case 342:
      return frame(packet, 0, text('<domainCapabilities/>'))
    default:
      return frame(packet, 0, Buffer.alloc(0))
  }
}

export function frame(request: Buffer, status: number, body: Buffer): Buffer {
  const head = Buffer.from(request.subarray(0, 28))
  head.writeUInt32BE(28 + body.length, 0)
  head.writeUInt32BE(1, 16)
  head.writeUInt32BE(status, 24)
  return Buffer.concat([head, body])
}

export const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i)
  return bytes
}

export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([numbers(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}

export const reference = ({ name, uuid }: FakeDomain): Buffer =>
  Buffer.concat([text(name), Buffer.from(uuid.replaceAll('-', ''), 'hex'), numbers(1)])

export const refusal = (code: number, message: string): Buffer =>
  Buffer.concat([numbers(code, 0, 1), text(message), numbers(2, 0, 0, 0, 0, 0, 0, 0)])
