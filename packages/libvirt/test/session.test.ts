import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Ending,
  findByName,
  hostname,
  LibvirtError,
  LibvirtLost,
  LibvirtRefused,
  type Limits,
  libVersion,
  Session,
  stateOf,
} from '../index.ts'
import { DOMAIN_A, frame, KEEPALIVE, MESSAGE, type Parts, pair, REPLY, text, words } from './daemon.ts'

const SOON: Limits = { deadlineMs: 5000 }
const A = { name: 'a', uuid: '01010101-0101-0101-0101-010101010101', id: 7 }

function isLost(code: LibvirtError['code']) {
  return (error: unknown) => error instanceof LibvirtLost && error.code === code
}

function isNotSent(error: unknown): boolean {
  return error instanceof LibvirtError && error.code === 'not-sent'
}

function failure(ending: Ending): LibvirtError {
  if (ending.kind === 'failed') return ending.error
  throw new assert.AssertionError({ message: 'closed by us' })
}

test('a call goes out and its answer comes back', async (t) => {
  const { session, daemon } = await pair(t)
  const answer = hostname(session, SOON)
  const call = await daemon.frame(0)
  assert.deepEqual([call.procedure, call.serial, call.body.length], [59, 1, 0])
  daemon.reply(call, text('blade1'))
  assert.equal(await answer, 'blade1')
})

test('answers find their calls in any order', async (t) => {
  const { session, daemon } = await pair(t)
  const answers = Promise.all([hostname(session, SOON), libVersion(session, SOON)])
  daemon.reply(await daemon.frame(1), words(0, 9_002_001))
  daemon.reply(await daemon.frame(0), text('blade1'))
  assert.deepEqual(await answers, ['blade1', '9.2.1'])
})

function refusalBody(number: number): Buffer {
  return Buffer.concat([words(number, 10, 1), text('no domain'), words(2, 0, 0, 0, 0, 0, 0, 0)])
}

test('a refusal carries what libvirt said', async (t) => {
  const { session, daemon } = await pair(t)
  const state = stateOf(session, A, SOON)
  const { procedure, serial } = await daemon.frame(0)
  daemon.send(frame({ procedure, serial, status: 1, body: refusalBody(55) }))
  await assert.rejects(state, (e) => {
    assert.ok(e instanceof LibvirtRefused)
    assert.deepEqual(e.refusal, { number: 55, origin: 10, message: 'no domain' })
    return e.procedure === 'domain state'
  })
})

test('a domain that is not there is no error', async (t) => {
  const { session, daemon } = await pair(t)
  const found = findByName(session, 'a', SOON)
  const { procedure, serial } = await daemon.frame(0)
  daemon.send(frame({ procedure, serial, status: 1, body: refusalBody(42) }))
  assert.equal(await found, undefined)
})

test('four calls are in flight, the fifth waits for a place', async (t) => {
  const { session, daemon } = await pair(t)
  const answers = Promise.all(Array.from({ length: 6 }, () => hostname(session, SOON)))
  const second = await daemon.frame(1)
  await daemon.frame(3)
  await sleep(30)
  assert.equal(daemon.received.length, 4)
  daemon.reply(second, text('b'))
  await daemon.frame(4)
  assert.equal(daemon.received.length, 5)
  for (const i of [0, 2, 3, 4, 5]) daemon.reply(await daemon.frame(i), text('b'))
  assert.deepEqual(
    await answers,
    Array.from({ length: 6 }, () => 'b'),
  )
})

/** A right answer to the call in flight, but for what the parts say. */
function answer(parts: Parts): Buffer {
  return frame({ body: text('blade1'), ...parts })
}

const EVENT = Buffer.concat([words(1), DOMAIN_A, words(0, 0)])

