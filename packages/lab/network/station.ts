/**
 * A station in the guests' LAN, outside all blades: pings each guest that it hears of, and writes down what tells where
 * a guest is: RARP, gratuitous ARP, and its MAC coming in at another port.
 * May come in: frames with the port they came from and the time. May not: sockets, clocks.
 */
import { type Arp, arpFrame, echoFrame, packetOf } from './packet.ts'

export const stationMac = '52:54:00:0d:00:01'
export const stationIp = '192.168.88.1'
const network = '192.168.88.'
/** One echo to each guest in this time. */
export const pingEveryMs = 100
/** An echo that has no answer by then is lost. */
const lostAfterMs = 2000
/** A pause between two answers is told as a gap when it is longer. */
const gapMs = 3 * pingEveryMs
const mostEvents = 1000
/** MACs of the nodes' NICs in this LAN, as nodes.ts gives them. */
const nodeMacs = '52:54:00:0d:'
const echoId = 0x1ab0

export type Sight = {
  readonly atMs: number
  readonly kind: 'rarp' | 'gratuitous-arp' | 'moved'
  readonly mac: string
  /** The port of the switch, which is the name of a node. */
  readonly port: string
  readonly from?: string
}
export type Gap = { readonly ms: number; readonly endedAtMs: number }
export type Guest = {
  readonly ip: string
  readonly mac: string
  readonly port: string
  readonly sent: number
  readonly answered: number
  readonly lost: number
  readonly lastAnswerAtMs?: number
  readonly lastGap?: Gap
  readonly longestGap?: Gap
}
export type LanReport = {
  readonly sinceMs: number
  readonly guests: readonly Guest[]
  readonly sights: readonly Sight[]
}

type Watched = {
  mac: string
  port: string
  sequence: number
  sent: number
  answered: number
  lost: number
  lastAnswerAtMs?: number
  lastGap?: Gap
  longestGap?: Gap
  readonly waiting: Map<number, number>
}

export class Station {
  readonly #guests = new Map<string, Watched>()
  #sights: Sight[] = []
  #sinceMs: number
  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /** Takes a frame of the LAN, whomever it is for; gives the frames that the station sends in return. */
  receive(frame: Buffer, port: string, nowMs: number, movedFrom?: string): Buffer[] {
    const packet = packetOf(frame)
    if (movedFrom !== undefined) this.#see({ atMs: nowMs, kind: 'moved', mac: packet.mac, port, from: movedFrom })
    if (packet.kind === 'rarp') this.#see({ atMs: nowMs, kind: 'rarp', mac: packet.mac, port })
    if (packet.kind === 'arp') return this.#arp(packet, port, nowMs)
    if (packet.kind !== 'echo') return []
    this.#watch(packet.from, packet.mac, port)
    if (packet.to !== stationIp) return []
    if (!packet.isReply)
      return [echoFrame(packet.mac, { ...packet, isReply: true, mac: stationMac, from: stationIp, to: packet.from })]
    if (packet.id === echoId) this.#answer(packet.from, packet.sequence, nowMs)
    return []
  }

  /** The echoes that are due; to be called every `pingEveryMs`. */
  tick(nowMs: number): Buffer[] {
    return Array.from(this.#guests, ([ip, guest]) => {
      for (const [sequence, sentMs] of guest.waiting)
        if (nowMs - sentMs > lostAfterMs) {
          guest.waiting.delete(sequence)
          guest.lost += 1
        }
      guest.sequence = (guest.sequence + 1) & 0xffff
      guest.sent += 1
      guest.waiting.set(guest.sequence, nowMs)
      const echo = { isReply: false, mac: stationMac, from: stationIp, to: ip, id: echoId, sequence: guest.sequence }
      return echoFrame(guest.mac, { ...echo, data: Buffer.from('anyblade lab station') })
    })
  }

  /** Watches a guest that has not been heard of: asks who has the address. */
  ask(ip: string): Buffer[] {
    const request = { isReply: false, mac: stationMac, ip: stationIp, wantedIp: ip }
    return this.#guests.has(ip) ? [] : [arpFrame('ff:ff:ff:ff:ff:ff', request)]
  }

  report(): LanReport {
    const guests = Array.from(this.#guests, ([ip, { waiting: _, sequence: __, ...guest }]) => ({ ip, ...guest }))
    return { sinceMs: this.#sinceMs, guests, sights: this.#sights }
  }

  /** Counts from zero again. Guests that do not answer now are forgotten until they speak again. */
  reset(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#sights = []
    for (const [ip, guest] of Array.from(this.#guests)) {
      this.#guests.delete(ip)
      const isThere = guest.lastAnswerAtMs !== undefined && nowMs - guest.lastAnswerAtMs < lostAfterMs
      if (isThere) this.#guests.set(ip, continued(guest))
    }
  }

  #arp(packet: Arp, port: string, nowMs: number): Buffer[] {
    this.#watch(packet.ip, packet.mac, port)
    if (packet.ip === packet.wantedIp) this.#see({ atMs: nowMs, kind: 'gratuitous-arp', mac: packet.mac, port })
    if (packet.isReply || packet.wantedIp !== stationIp) return []
    return [arpFrame(packet.mac, { isReply: true, mac: stationMac, ip: stationIp, wantedIp: packet.ip })]
  }

  #watch(ip: string, mac: string, port: string): void {
    if (!ip.startsWith(network) || ip === stationIp) return
    const known = this.#guests.get(ip)
    if (known === undefined) this.#guests.set(ip, fresh(mac, port))
    else Object.assign(known, { mac, port })
  }

  #answer(ip: string, sequence: number, nowMs: number): void {
    const guest = this.#guests.get(ip)
    if (guest === undefined || !guest.waiting.delete(sequence)) return
    guest.answered += 1
    const gap = { ms: nowMs - (guest.lastAnswerAtMs ?? nowMs), endedAtMs: nowMs }
    guest.lastAnswerAtMs = nowMs
    if (gap.ms <= gapMs) return
    guest.lastGap = gap
    if (gap.ms > (guest.longestGap?.ms ?? 0)) guest.longestGap = gap
  }

  #see(sight: Sight): void {
    if (sight.mac.startsWith(nodeMacs)) return // QEMU announces the nodes' own NICs when it resumes them
    this.#sights.push(sight)
    if (this.#sights.length > mostEvents) this.#sights.shift()
  }
}

/** Counts from zero, but a gap that is open goes on. */
function continued({ mac, port, sequence, lastAnswerAtMs }: Watched): Watched {
  return { ...fresh(mac, port), sequence, ...(lastAnswerAtMs === undefined ? {} : { lastAnswerAtMs }) }
}

function fresh(mac: string, port: string): Watched {
  return { mac, port, sequence: 0, sent: 0, answered: 0, lost: 0, waiting: new Map() }
}
