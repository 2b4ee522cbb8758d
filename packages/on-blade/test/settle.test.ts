/** A landing that the unit could not bring to its end, settled by whoever reaches both blades: hold, ask, take or give back. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { blades, FOLDER, KEYS, land, OURS, RESERVED, until, WAY } from './hand-over-blades.ts'
import {
  BROKEN_OFF,
  CRASHED,
  PAUSED,
  PAUSED_BY_ERROR,
  RUNNING,
  RUNNING_LATE,
  SUSPENDED_FOR_MOVE,
} from './live-libvirtd.ts'

describe('settling a landing', { concurrency: 4 }, () => {
  test('nobody can hear the unit: unsettled; who reaches both blades settles it, and it runs once', async (t) => {
    const it = blades(t)
    await it.unit()
    const over = Promise.withResolvers<string | undefined>()
    it.a.move = async () => {
      it.ssh('exec sleep 1000')
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      return over.promise
    }
    it.ssh('(sleep 1; echo ready; sleep 1000) & exec sleep 1000')
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0, stdout)
    assert.match(stdout, /^answer unsettled$/m)
    assert.deepEqual(it.b.calls, [])
    assert.match((await it.at('b', 'hold', FOLDER)).stdout, /answer held/)
    assert.match((await it.at('a', 'ask', 'running', 'held', ...WAY)).stdout, /answer idle/)
    assert.match((await it.at('b', 'take', FOLDER, 'running', 'idle')).stdout, /answer taken/)
    assert.equal((await it.at('a', 'clear', FOLDER)).exit, 0)
    assert.deepEqual([it.b.calls, it.b.state, it.a.state], [['resume'], RUNNING, undefined])
    over.resolve('client socket is closed')
  })

  for (const [what, then, answer] of [
    ['lands', PAUSED, /answer held/],
    ['is given up', undefined, /ldap has not landed here.*\nanswer absent/],
  ] as const)
    test(`a guest that still comes in while nobody attends the move, and then ${what}`, async (t) => {
      const it = blades(t)
      it.b.state = SUSPENDED_FOR_MOVE
      const holding = it.at('b', 'hold', FOLDER)
      await new Promise((go) => setTimeout(go, 1500))
      it.b.state = then
      const { stdout, stderr } = await holding
      assert.match(stdout + stderr, answer)
    })

  test('a guest that was paused before has not run, and what is asked of it stands still', async (t) => {
    const it = blades(t, PAUSED)
    assert.match((await it.at('a', 'ask', 'paused', 'held', ...WAY)).stdout, /answer idle/)
    assert.equal(it.guest(), 'T')
    it.a.state = PAUSED_BY_ERROR
    assert.match((await it.at('a', 'ask', 'paused', 'held', ...WAY)).stdout, /answer ran/)
    assert.equal(it.guest(), 'S')
  })

  test('taken over since it was held, it is ended at the source first and then gone: it has not run', async (t) => {
    const it = blades(t)
    it.a.state = CRASHED
    const asking = it.at('a', 'ask', 'running', 'held', ...WAY)
    await sleep(1500)
    it.a.state = undefined
    assert.match((await asking).stdout, /answer gone/)
  })

  test('where nobody can make it stand still, no answer is given', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    it.endGuest()
    await until('it is gone', () => it.guest() === undefined)
    const { exit, stderr } = await it.at('a', 'ask', 'running', 'held', ...WAY)
    assert.deepEqual([exit, /can't be found/.test(stderr)], [1, true])
  })

  test('nothing has landed: it is asked only once no move is under way', async (t) => {
    const it = blades(t)
    it.a.isMoving = true
    const asking = it.at('a', 'ask', 'running', 'absent', ...WAY)
    await sleep(1500)
    it.a.isMoving = false
    assert.match((await asking).stdout, /answer stays/)
    it.a.state = [5, 4]
    assert.match((await it.at('a', 'ask', 'running', 'absent', ...WAY)).stdout, /answer gone/)
  })

  test('the unit has given up: whoever settles it takes over, and the unit goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.b.refuses = 'resume'
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      return new Promise(() => {})
    }
    assert.match((await it.source()).stdout, /answer unsettled\n/)
    assert.match(it.log().at(-1) ?? '', /^held: /)
    it.b.refuses = undefined
    assert.match((await it.at('b', 'take', FOLDER, 'running', 'idle')).stdout, /answer taken/)
    assert.deepEqual([it.b.state, it.log().at(-1)], [RUNNING, 'stopped'])
  })

  test('the source ends by itself while it is cleared', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    it.a.refuses = 'destroy'
    const clearing = it.at('a', 'clear', FOLDER)
    await until('it is being ended', () => it.a.calls.includes('destroy'))
    it.a.state = undefined
    assert.equal((await clearing).exit, 0)
  })

  test('the copy that landed goes, unless it was taken over or has run', async (t) => {
    const it = blades(t)
    it.b.state = PAUSED
    assert.equal((await it.at('b', 'drop', FOLDER)).exit, 0)
    assert.equal(it.b.state, undefined)
    assert.equal((await it.at('b', 'drop', FOLDER)).exit, 0)
    for (const state of [RUNNING, PAUSED_BY_ERROR]) {
      it.b.state = state
      assert.match((await it.at('b', 'drop', FOLDER)).stderr, /may have run here/)
    }
  })

  test('given back, it goes on at the source; one that was paused stays paused', async (t) => {
    const it = blades(t)
    it.a.state = SUSPENDED_FOR_MOVE
    await it.at('a', 'ask', 'running', 'held', ...WAY)
    assert.equal(it.guest(), 'T')
    assert.match((await it.at('a', 'give-back', FOLDER, 'paused')).stdout, /is paused/)
    assert.equal(it.guest(), 'S')
    assert.match((await it.at('a', 'give-back', FOLDER, 'running')).stdout, /runs/)
    assert.deepEqual(it.a.calls, ['resume'])
  })

  test('the unit is gone before it has preempted: whoever settles it does, though the guest runs', async (t) => {
    const it = blades(t)
    const registered = it.reserved(RESERVED)
    it.b.state = RUNNING_LATE
    assert.match((await it.at('b', 'hold', FOLDER, KEYS)).stdout, /answer switched/)
    assert.deepEqual(registered(), [OURS, OURS])
  })

  test('a source that was switched to post-copy never goes on: what is left of it goes where nothing ran', async (t) => {
    const it = blades(t)
    it.a.state = BROKEN_OFF
    const given = await it.at('a', 'give-back', FOLDER, 'running')
    assert.match(given.stderr, /the memory here is the older one/)
    const asking = it.at('a', 'ask', 'running', 'absent', ...WAY)
    await until('it is ended', () => it.guest() === undefined)
    it.a.state = CRASHED
    assert.match((await asking).stdout, /what it had in memory is lost\nanswer stays/)
    assert.deepEqual(it.a.calls, [])
  })

  test('its source has ended: what waits for memory is ended too, and what has all of it goes on', async (t) => {
    const it = blades(t)
    it.a.state = CRASHED
    assert.match((await it.at('a', 'ask', 'running', 'switched', ...WAY)).stdout, /lost\nanswer lost/)
    it.b.state = RUNNING
    assert.match((await it.at('b', 'take', FOLDER, 'running', 'lost')).stdout, /answer taken/)
    assert.deepEqual(it.b.calls, [])
    it.b.state = RUNNING_LATE
    assert.match(
      (await it.at('b', 'take', FOLDER, 'running', 'lost')).stdout,
      /what it had in memory is lost.*\nanswer lost/,
    )
    assert.deepEqual(it.b.calls, ['destroy'])
  })

  test('a source that has run is never passed over', async (t) => {
    const it = blades(t)
    it.b.state = PAUSED
    it.a.happens(PAUSED_BY_ERROR, 3, 2)
    assert.match((await it.at('a', 'ask', 'running', 'held', ...WAY)).stdout, /answer ran/)
    const { exit, stderr } = await it.at('b', 'take', FOLDER, 'running', 'ran')
    assert.equal(exit, 1)
    assert.match(stderr, /newer/)
    assert.deepEqual(it.b.calls, [])
  })
})
