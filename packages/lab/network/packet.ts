/**
 * The few packets that the station reads and writes: ARP, RARP, ICMP echo.
 * May come in: frames. May not: I/O, any other protocol.
 */
import { macAt } from './bridge.ts'

export type Arp = {
  readonly kind: 'arp'
  readonly isReply: boolean
  readonly mac: string
  readonly ip: string
  readonly wantedIp: string
}
export type Echo = {
  readonly kind: 'echo'
  readonly isReply: boolean
  readonly mac: string
  readonly from: string
  readonly to: string
  readonly id: number
  readonly sequence: number
  readonly data: Buffer
}
export type Packet = Arp | Echo | { readonly kind: 'rarp' | 'other'; readonly mac: string }

const typeOf = { arp: 0x0806, rarp: 0x8035, ipv4: 0x0800 } as const
const etherBytes = 14
const ipBytes = 20
export const everybody = 'ff:ff:ff:ff:ff:ff'

/** What a frame says; all that we don't speak is `other`. Source: RFC 826, RFC 903, RFC 792 */
export function packetOf(frame: Buffer): Packet {
  const mac = macAt(frame, 6)
  const type = frame.length >= etherBytes ? frame.readUInt16BE(12) : 0
  if (type === typeOf.rarp) return { kind: 'rarp', mac }
  if (type === typeOf.arp && frame.length >= etherBytes + 28) return arpOf(frame)
  if (type === typeOf.ipv4 && frame.length >= etherBytes + ipBytes + 8) return echoOf(frame, mac)
  return { kind: 'other', mac }
}

function arpOf(frame: Buffer): Arp {
  const isReply = frame.readUInt16BE(20) === 2
  return { kind: 'arp', isReply, mac: macAt(frame, 22), ip: ipAt(frame, 28), wantedIp: ipAt(frame, 38) }
}

function echoOf(frame: Buffer, mac: string): Packet {
  const header = ((frame[etherBytes] ?? 0) & 15) * 4
  const icmp = etherBytes + header
  const end = etherBytes + frame.readUInt16BE(16)
  const type = frame[icmp]
  if (frame[23] !== 1 || (type !== 0 && type !== 8) || end > frame.length || icmp + 8 > end)
    return { kind: 'other', mac }
  const [from, to] = [ipAt(frame, 26), ipAt(frame, 30)]
  const [id, sequence] = [frame.readUInt16BE(icmp + 4), frame.readUInt16BE(icmp + 6)]
  return { kind: 'echo', isReply: type === 0, mac, from, to, id, sequence, data: frame.subarray(icmp + 8, end) }
}

const ipAt = (frame: Buffer, offset: number): string => Array.from(frame.subarray(offset, offset + 4)).join('.')

/** An ARP packet from `arp.mac` at `arp.ip`, sent to `to`. */
export function arpFrame(to: string, arp: Omit<Arp, 'kind'>): Buffer {
  const body = Buffer.from([0, 1, 8, 0, 6, 4, 0, arp.isReply ? 2 : 1])
  const target = arp.isReply ? macBytes(to) : Buffer.alloc(6)
  return ether(to, arp.mac, typeOf.arp, [body, macBytes(arp.mac), ipv4(arp.ip), target, ipv4(arp.wantedIp)])
}

/** An ICMP echo (request or reply) from `echo.mac`, sent to the MAC `to`. */
export function echoFrame(to: string, echo: Omit<Echo, 'kind'>): Buffer {
  const icmp = Buffer.concat([Buffer.alloc(8), echo.data])
  icmp[0] = echo.isReply ? 0 : 8
  icmp.writeUInt16BE(echo.id, 4)
  icmp.writeUInt16BE(echo.sequence, 6)
  icmp.writeUInt16BE(checksum(icmp), 2)
  const ip = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 1, 0, 0]), ipv4(echo.from), ipv4(echo.to)])
  ip.writeUInt16BE(ipBytes + icmp.length, 2)
  ip.writeUInt16BE(checksum(ip), 10)
  return ether(to, echo.mac, typeOf.ipv4, [ip, icmp])
}

function ether(to: string, from: string, type: number, parts: readonly Buffer[]): Buffer {
  const frame = Buffer.concat([macBytes(to), macBytes(from), Buffer.from([type >> 8, type & 255]), ...parts])
  return frame.length >= 60 ? frame : Buffer.concat([frame, Buffer.alloc(60 - frame.length)])
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex')
const ipv4 = (ip: string): Buffer => Buffer.from(ip.split('.').map(Number))

/** Ones' complement of the ones' complement sum of all 16-bit words. Source: RFC 1071 */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
