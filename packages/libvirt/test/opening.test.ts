import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LibvirtError, type Limits, open } from '../index.ts'
import { type Daemon, EMPTY, KEEPALIVE, pair, text, words } from './daemon.ts'

const SOON: Limits = { deadlineMs: 5000 }

/** Answers each call of a procedure with a body, in turn, and gives the procedures that were called. */
async function script(daemon: Daemon, answers: readonly (readonly [number, Uint8Array])[]): Promise<void> {
  for (const [i, [procedure, body]] of answers.entries()) {
    const call = await daemon.frame(i)
    assert.equal(call.procedure, procedure)
    daemon.reply(call, body)
  }
}

test('opening: authentications, open, then keepalive if the daemon knows it', async (t) => {
  const { session, daemon } = await pair(t)
  const keepalive = { intervalMs: 20, count: 3 }
  const opened = open(session, { uri: 'qemu:///system', access: 'read-only', keepalive }, SOON)
  await script(daemon, [
    [66, words(1, 2)],
    [70, words(1)],
    [1, EMPTY],
    [60, words(1)],
  ])
  await opened
  assert.deepEqual((await daemon.frame(2)).body, Buffer.concat([words(1), text('qemu:///system'), words(1)]))
  assert.equal((await daemon.frame(4)).program, KEEPALIVE)
})

test('a daemon that does not know keepalive is not watched over', async (t) => {
  const { session, daemon } = await pair(t)
  const keepalive = { intervalMs: 5, count: 1 }
  const opened = open(session, { uri: 'qemu:///system', access: 'read-write', keepalive }, SOON)
  await script(daemon, [
    [66, words(0)],
    [1, EMPTY],
    [60, words(0)],
  ])
  await opened
  await sleep(40)
  assert.equal(daemon.received.length, 3)
})

test('a daemon that wants a password is refused with what it wants', async (t) => {
  const { session, daemon } = await pair(t)
  const opened = open(session, { uri: 'qemu:///system', access: 'read-write' }, SOON)
  const check = assert.rejects(opened, (e) => e instanceof LibvirtError && e.code === 'authentication-unsupported')
  await script(daemon, [[66, words(1, 1)]])
  await check
})
