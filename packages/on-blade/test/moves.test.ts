/** The hand-over between two real libvirtds: whatever befalls it, one guest runs in the end, or none and it is said why. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { writer } from '../index.ts'
import { certify } from './certificates.ts'
import { COUNTING_SECTOR } from './counting-guest.ts'
import { killSsh, Mover } from './mover.ts'
import { TRANSFER } from './transfer.ts'
import { HAS_IPV6, leftOut, SECOND_ADDRESSES, SECOND_ADDRESSES_V6, until, VM } from './two-blades.ts'
import { isOfMemory, type ToPort, Wire } from './wire.ts'

/** Of a guest of 32 MiB that has written next to nothing at least so much travels; libvirt and ssh talk less. */
const MEMORY_BYTES = 300_000

describe('moves between two libvirtds', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
    it.blades.secondCable()
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

  const [v4, v6] = [`tcp://${SECOND_ADDRESSES.b}`, `tcp://[${SECOND_ADDRESSES_V6.b}]`]
  for (const migrateUri of HAS_IPV6 ? [v4, v6] : [v4])
    test(`its memory goes to ${migrateUri}`, async () => {
      await it.unit()
      const before = await came()
      assert.equal(await it.outcomeOf(it.source(undefined, TRANSFER, migrateUri)), 'taken')
      const after = await came()
      const [others, memory] = [after[0] - before[0], after[1] - before[1]]
      assert.ok(memory > MEMORY_BYTES && others < MEMORY_BYTES, `${others} by eth0, ${memory} by eth1`)
      await it.runsOnlyAt('b')
    })

  /** Bytes that have come to `b` by its first cable and by its second one. */
  const came = async (): Promise<readonly [number, number]> => [
    await it.blades.bytesIn('b', 'eth0'),
    await it.blades.bytesIn('b', 'eth1'),
  ]

  /** From `a`, while it moves: what passed to which port of `b`; the counting guest's program stands in its memory as it is here. */
  async function heardWhile(move: () => Promise<unknown>): Promise<ToPort[]> {
    const wire = await Wire.from(it.blades, COUNTING_SECTOR.subarray(0, 0x50))
    await move()
    return wire.heard()
  }
  const moved = (transfer: object) =>
    heardWhile(async () => {
      await it.unit()
      assert.equal(await it.outcomeOf(it.source(undefined, { ...TRANSFER, ...transfer })), 'taken')
    })

  test('in the open and over several connections: to the name of the destination, and it can be read on the cable', async () => {
    const before = await came()
    const [memory, ...others] = (await moved({ connections: 3 })).filter(isOfMemory)
    const [, beside] = await came()
    assert.ok(memory !== undefined && others.length === 0)
    assert.deepEqual([memory.opened, memory.isPlain], [1 + 3, true])
    assert.ok(memory.bytes > MEMORY_BYTES && beside - before[1] < MEMORY_BYTES, `${beside - before[1]} by eth1`)
    await it.runsOnlyAt('b')
  })

  test('by TLS over several connections: nobody reads any of it', async () => {
    certify(it.blades)
    const heard = await moved({ encrypted: 'tls', connections: 3 })
    const [memory, ...others] = heard.filter(isOfMemory)
    assert.ok(memory !== undefined && others.length === 0)
    assert.equal(memory.opened, 1 + 3)
    assert.ok(memory.bytes > MEMORY_BYTES, `${memory.bytes}`)
    assert.ok(!heard.some(({ isPlain }) => isPlain))
    await it.runsOnlyAt('b')
  })

  test('through ssh: no port is opened for its memory, and nobody reads any of it', async () => {
    const heard = await moved({ encrypted: 'ssh' })
    assert.deepEqual(
      heard.map(({ port }) => port),
      [22],
    )
    assert.ok(heard.every(({ bytes, isPlain }) => bytes > MEMORY_BYTES && !isPlain))
    await it.runsOnlyAt('b')
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
