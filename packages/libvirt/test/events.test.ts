import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostname, type LibvirtEvent, type Limits, watchEvents } from '../index.ts'
import { DOMAIN_A, frame, MESSAGE, pair, text, words } from './daemon.ts'

const SOON: Limits = { deadlineMs: 5000 }
const A = { name: 'a', uuid: '01010101-0101-0101-0101-010101010101', id: 7 }

test('registering gives the number that its events bear', async (t) => {
  const { session, daemon } = await pair(t)
  const registered = watchEvents(session, 'job-completed', A, SOON)
  const call = await daemon.frame(0)
  assert.deepEqual(call.body, Buffer.concat([words(21, 1), DOMAIN_A]))
  daemon.reply(call, words(12))
  assert.equal(await registered, 12)
})

function lifecycleEvent(event: number, detail: number): Buffer {
  return frame({
    type: MESSAGE,
    procedure: 318,
    serial: 0,
    body: Buffer.concat([words(4), DOMAIN_A, words(event, detail)]),
  })
}

test('events come in words, in order, and before the reply that was sent after them', async (t) => {
  const { session, daemon } = await pair(t)
  const got: (LibvirtEvent | string)[] = []
  session.onEvent((event) => got.push(event))
  const answer = hostname(session, SOON).then((name) => got.push(name))
  const call = await daemon.frame(0)
  const iteration = frame({ type: MESSAGE, procedure: 359, body: Buffer.concat([words(5), DOMAIN_A, words(3)]) })
  const { procedure, serial } = call
  daemon.send(
    Buffer.concat([
      lifecycleEvent(3, 1),
      iteration,
      lifecycleEvent(99, 2),
      frame({ procedure, serial, body: text('b') }),
    ]),
  )
  await answer
  assert.deepEqual(got, [
    { kind: 'lifecycle', callbackId: 4, domain: A, change: 'suspended', detail: 'migrated' },
    { kind: 'migration-iteration', callbackId: 5, domain: A, iteration: 3 },
    { kind: 'lifecycle', callbackId: 4, domain: A, change: 'unknown', detail: 'unknown-99/2' },
    'b',
  ])
})

test('the end of a job comes with its figures', async (t) => {
  const { session, daemon } = await pair(t)
  const event = new Promise<LibvirtEvent>((resolve) => session.onEvent(resolve))
  const entries = [
    [text('downtime'), words(4, 0, 94)],
    [text('operation'), words(1, 5)],
    [text('success'), words(6, 1)],
    [text('new.in.2030'), words(7), text('x')],
  ].flat()
  daemon.send(frame({ type: MESSAGE, procedure: 363, body: Buffer.concat([words(6), DOMAIN_A, words(4), ...entries]) }))
  const got = await event
  assert.ok(got.kind === 'job-completed')
  assert.deepEqual([got.job.downtimeMs, got.job.operation, got.job.success], [94, 'migration-out', true])
  assert.equal(got.job.memoryTotalBytes, undefined)
})

test('a listener that was stopped hears nothing more', async (t) => {
  const { session, daemon } = await pair(t)
  const got: LibvirtEvent[] = []
  session.onEvent((event) => got.push(event)).stop()
  const heard = new Promise((resolve) => session.onEvent(resolve))
  daemon.send(lifecycleEvent(4, 0))
  await heard
  assert.deepEqual(got, [])
})

test('a listener that stops itself does not hear what came with the last', async (t) => {
  const { session, daemon } = await pair(t)
  const got: LibvirtEvent[] = []
  const listener = session.onEvent((event) => {
    got.push(event)
    listener.stop()
  })
  const call = hostname(session, SOON)
  const { procedure, serial } = await daemon.frame(0)
  const reply = frame({ procedure, serial, body: text('b') })
  daemon.send(Buffer.concat([lifecycleEvent(4, 0), lifecycleEvent(5, 0), reply]))
  await call
  assert.equal(got.length, 1)
})
