/** The hand-over between two real libvirtds: whatever befalls it, one guest runs in the end, or none and it is said why. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Mover, type Settled } from './mover.ts'
import { leftOut, type Running, until, VM } from './two-blades.ts'

/** Ends those of a blade's ssh that were told this. */
const killSsh = (word: string): string =>
  `for p in $(pgrep -x ssh); do ! grep -q ${word} /proc/$p/cmdline || kill -KILL $p; done`

describe('moves between two libvirtds', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
  })
  after(() => it.down())
  beforeEach(() => it.again())

  /** One guest, whose memory is what the disk has; it goes on writing. */
  async function runsOnlyAt(side: 'a' | 'b'): Promise<void> {
    const [here, there] = [await it.blades.state(side), await it.blades.state(side === 'a' ? 'b' : 'a')]
    assert.match(here, /^running/)
    assert.equal(there === 'absent' || there.startsWith('shut off'), true, there)
    const { count } = it.blades.count()
    await until(`the guest at ${side} writes`, () => it.blades.count().count > count + 10, 5000)
    assert.equal(it.blades.count().foreign, 0, 'another copy has written, or it went on from older memory')
  }

  /** What has become of it, by the hands of whoever reaches both blades where the programs could not end it. */
  async function ended(source: Running): Promise<Settled> {
    const { exit, stdout, stderr } = await source.ended
    if (exit === 1) {
      assert.match(stdout, /answer stays\n$/, stderr)
      return 'undone'
    }
    return /answer taken\n$/.test(stdout) ? 'taken' : it.settle()
  }

  test('the copy at the destination dies in pre-copy: it stays at the source, and says so', async () => {
    await it.unit()
    await it.when('b', 'comes in', 'pkill -KILL qemu')
    assert.equal(await ended(it.source()), 'undone')
    await runsOnlyAt('a')
  })

  test('a move: it goes on at the destination, and nothing of it is left', async () => {
    await it.unit()
    assert.equal(await ended(it.source()), 'taken')
    await runsOnlyAt('b')
    assert.equal(await it.blades.state('a'), 'absent')
  })

  test('one that was paused stays paused', async () => {
    await it.blades.done('a', `virsh -q suspend ${VM}`)
    await it.unit('paused')
    assert.equal(await ended(it.source()), 'taken')
    assert.deepEqual([await it.blades.state('a'), await it.blades.state('b')], ['absent', 'paused (user)'])
  })

  test('the connection of the move breaks at the landing: one goes on, where its memory is the newest', async () => {
    await it.unit()
    await it.when('a', 'stands still at the source', killSsh('virt-ssh-helper'))
    const how = await ended(it.source())
    await runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })

  test('the pipe breaks as it lands: it is opened again, and asked', async () => {
    await it.unit()
    await it.when('a', 'stands still at the source', killSsh('BatchMode'))
    assert.equal(await ended(it.source()), 'taken')
    await runsOnlyAt('b')
  })

  test('whoever attends the move at the source is killed: it is settled, and runs once', async () => {
    await it.unit()
    const source = it.source()
    await until('it has begun', () => source.said().includes('unsettled'))
    source.kill()
    const how = await it.settle()
    await runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })

  test('the unit is killed as it lands: it is settled, and runs once', async () => {
    await it.unit()
    await it.when('b', 'comes in', 'kill -KILL $(cat /run/destination.pid)')
    const how = await ended(it.source())
    assert.equal(how, 'taken')
    await runsOnlyAt('b')
  })

  test('a silent cut as it lands: nobody goes on before it is settled, and then one', async () => {
    await it.unit()
    const watch = await it.when('a', 'stands still at the source', 'sleep 0.03; echo now')
    const source = it.source()
    await until('it stands still', () => watch.said().includes('now'))
    it.blades.cut()
    const { stdout } = await source.ended
    it.blades.heal()
    const how = /answer taken\n$/.test(stdout) ? 'taken' : await it.settle()
    await runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })
})
