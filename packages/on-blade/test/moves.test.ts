/** The hand-over between two real libvirtds: whatever befalls it, one guest runs in the end, or none and it is said why. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { writer } from '../index.ts'
import { killSsh, Mover } from './mover.ts'
import { leftOut, until, VM } from './two-blades.ts'

describe('moves between two libvirtds', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
  })
  after(() => it.down())
  beforeEach(() => it.again())

  test('the copy at the destination dies in pre-copy: it stays at the source, and says so', async () => {
    await it.unit()
    await it.when('b', 'comes in', 'pkill -KILL qemu')
    assert.equal(await it.outcomeOf(it.source()), 'undone')
    await it.runsOnlyAt('a')
  })

  test('a move: it goes on at the destination, and nothing of it is left', async () => {
    await it.unit()
    assert.equal(await it.outcomeOf(it.source()), 'taken')
    await it.runsOnlyAt('b')
    assert.equal(await it.blades.state('a'), 'absent')
  })

  test('libvirt ends the source while that is made to stand still: nobody waits for a process that can’t hear it', async () => {
    await it.unit()
    const stops = '    still = word == "idle" and emulator.stand_still()\n'
    assert.ok(writer.text.includes(stops))
    const source = it.source(writer.text.replace(stops, `${stops}    time.sleep(1)\n`))
    assert.equal(await it.outcomeOf(source), 'taken')
    const pausedMs = Number(/paused for at most (\d+) ms/.exec(source.said())?.[1])
    assert.ok(pausedMs < 5000, source.said())
    await it.runsOnlyAt('b')
  })

  test('one that was paused stays paused', async () => {
    await it.blades.done('a', `virsh -q suspend ${VM}`)
    await it.unit('paused')
    assert.equal(await it.outcomeOf(it.source()), 'taken')
    assert.deepEqual([await it.blades.state('a'), await it.blades.state('b')], ['absent', 'paused (user)'])
  })

  test('the connection of the move breaks at the landing: one goes on, where its memory is the newest', async () => {
    await it.unit()
    await it.when('a', 'stands still at the source', killSsh('virt-ssh-helper'))
    const how = await it.outcomeOf(it.source())
    await it.runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })

  test('a silent cut as it lands: nobody goes on before it is settled, and then one', async () => {
    await it.unit()
    const watch = await it.when('a', 'stands still at the source', 'sleep 0.03; echo now')
    const source = it.source()
    await until('it stands still', () => watch.said().includes('now'))
    it.blades.cut()
    await source.ended
    it.blades.heal()
    const how = await it.outcomeOf(source)
    await it.runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })
})
