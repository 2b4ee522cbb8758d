/** More of what may befall a hand-over between two real libvirtds than `npm test` has the time for. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { certify, withoutCertificates } from './certificates.ts'
import { COUNTING_SECTOR } from './counting-guest.ts'
import { DIRTIED_MIB } from './dirtying-guest.ts'
import { killSsh, Mover } from './mover.ts'
import { TRANSFER } from './transfer.ts'
import { leftOut, SECOND_ADDRESSES, until } from './two-blades.ts'
import { Wire } from './wire.ts'

describe('moves between two libvirtds, hurt', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
  })
  after(() => it.down())
  beforeEach(() => it.again())

  test('the pipe breaks as it lands: it is opened again, and asked', async () => {
    await it.unit()
    await it.when('a', 'stands still at the source', killSsh('BatchMode'))
    assert.equal(await it.outcomeOf(it.source()), 'taken')
    await it.runsOnlyAt('b')
  })

  test('whoever attends the move at the source is killed: it is settled, and runs once', async () => {
    await it.unit()
    const source = it.source()
    await until('it has begun', () => source.said().includes('unsettled'))
    source.kill()
    const how = await it.settle()
    await it.runsOnlyAt(how === 'taken' ? 'b' : 'a')
  })

  test('the unit is killed as it lands: it is settled, and runs once', async () => {
    await it.unit()
    await it.when('b', 'comes in', 'kill -KILL $(cat /run/destination.pid)')
    const how = await it.outcomeOf(it.source())
    assert.equal(how, 'taken')
    await it.runsOnlyAt('b')
  })
})

describe('moves between two libvirtds, by each way that their memory may take', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
    it.blades.secondCable()
  })
  after(() => it.down())
  beforeEach(() => it.again())

  const together = [
    ['TLS on one connection', { encrypted: 'tls' }],
    ['TLS, compressed', { encrypted: 'tls', compresses: true }],
    [
      'TLS, several connections, slowed, limited',
      { encrypted: 'tls', connections: 2, slows: true, bandwidthMibPerSecond: 64 },
    ],
    [
      'ssh, compressed, slowed, limited',
      { encrypted: 'ssh', compresses: true, slows: true, bandwidthMibPerSecond: 64 },
    ],
    ['compressed, slowed, limited', { compresses: true, slows: true, bandwidthMibPerSecond: 64 }],
  ] as const
  for (const [what, transfer] of together)
    test(`together: ${what}`, async () => {
      certify(it.blades)
      await it.unit()
      const wire = await Wire.from(it.blades, COUNTING_SECTOR.subarray(0, 0x50))
      assert.equal(await it.outcomeOf(it.source(undefined, { ...TRANSFER, ...transfer })), 'taken')
      const heard = await wire.heard()
      assert.equal(
        heard.some(({ isPlain }) => isPlain),
        !('encrypted' in transfer),
      )
      await it.runsOnlyAt('b')
    })

  test('through ssh and over several connections: it comes to nothing, which we say before', async () => {
    await it.unit()
    assert.equal(await it.outcomeOf(it.source(undefined, { ...TRANSFER, encrypted: 'ssh', connections: 2 })), 'undone')
    await it.runsOnlyAt('a')
  })

  test('compressed and over several connections: nothing is compressed, which we say before', async () => {
    await it.dirties()
    await it.unit()
    const rungs = { pausesMs: [300], patience: { passes: 2, seconds: 2 }, bandwidthMibPerSecond: DIRTIED_MIB / 2 }
    const source = it.source(undefined, { ...rungs, compresses: true, connections: 2 })
    assert.equal(await it.outcomeOf(source), 'undone')
    assert.match(source.said(), /passes have left as much as they carried/)
  })

  test('TLS to an address: the certificate that names it counts, by the second cable', async () => {
    certify(it.blades, { b: SECOND_ADDRESSES.b })
    await it.unit()
    const source = it.source(undefined, { ...TRANSFER, encrypted: 'tls' }, `tcp://${SECOND_ADDRESSES.b}`)
    assert.equal(await it.outcomeOf(source), 'taken', source.said())
    await it.runsOnlyAt('b')
  })

  test('TLS to one whose certificate names another: it stays', async () => {
    certify(it.blades, { b: 'blade-c' })
    await it.unit()
    const source = it.source(undefined, { ...TRANSFER, encrypted: 'tls' })
    assert.equal(await it.outcomeOf(source), 'undone')
    assert.match(source.said(), /stays here: .*blade-b is named by its certificate/s)
    await it.runsOnlyAt('a')
  })

  test('TLS where only the source has certificates, or only the destination, or neither: it stays, and where to look is said', async () => {
    for (const side of ['a', 'b', undefined] as const) {
      certify(it.blades)
      withoutCertificates(it.blades, side)
      await it.again()
      await it.unit()
      const source = it.source(undefined, { ...TRANSFER, encrypted: 'tls' })
      assert.equal(await it.outcomeOf(source), 'undone')
      assert.match(source.said(), /vm1 stays here: .*both blades have ca-cert\.pem.* where migrate_tls_x509_cert_dir/)
      await it.runsOnlyAt('a')
    }
  })
})
