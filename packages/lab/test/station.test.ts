import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arpFrame, echoFrame, everybody, packetOf } from '../network/packet.ts'
import { pingEveryMs, Station, stationIp, stationMac } from '../network/station.ts'

const guest = { mac: '52:54:00:88:00:50', ip: '192.168.88.80' } as const
const announce = arpFrame(everybody, { isReply: false, mac: guest.mac, ip: guest.ip, wantedIp: guest.ip })

/** The guest's answer to an echo of the station's. */
function answerTo(request: Buffer): Buffer {
  const echo = packetOf(request)
  assert.equal(echo.kind, 'echo')
  if (echo.kind !== 'echo') throw new TypeError('no echo')
  return echoFrame(stationMac, { ...echo, isReply: true, mac: guest.mac, from: guest.ip, to: stationIp })
}

test('an echo request is what RFC 792 says, byte for byte', () => {
  const echo = { isReply: false, mac: stationMac, from: stationIp, to: guest.ip, id: 0x1ab0, sequence: 7 }
  const frame = echoFrame(guest.mac, { ...echo, data: Buffer.from('hi') })
  assert.equal(frame.subarray(0, 14).toString('hex'), '5254008800505254000d00010800')
  assert.equal(frame.subarray(14, 24).toString('hex'), '4500001e000040004001')
  assert.equal(frame.length, 60)
  const words = (from: number, to: number) =>
    Array.from({ length: (to - from) / 2 }, (_, i) => frame.readUInt16BE(from + 2 * i)).reduce((a, b) => a + b, 0)
  assert.equal(words(14, 34) % 0xffff, 0) // both sums with their checksum in them are all ones
  assert.equal(words(34, 44) % 0xffff, 0)
})

test('a guest that announces itself is pinged each tick and its answers are counted', () => {
  const station = new Station(0)
  station.receive(announce, 'blade1', 0)
  for (let tick = 1; tick <= 10; tick += 1)
    for (const request of station.tick(tick * pingEveryMs))
      station.receive(answerTo(request), 'blade1', tick * pingEveryMs + 5)
  const [found] = station.report().guests
  assert.deepEqual([found?.ip, found?.port, found?.sent, found?.answered, found?.lost], [guest.ip, 'blade1', 10, 10, 0])
  assert.equal(found?.lastGap, undefined)
})

test('silence is lost pings and then a gap, whose end is told', () => {
  const station = new Station(0)
  station.receive(announce, 'blade1', 0)
  for (let tick = 1; tick <= 60; tick += 1)
    for (const request of station.tick(tick * pingEveryMs))
      if (tick <= 10 || tick > 20) station.receive(answerTo(request), 'blade1', tick * pingEveryMs)
  const [found] = station.report().guests
  assert.deepEqual([found?.sent, found?.answered, found?.lost], [60, 50, 10])
  assert.deepEqual(found?.lastGap, { ms: 1100, endedAtMs: 2100 })
})

test('RARP, gratuitous ARP and a moved MAC are written down with time and port', () => {
  const station = new Station(0)
  const rarp = Buffer.concat([Buffer.alloc(6, 0xff), Buffer.from('525400880050', 'hex'), Buffer.from([0x80, 0x35])])
  station.receive(announce, 'blade1', 10)
  station.receive(Buffer.concat([rarp, Buffer.alloc(46)]), 'blade2', 20, 'blade1')
  assert.deepEqual(station.report().sights, [
    { atMs: 10, kind: 'gratuitous-arp', mac: guest.mac, port: 'blade1' },
    { atMs: 20, kind: 'moved', mac: guest.mac, port: 'blade2', from: 'blade1' },
    { atMs: 20, kind: 'rarp', mac: guest.mac, port: 'blade2' },
  ])
})

test('who asks for the station is answered; who asks for another is not', () => {
  const station = new Station(0)
  const ask = (wantedIp: string) => arpFrame(everybody, { isReply: false, mac: guest.mac, ip: guest.ip, wantedIp })
  const [reply] = station.receive(ask(stationIp), 'blade1', 0)
  assert.deepEqual(reply === undefined ? undefined : packetOf(reply), {
    kind: 'arp',
    isReply: true,
    mac: stationMac,
    ip: stationIp,
    wantedIp: guest.ip,
  })
  assert.deepEqual(station.receive(ask('192.168.88.9'), 'blade1', 0), [])
})

test('after a reset the counts are zero and a guest that is gone is forgotten', () => {
  const station = new Station(0)
  station.receive(announce, 'blade1', 0)
  for (const request of station.tick(100)) station.receive(answerTo(request), 'blade1', 100)
  station.reset(200)
  assert.deepEqual(
    station.report().guests.map(({ sent, answered }) => [sent, answered]),
    [[0, 0]],
  )
  station.reset(60_000)
  assert.deepEqual(station.report(), { sinceMs: 60_000, guests: [], sights: [] })
})

test('a frame cut short or of another kind is nobody’s harm', () => {
  const station = new Station(0)
  for (const length of [0, 5, 14, 20, 34, 41])
    assert.deepEqual(station.receive(announce.subarray(0, length), 'blade1', 0), [])
  assert.deepEqual(station.report().guests, [])
})
