import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Bridge } from '../network/bridge.ts'
import { framed, frameReader } from '../network/framing.ts'

const ports = ['array', 'blade1', 'blade2'] as const
const mac = (last: number): Buffer => Buffer.from([0x52, 0x54, 0, 0, 0, last])
const everybody = Buffer.alloc(6, 0xff)
const frame = (to: Buffer, from: number): Buffer => Buffer.concat([to, mac(from), Buffer.from([0x08, 0x06, 1, 2])])

test('a frame for everybody goes to all but where it came from', () => {
  assert.deepEqual(new Bridge(ports).receive('array', frame(everybody, 1)).to, ['blade1', 'blade2'])
})

test('a learned MAC is sent to its port only, an unknown one to all', () => {
  const bridge = new Bridge(ports)
  bridge.receive('blade1', frame(everybody, 11))
  assert.deepEqual(bridge.receive('array', frame(mac(11), 1)).to, ['blade1'])
  assert.deepEqual(bridge.receive('array', frame(mac(99), 1)).to, ['blade1', 'blade2'])
})

test('a MAC at another port than before has moved', () => {
  const bridge = new Bridge(ports)
  assert.equal(bridge.receive('blade1', frame(everybody, 50)).movedFrom, undefined)
  assert.equal(bridge.receive('blade2', frame(everybody, 50)).movedFrom, 'blade1')
  assert.deepEqual(bridge.receive('array', frame(mac(50), 1)).to, ['blade2'])
})

test('a mute cable passes nothing, neither way, and teaches nothing', () => {
  const bridge = new Bridge(ports)
  bridge.setMute(true, 'blade1')
  assert.deepEqual(bridge.receive('array', frame(everybody, 1)).to, ['blade2'])
  assert.deepEqual(bridge.receive('blade1', frame(everybody, 11)).to, [])
  assert.equal(bridge.portOf('52:54:00:00:00:0b'), undefined)
  bridge.setMute(false)
  assert.deepEqual(bridge.receive('blade1', frame(everybody, 11)).to, ['array', 'blade2'])
})

test('frames come out of a stream as they went in, however it is cut', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 8 })
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 40 }), (given, portion) => {
      const stream = Buffer.concat(given.map((one) => framed(Buffer.from(one))))
      const read = frameReader()
      const got: Buffer[] = []
      for (let at = 0; at < stream.length; at += portion) got.push(...read(stream.subarray(at, at + portion)))
      assert.deepEqual(
        got.map((one) => Array.from(one)),
        given.map((one) => Array.from(one)),
      )
    }),
  )
})

test('a length that no frame has is refused', () => {
  assert.throws(() => frameReader()(Buffer.from([0xff, 0xff, 0xff, 0xff, 0])), RangeError)
})
