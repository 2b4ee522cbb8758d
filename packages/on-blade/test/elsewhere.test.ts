/** What is not the same on two blades, between two real libvirtds: where their emulator lies. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { reader } from '../index.ts'
import { Mover } from './mover.ts'
import { leftOut, VM } from './two-blades.ts'

const HERE = '/run/qemu-here'
const THERE = '/usr/bin/qemu-system-x86_64'

describe('a guest whose emulator lies elsewhere on the other blade', { skip: leftOut }, () => {
  let it: Mover
  before(async () => {
    it = await Mover.up()
    await it.blades.done(
      'a',
      `ln -s ${THERE} ${HERE}; sed -i 's#<devices>#<devices><emulator>${HERE}</emulator><graphics type="vnc" port="5901" passwd="geheim"/>#' /run/vm.xml`,
    )
    await it.again()
  })
  after(() => it.down())

  test('libvirt there says which one takes what it is run as, and refuses what none takes', async () => {
    const words = ['machine=qemu:x86_64:pc-i440fx-7.2', 'machine=qemu:x86_64:pc-i440fx-99.9']
    const { stdout } = await it.blades.run('b', 'exec python3 -I -S -c "$@"', [reader, 'survey', '20', ...words]).ended
    const said = [...stdout.matchAll(/^\|(\d)\t(takes|refused)\t(\S+)$/gm)].map(([, number, kind, told]) => [
      ...[number, kind, Buffer.from(told ?? '', 'base64').toString()],
    ])
    assert.deepEqual(said[0], ['0', 'takes', THERE])
    assert.deepEqual(said[1]?.slice(0, 2), ['1', 'refused'])
    assert.match(said[1]?.[2] ?? '', /pc-i440fx-99\.9.*is not supported by emulator/)
  })

  test('told nothing of it, libvirt refuses the move, and it stays', async () => {
    await it.unit()
    assert.equal(await it.outcomeOf(it.source()), 'undone')
    await it.runsOnlyAt('a')
  })

  test('told which, it runs there by that one and is defined so; all else is as it was, its secrets too', async () => {
    await it.again()
    await it.unit()
    assert.equal(await it.outcomeOf(it.source(undefined, undefined, undefined, [`emulator=${THERE}`])), 'taken')
    await it.runsOnlyAt('b')
    for (const how of ['', '--inactive']) {
      const xml = await it.blades.done('b', `virsh -q dumpxml --security-info ${how} ${VM}`)
      assert.match(xml, new RegExp(`<emulator>${THERE}</emulator>`))
      assert.match(xml, /passwd='geheim'/)
    }
  })
})