const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['a length of 0', answer({ length: 0 }), /a frame of 0 bytes/],
  ['a length shorter than a header', answer({ length: 27 }), /a frame of 27 bytes/],
  ['a length of 4 GiB', answer({ length: 0xffffffff }), /a frame of 4294967295 bytes/],
  ['a length one beyond the longest', answer({ length: 32 * 1024 * 1024 + 5 }), /a frame of 33554437 bytes/],
  ['an unknown program', answer({ program: 0x20008087 }), /unknown program 0x20008087/],
  ['an unknown version', answer({ version: 2 }), /version 2/],
  ['an unknown type', answer({ type: 9 }), /type 9/],
  ['a stream, which nobody opened', answer({ type: 3 }), /type stream/],
  ['an unknown status', answer({ status: 7 }), /status 7/],
  ['a reply to be continued', answer({ status: 2 }), /continued/],
  ['a reply to a call that nobody made', answer({ serial: 99 }), /call 99/],
  ['a reply of another procedure', answer({ procedure: 60 }), /procedure 60 to a call of 59/],
  ['a reply with too few bytes', answer({ body: words(9) }), /9|early/],
  ['a reply with too many bytes', answer({ body: Buffer.concat([text('blade1'), words(0)]) }), /4 bytes too many/],
  ['a refusal cut short', answer({ status: 1, body: words(1, 2) }), /early/],
  ['a refusal with too many bytes', answer({ status: 1, body: Buffer.concat([refusalBody(1), words(0)]) }), /too many/],
  ['an event that nobody asked for', frame({ type: MESSAGE, procedure: 999, body: EVENT }), /procedure 999/],
  ['an event cut short', frame({ type: MESSAGE, procedure: 318, body: words(1) }), /early/],
  [
    'an event with too many bytes',
    frame({ type: MESSAGE, procedure: 318, body: Buffer.concat([EVENT, words(0)]) }),
    /too many/,
  ],
  ['an unknown keepalive', frame({ program: KEEPALIVE, procedure: 3, type: MESSAGE }), /keepalive procedure 3/],
  ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'), /a frame of \d+ bytes/],
]
for (const [what, bytes, found] of hostile)
  test(`hostile: ${what} ends the session, and the call in flight is lost`, async (t) => {
    const { session, daemon } = await pair(t)
    const call = assert.rejects(
      hostname(session, SOON),
      (e) => isLost('lost')(e) && e instanceof LibvirtLost && e.procedure === 'hostname',
    )
    await daemon.frame(0)
    daemon.send(bytes)
    const failed = failure(await session.ended)
    assert.equal(failed.code, 'malformed')
    assert.match(failed.explanation.found, found)
    await call
    await assert.rejects(hostname(session, SOON), isNotSent)
  })

test('a frame that ends with the connection is not taken for a whole one', async (t) => {
  const { session, daemon } = await pair(t)
  const call = assert.rejects(hostname(session, SOON), isLost('lost'))
  await daemon.frame(0)
  daemon.socket.end(frame({ body: text('blade1') }).subarray(0, 30))
  assert.equal(failure(await session.ended).code, 'lost')
  await call
})

test('when the connection is lost, all in flight are lost, and what waited was never sent', async (t) => {
  const { session, daemon } = await pair(t)
  const calls = Array.from({ length: 7 }, () => hostname(session, SOON))
  const results = Promise.allSettled(calls)
  await daemon.frame(3)
  daemon.socket.destroy()
  const reasons = (await results).map((r) => (r.status === 'rejected' ? r.reason : undefined))
  assert.ok(reasons.slice(0, 4).every(isLost('lost')))
  assert.ok(reasons.slice(4).every((e) => isNotSent(e) && !(e instanceof LibvirtLost)))
  assert.ok(reasons.every((e) => e instanceof LibvirtError && /connection/.test(e.explanation.found)))
})

test('a deadline: sent is unknown, the late answer is read and dropped, its place was kept', async (t) => {
  const { session, daemon } = await pair(t, { mostInFlight: 1 })
  await assert.rejects(hostname(session, { deadlineMs: 20 }), isLost('deadline'))
  await assert.rejects(hostname(session, { deadlineMs: 20 }), isNotSent) // the daemon still works on the first
  const third = hostname(session, SOON)
  daemon.reply(await daemon.frame(0), text('late'))
  daemon.reply(await daemon.frame(1), text('in time'))
  assert.equal(await third, 'in time')
  assert.equal(daemon.received.length, 2)
})

