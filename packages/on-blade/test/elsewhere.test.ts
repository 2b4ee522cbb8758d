/** What is not the same on two blades, between two real libvirtds: where their emulator lies, what is in a guest's drives. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { acts, reader } from '../index.ts'
import { Mover } from './mover.ts'
import { leftOut, UUID, VM } from './two-blades.ts'

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

describe('files in drives that only the one blade has', { skip: leftOut }, () => {
  let it: Mover
  const [ISO, IMAGE] = ['/run/d.iso', '/run/f.img']
  const DRIVES = `<disk type="file" device="cdrom"><source file="${ISO}"/><target dev="hdc" bus="ide"/><readonly/></disk><disk type="file" device="floppy"><source file="${IMAGE}"/><target dev="fda" bus="fdc"/></disk>`
  before(async () => {
    it = await Mover.up()
    await it.blades.done(
      'a',
      `truncate -s 1M ${ISO}; truncate -s 1440K ${IMAGE}; sed -i 's#<devices>#<devices>${DRIVES}#' /run/vm.xml`,
    )
    await it.again()
  })
  after(() => it.down())

  const act = (name: 'eject-medium' | 'insert-medium', drive: string, path: string) =>
    it.blades.run('a', acts[name], [UUID, VM, drive, path]).ended
  const held = async (how: string) =>
    (await it.blades.done('a', `virsh -q domblklist ${how} ${VM}`)).match(/\/run\/[df]\.\S+/g) ?? []

  test('they come out of what runs and of its definition, go in again, and out once more', async () => {
    for (const name of ['eject-medium', 'insert-medium', 'eject-medium'] as const) {
      for (const [drive, path] of [
        ['hdc', ISO],
        ['fda', IMAGE],
      ] as const)
        for (const _ of [1, 2]) assert.equal((await act(name, drive, path)).stderr, '', `${name} ${drive}`)
      const files = name === 'eject-medium' ? [] : [ISO, IMAGE].sort()
      assert.deepEqual([(await held('')).sort(), (await held('--inactive')).sort()], [files, files])
    }
  })

  test('with empty drives it goes', async () => {
    await it.unit()
    assert.equal(await it.outcomeOf(it.source()), 'taken')
    await it.runsOnlyAt('b')
  })
})

describe('firmware variables of a guest that moves', { skip: leftOut }, () => {
  let it: Mover
  const VARIABLES = '/var/lib/libvirt/qemu/nvram/vm1_VARS.fd'
  before(async () => {
    it = await Mover.up()
    const made = `head -c 262144 /dev/zero >/run/vars.fd; bios=$(ls /usr/share/seabios/bios-256k.bin /usr/share/qemu/bios-256k.bin 2>/dev/null | head -n 1); sed -i "s#<os>#<os><loader readonly='yes' type='pflash'>$bios</loader><nvram template='/run/vars.fd'>${VARIABLES}</nvram>#; s#</os>#</os><features><acpi/></features>#" /run/vm.xml`
    for (const side of ['a', 'b'] as const) await it.blades.done(side, `touch /run/vm.xml; ${made}`)
    await it.again()
    await it.blades.done(
      'a',
      `virsh -q destroy ${VM}; head -c 4096 /dev/urandom | dd of=${VARIABLES} conv=notrunc status=none; virsh -q start ${VM}`,
    )
  })
  after(() => it.down())

  test('travel with it, and are told there by the same hash', async () => {
    const told = async (side: 'a' | 'b') => {
      const { stdout } = await it.blades.run(side, 'exec python3 -I -S -c "$@"', [
        reader,
        'survey',
        '20',
        `state=${UUID}`,
      ]).ended
      return /^\|file\t\S+\tnvram\t\S+\t(\d+\t[0-9a-f]{64})/m.exec(stdout)?.[1]
    }
    const before = await told('a')
    assert.match(before ?? '', /^262144\t/)
    await it.unit()
    assert.equal(await it.outcomeOf(it.source()), 'taken')
    await it.runsOnlyAt('b')
    assert.equal(await told('b'), before)
  })
})
