/** The unit at the destination and its partner at the source, between two libvirtds, at moments that decide. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { blades, FOLDER, goesOn, KEYS, land, NAA, OURS, RESERVED, until, WWID } from './hand-over-blades.ts'
import { PAUSED, PAUSED_BY_ERROR, RUNNING, RUNNING_LATE, SUSPENDED_FOR_MOVE } from './live-libvirtd.ts'

const OTHER = '6b2e0000-0000-4000-8000-000000000002'
const ANOTHER = '600140500000000000000000000000ff'
const DISK = `ldap=${WWID}`

describe('hand-over', { concurrency: 4 }, () => {
  test('the source stands still: it goes on at the destination, and is gone from the source', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      await it.says('taken')
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0, stdout)
    assert.match(stdout, /^answer taken$/m)
    assert.match(stdout, /^paused for at most \d+ ms$/m)
    assert.deepEqual([it.b.calls, it.b.state, it.a.state], [['resume'], RUNNING, undefined])
  })

  test('a path of its disk has become another LUN: it is held, and goes on once that is mended', async (t) => {
    const it = blades(t)
    const becomes = it.paths(NAA, NAA)
    await it.unit('running', DISK)
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      becomes(1, { naa: ANOTHER, gib: 1 })
      land(it)
      await until('it is held', () => it.log().some((line) => line.startsWith('held')))
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    const moved = await it.source()
    assert.match(moved.stdout, /^answer unsettled$/m)
    assert.match(it.log().join(), /held: ldap: sdb is another LUN: 3.*ff, not /)
    const take = () => it.at('b', 'take', FOLDER, 'running', 'gone', DISK)
    assert.match((await take()).stderr, /sdb is another LUN/)
    assert.deepEqual([it.b.calls, it.b.state], [[], PAUSED])
    becomes(1, { naa: NAA, gib: 1 })
    const taken = await take()
    assert.equal(taken.exit, 0, taken.stderr)
    assert.deepEqual([it.b.calls, it.b.state], [['resume'], RUNNING])
  })

  test('by post-copy it runs there at once, and from that moment on its source can’t write', async (t) => {
    const it = blades(t)
    const registered = it.reserved(RESERVED)
    await it.unit('running', KEYS)
    it.b.happens(SUSPENDED_FOR_MOVE, 2, 1)
    it.b.happens(RUNNING_LATE, 4, 3)
    await it.says('switched')
    assert.deepEqual(registered(), [OURS, OURS])
    assert.match((await it.at('b', 'drop', FOLDER)).stderr, /the unit has taken ldap over/)
    it.b.happens(RUNNING, 4, 1)
    await it.says('taken')
    assert.deepEqual(it.b.calls, [])
  })

  test('a VM that was paused stays paused, at the destination', async (t) => {
    const it = blades(t, PAUSED)
    await it.unit('paused')
    it.a.move = async () => {
      land(it)
      await it.says('taken')
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    assert.equal((await it.source()).exit, 0)
    assert.deepEqual([it.b.calls, it.b.state], [[], PAUSED])
  })

  test('the source went on before it was asked: the copy that landed never runs, and goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => goesOn(it)
    const { exit, stderr } = await it.source()
    assert.equal(exit, 1)
    assert.match(stderr, /ldap stays here/)
    assert.deepEqual([it.a.state, it.b.state], [RUNNING, undefined])
    assert.ok(!it.b.calls.includes('resume'))
  })

  test('it went on and was refused a write: it goes on at the source, whose memory is the newer one', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => goesOn(it, () => it.a.happens(PAUSED_BY_ERROR, 3, 2))
    assert.equal((await it.source()).exit, 1)
    assert.deepEqual([it.a.state, it.b.state, it.a.calls], [RUNNING, undefined, ['migrate', 'resume']])
  })

  test('a move that fails before its end: the guest stays, and the unit goes', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => 'operation aborted: canceled by client'
    const { exit, stderr } = await it.source()
    assert.equal(exit, 1)
    assert.match(stderr, /canceled by client/)
    await it.says('not landed')
    assert.deepEqual([it.a.state, it.b.calls], [RUNNING, []])
  })

  test('other domains’ landings, and a stop by an I/O error, are no landing', async (t) => {
    const it = blades(t)
    await it.unit()
    it.b.happens(undefined, 2, 1, OTHER)
    it.b.happens(undefined, 3, 0, OTHER)
    it.b.happens(PAUSED_BY_ERROR, 3, 2)
    await sleep(500)
    assert.deepEqual(it.log(), ['ready'])
  })

  test('what has answered that it stands still does, whatever libvirt does; and is ended once it was taken over', async (t) => {
    const it = blades(t)
    await it.unit('running')
    let stood: string | undefined
    it.a.move = async () => {
      it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
      land(it)
      await until('it stands still, or is ended', () => it.guest() !== 'S')
      stood = it.guest()
      await it.says('taken')
      await until('it is ended', () => it.guest() === undefined)
      it.a.happens(undefined, 5, 3)
      return undefined
    }
    assert.equal((await it.source()).exit, 0)
    assert.notEqual(stood, 'S')
  })

  test('libvirt at the source is lost in the middle of the move: unsettled, not failed', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => {
      it.a.close()
      return new Promise(() => {})
    }
    const { exit, stdout } = await it.source()
    assert.equal(exit, 0)
    assert.match(stdout, /answer unsettled\n$/)
  })

  test('who attends the move is killed: the last that was answered is unsettled', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => {
      it.killSource()
      return new Promise(() => {})
    }
    const { exit, stdout } = await it.source()
    assert.deepEqual([exit, stdout], [137, 'answer unsettled\n'])
  })
})
