/** Post-copy between two real libvirtds, broken at each of its moments: no memory goes on that is older than its disk. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { certify } from './certificates.ts'
import { BUSY_COUNTING_SECTOR } from './counting-guest.ts'
import { DIRTIED_MIB } from './dirtying-guest.ts'
import { killSsh, Mover } from './mover.ts'
import { beforeSwitch, POST_COPY, SLOW, switched, where } from './post-copying.ts'
import { leftOut, until } from './two-blades.ts'
import { Wire } from './wire.ts'

const STREAM = 'ss -K dst 10.77.0.2 dport ge 49152'

describe('post-copy between two libvirtds, at each of its moments', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
  })
  after(() => it.down())

  test('a guest that dirties its memory faster than that travels: moved by its last rung', async () => {
    await it.dirties()
    await it.unit()
    const source = it.source(undefined, { ...POST_COPY, bandwidthMibPerSecond: DIRTIED_MIB / 2 })
    assert.equal(await it.outcomeOf(source), 'taken')
    assert.match(source.said(), /\d passes have left as much as they carried, and there is no rung left: by post-copy/)
    const paused = Number(/paused for at most (\d+) ms/.exec(source.said())?.[1])
    assert.ok(paused < 3000, source.said())
    assert.ok(it.log().includes('switched'))
    assert.deepEqual(await where(it), ['absent', 'running (migrated)'])
  })

  test('encrypted by TLS: nobody reads what comes after it either', async () => {
    certify(it.blades)
    await it.countsAndDirties()
    await it.unit()
    const wire = await Wire.from(it.blades, BUSY_COUNTING_SECTOR.subarray(0, 0x30))
    const source = it.source(undefined, { ...SLOW, encrypted: 'tls' })
    assert.equal(await it.outcomeOf(source), 'taken', source.said())
    assert.ok(it.log().includes('switched'))
    assert.ok(!(await wire.heard()).some(({ isPlain }) => isPlain))
    await it.runsOnlyAt('b')
  })

  test('the connection breaks before the switch: it stays at the source', async () => {
    const source = await beforeSwitch(it, 3)
    await it.blades.done('a', killSsh('virt-ssh-helper'))
    assert.equal(await it.outcomeOf(source), 'undone')
    await it.runsOnlyAt('a')
  })

  test('whoever attends it is killed before the switch: the unit calls it off, and it stays', async () => {
    const source = await beforeSwitch(it, 60)
    source.kill()
    await until('it is called off', async () => (await it.blades.state('b')) === 'absent')
    assert.equal(await it.settle(), 'undone')
    await it.runsOnlyAt('a')
  })

  test('libvirt’s connection breaks at the switch: it goes on there, or it is shut off where its disk is known', async () => {
    await it.countsAndDirties()
    await it.unit()
    await it.when('a', 'is switched at the source', killSsh('virt-ssh-helper'))
    if ((await it.outcomeOf(it.source(undefined, SLOW))) === 'taken') return it.runsOnlyAt('b')
    const [here, there] = await where(it)
    assert.match(here, /^shut off/)
    assert.equal(there, 'absent')
  })

  test('libvirt’s connection breaks after it: QEMU sends the rest, and whoever settles it waits', async () => {
    const source = await switched(it)
    await it.blades.done('a', killSsh('virt-ssh-helper'))
    assert.equal(await it.outcomeOf(source), 'taken')
    await it.runsOnlyAt('b')
  })

  test('the stream of its memory breaks after it: it is brought from where it broke off', async () => {
    const source = await switched(it)
    await it.blades.done('a', STREAM)
    await until('it is broken', async () => (await where(it))[1] === 'running (post-copy failed)')
    assert.equal(await it.outcomeOf(source), 'taken')
    await it.runsOnlyAt('b')
  })

  test('it is killed at the destination after it: shut off there, and its source never goes on', async () => {
    const source = await switched(it)
    await it.blades.done('b', 'pkill -KILL qemu')
    assert.equal(await it.outcomeOf(source), 'taken')
    assert.match(source.said(), /what it had in memory is lost/)
    const [here, there] = await where(it)
    assert.deepEqual([here, there], ['absent', 'shut off (crashed)'])
  })

  test('whoever attends it is killed after it: it runs there', async () => {
    const source = await switched(it)
    source.kill()
    assert.equal(await it.settle(), 'taken')
    await it.runsOnlyAt('b')
  })

  test('the unit is killed after it: it runs there', async () => {
    const source = await switched(it)
    await it.blades.done('b', 'kill -KILL $(cat /run/destination.pid)')
    source.kill()
    assert.equal(await it.settle(), 'taken')
    await it.runsOnlyAt('b')
  })
})
