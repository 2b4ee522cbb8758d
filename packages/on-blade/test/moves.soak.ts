/** More of what may befall a hand-over between two real libvirtds than `npm test` has the time for. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { killSsh, Mover } from './mover.ts'
import { leftOut, until } from './two-blades.ts'

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
