/** The rungs of a move, between two libvirtds of a test's own that say what a migration's statistics are. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { blades, land, until } from './hand-over-blades.ts'
import { RUNNING, SUSPENDED_FOR_MOVE } from './live-libvirtd.ts'

const RUNGS = { pausesMs: [300, 600], patience: { passes: 2, seconds: 1 } } as const
const PAGE = 4096

type It = ReturnType<typeof blades>

/** A pass a second of which so many bytes are dirtied while as many travel; it ends when it is called off, or by `ends`. */
async function passes(
  it: It,
  dirty: number,
  travels: number,
  slowed: number,
  ends: () => boolean,
  more: (pass: number) => Readonly<Record<string, number>> = () => ({}),
): Promise<string | undefined> {
  let isCalledOff = false
  it.a.abort = () => {
    isCalledOff = true
  }
  for (let pass = 1; !isCalledOff && !ends(); pass += 1) {
    it.a.job = {
      ...{ memory_iteration: pass, memory_page_size: PAGE, memory_bps: travels },
      ...{ memory_dirty_rate: dirty / PAGE, auto_converge_throttle: slowed },
      ...more(pass),
    }
    await sleep(300)
  }
  return isCalledOff ? 'operation aborted: canceled by client' : undefined
}

/** It lands, and the unit takes it over. */
async function lands(it: It): Promise<undefined> {
  it.a.happens(SUSPENDED_FOR_MOVE, 3, 1)
  land(it)
  await it.says('taken')
  it.a.happens(undefined, 5, 3)
  return undefined
}

describe('the ladder of a move', { concurrency: 3 }, () => {
  test('passes that leave as much as they carry: one rung higher, then it is given up and goes on at the source', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => passes(it, 100 * PAGE, 100 * PAGE, 0, () => false)
    const { exit, stdout, stderr } = await it.source(RUNGS)
    assert.equal(exit, 1)
    assert.match(stderr, /ldap stays here: \d passes have left as much as they carried, and there is no rung left/)
    assert.match(stdout, /from here on it may stand still for 600 ms/)
    assert.deepEqual(it.a.pausesMs, [300, 600])
    assert.deepEqual([it.a.state, it.b.calls, it.a.calls], [RUNNING, [], ['migrate', 'abort job']])
  })

  test('passes that leave less: no rung is climbed, and it is moved', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => {
      const since = performance.now()
      await passes(it, 50 * PAGE, 100 * PAGE, 0, () => performance.now() - since > 6000)
      return lands(it)
    }
    const { exit, stdout } = await it.source(RUNGS)
    assert.equal(exit, 0, stdout)
    assert.deepEqual(it.a.pausesMs, [300])
  })

  test('compressed: what counts is the memory that a pass carries, not the bytes that it takes on the way', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => {
      const since = performance.now()
      const ends = () => performance.now() - since > 6000
      const quarter = (pass: number) => ({
        ...{ memory_normal: 20 * pass, memory_constant: 10 * pass, compression_pages: 70 * pass },
        memory_processed: 25 * PAGE * pass,
      })
      await passes(it, 50 * PAGE, 25 * PAGE, 0, ends, quarter)
      return lands(it)
    }
    const { exit, stdout } = await it.source({ ...RUNGS, compresses: true })
    assert.equal(exit, 0, stdout)
    assert.deepEqual(it.a.pausesMs, [300])
  })

  test('compressed, and a pass leaves as much as it carries all the same: given up', async (t) => {
    const it = blades(t)
    await it.unit()
    const none = (pass: number) => ({ memory_normal: 100 * pass, memory_processed: 100 * PAGE * pass })
    it.a.move = () => passes(it, 100 * PAGE, 100 * PAGE, 0, () => false, none)
    const { exit, stderr } = await it.source({ ...RUNGS, compresses: true })
    assert.equal(exit, 1)
    assert.match(stderr, /passes have left as much as they carried/)
  })

  test('one that may be slowed is not given up before QEMU has slowed it as far as it can', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = async () => {
      const since = performance.now()
      await passes(it, 100 * PAGE, 100 * PAGE, 70, () => performance.now() - since > 8000)
      return lands(it)
    }
    const { exit, stdout } = await it.source({ ...RUNGS, slows: true })
    assert.equal(exit, 0, stdout)
    assert.deepEqual(it.a.pausesMs, [300, 600])
  })

  test('not through within its time: given up, though each pass leaves less', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.move = () => passes(it, 50 * PAGE, 100 * PAGE, 0, () => false)
    const { exit, stderr } = await it.source({ ...RUNGS, withinSeconds: 2 })
    assert.equal(exit, 1)
    assert.match(stderr, /ldap stays here: it was not through within 2 s/)
  })

  test('a libvirt that says nothing of the move is not waited for: the landing is answered at once', async (t) => {
    const it = blades(t)
    await it.unit()
    it.a.isMute = true
    it.a.move = async () => {
      await sleep(1500)
      return lands(it)
    }
    const { exit, stdout } = await it.source(RUNGS)
    assert.equal(exit, 0, stdout)
    const paused = Number(/paused for at most (\d+) ms/.exec(stdout)?.[1])
    assert.ok(paused < 2000, stdout)
    await until('it runs there', () => it.b.calls.includes('resume'))
  })
})