test('a deadline that has passed, or a signal before, sends nothing', async (t) => {
  const { session, daemon } = await pair(t)
  await assert.rejects(hostname(session, { deadlineMs: 0 }), isNotSent)
  await assert.rejects(hostname(session, { deadlineMs: 1000, signal: AbortSignal.abort() }), isNotSent)
  await sleep(20)
  assert.equal(daemon.received.length, 0)
})

test('a caller who gives up knows that the outcome is unknown', async (t) => {
  const { session, daemon } = await pair(t)
  const controller = new AbortController()
  const call = assert.rejects(hostname(session, { deadlineMs: 5000, signal: controller.signal }), isLost('cancelled'))
  await daemon.frame(0)
  controller.abort()
  await call
})

test('arguments that do not fit are refused before anything is sent', async (t) => {
  const { session } = await pair(t)
  await assert.rejects(findByName(session, 'a\0', SOON), (e) => e instanceof LibvirtError && e.code === 'value-invalid')
})

test("the daemon's ping is answered, also while all places are taken", async (t) => {
  const { session, daemon } = await pair(t, { mostInFlight: 1 })
  const call = hostname(session, SOON)
  const first = await daemon.frame(0)
  daemon.send(frame({ program: KEEPALIVE, procedure: 1, type: MESSAGE, serial: 0 }))
  const pong = await daemon.frame(1)
  assert.deepEqual([pong.program, pong.procedure, pong.serial, pong.body.length], [KEEPALIVE, 2, 0, 0])
  daemon.reply(first, text('b'))
  await call
})

test('a silent daemon is given up after its pings', async (t) => {
  const { session, daemon } = await pair(t)
  const call = assert.rejects(hostname(session, SOON), isLost('lost'))
  session.watchOver({ intervalMs: 15, count: 2 })
  assert.match(failure(await session.ended).explanation.found, /no sign of life for 0.045 s/)
  await call
  const pings = daemon.received.filter(({ program }) => program === KEEPALIVE)
  assert.deepEqual(
    pings.map(({ procedure }) => procedure),
    [1, 1],
  )
})

test('a daemon that answers its pings is kept, whatever else it does not answer', async (t) => {
  const { session, daemon } = await pair(t)
  const call = hostname(session, SOON)
  session.watchOver({ intervalMs: 60, count: 1 })
  for (let i = 1; i <= 4; i++) {
    await daemon.frame(i)
    daemon.send(frame({ program: KEEPALIVE, procedure: 2, type: MESSAGE, serial: 0 }))
  }
  daemon.reply(await daemon.frame(0), text('b'))
  assert.equal(await call, 'b')
})

test('closing loses what is in flight and says so', async (t) => {
  const { session, daemon } = await pair(t)
  const call = assert.rejects(hostname(session, SOON), isLost('lost'))
  await daemon.frame(0)
  session.close()
  assert.deepEqual(await session.ended, { kind: 'closed' })
  await call
})

test('a stream that only ends, and does not close, has ended the session', async () => {
  const [ours, theirs] = duplexPair({ allowHalfOpen: true })
  const session = new Session(ours)
  theirs.end()
  assert.match(failure(await session.ended).explanation.found, /the other side closed/)
})

test('a reply of the longest size, in small pieces, is read once', async (t) => {
  const { session, daemon } = await pair(t)
  const call = hostname(session, { deadlineMs: 20_000 })
  const { procedure, serial } = await daemon.frame(0)
  const bytes = frame({ procedure, serial, type: REPLY, body: text('x'.repeat(4 * 1024 * 1024)) })
  for (let at = 0; at < bytes.length; at += 1000) daemon.send(bytes.subarray(at, at + 1000))
  assert.equal((await call).length, 4 * 1024 * 1024)
})
