/** A guest that dirties its memory faster than that may travel, between two real libvirtds: measured, and then each rung. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { reader } from '../index.ts'
import { DIRTIED_MIB } from './dirtying-guest.ts'
import { ASKED, Mover } from './mover.ts'
import { HAS_IPV6, leftOut, SECOND_ADDRESSES, SECOND_ADDRESSES_V6, UUID, until, VM } from './two-blades.ts'

/** Two seconds for what it dirties. */
const BANDWIDTH = { bandwidthMibPerSecond: DIRTIED_MIB / 2, patience: { passes: 2, seconds: 2 } } as const
const atA = /^running/

describe('a guest that dirties its memory faster than that travels', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
    it.blades.secondCable()
  })
  after(() => it.down())
  beforeEach(() => it.dirties())

  const where = async () => [await it.blades.state('a'), await it.blades.state('b')] as const

  test('both are measured in one look, the guest while it runs, the link from the source to the destination', async () => {
    const ask = (side: 'a' | 'b', ...words: string[]) =>
      it.blades.run(side, 'exec python3 -I -S -c "$@"', [reader, 'survey', '20', ...words]).ended
    const looks = [ask('b', 'receive=a:b'), ask('a', `guest=${UUID}`, 'send=a:b=ssh://root@blade-b')]
    const [far, near] = await Promise.all(looks)
    assert.match(far?.stdout ?? '', /^\]speeds ok$/m)
    assert.ok(Number(/^\|link\ta:b\t(\d+)$/m.exec(near?.stdout ?? '')?.[1]) > 1024 ** 2, near?.stdout)
    assert.match(near?.stdout ?? '', /^\|guest\t\S+\t32768\t\d+\t(2\d|3[0-2])\t$/m)
  })

  const addresses = [SECOND_ADDRESSES.b, ...(HAS_IPV6 ? [`[${SECOND_ADDRESSES_V6.b}]`] : [])]
  for (const address of addresses)
    test(`the link is measured over the cable of the memory’s address: ${address}`, async () => {
      const ask = (side: 'a' | 'b', word: string) =>
        it.blades.run(side, 'exec python3 -I -S -c "$@"', [reader, 'survey', '20', word]).ended
      const before = await it.blades.bytesIn('b', 'eth1')
      const [, near] = await Promise.all([ask('b', 'receive=a:b'), ask('a', `send=a:b=tcp://${address}`)])
      assert.match(near?.stdout ?? '', /^\|link\ta:b\t\d+$/m)
      assert.ok((await it.blades.bytesIn('b', 'eth1')) - before > 1024 ** 2)
    })

  test('no rung ends it: given up, and it runs on at the source, untouched', async () => {
    await it.unit()
    const source = it.source(undefined, { ...BANDWIDTH, pausesMs: [300] })
    assert.equal(await it.outcomeOf(source), 'undone')
    assert.match(source.said(), /stays here: \d passes have left as much as they carried, and there is no rung left/)
    const [here, there] = await where()
    assert.match(here, atA)
    assert.equal(there, 'absent')
    await until('it goes on as before', async () => (await it.dirtyMib()) >= DIRTIED_MIB)
  })

  test('compressed: by the same rungs it is moved, for of its pages only the changes travel', async () => {
    await it.unit()
    assert.equal(await it.outcomeOf(it.source(undefined, { ...BANDWIDTH, pausesMs: [300], compresses: true })), 'taken')
    assert.match((await where())[1], atA)
    const told = await it.blades.done('b', `virsh domjobinfo --completed ${VM}`)
    assert.match(told, /^Compressed pages: +[1-9]/m)
  })

  test('a longer pause is allowed: it is moved by that rung, and stands still for no longer', async () => {
    await it.unit()
    const source = it.source(undefined, { ...BANDWIDTH, pausesMs: [300, 5000] })
    assert.equal(await it.outcomeOf(source), 'taken')
    assert.match(source.said(), /from here on it may stand still for 5000 ms/)
    const paused = Number(/paused for at most (\d+) ms/.exec(source.said())?.[1])
    assert.ok(paused < 8000, source.said())
    assert.match((await where())[1], atA)
  })

  test('somebody asks that the run ends, and nobody attends it: it runs on at the source', async () => {
    await it.unit()
    const coming = await it.when('b', 'comes in', 'echo now')
    const source = it.source(undefined, { ...BANDWIDTH, pausesMs: [300], patience: { passes: 1000, seconds: 1000 } })
    await until('it is on its way', () => coming.said().includes('now'))
    await it.blades.done('a', `touch ${ASKED}`)
    assert.equal(await it.outcomeOf(source), 'undone')
    assert.match(source.said(), /stays here: it was asked that the run ends/)
    assert.match((await where())[0], atA)
  })
})
