import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Alias, type BladeName, check, type Fleet, type VmName, type Wwid } from '#documents'
import { type BladeReport, type Domain, read, type Survey } from '#survey'
import { b, device, domain, fleetOf, LDAP, report, sure, surveyOf, UUID, VM, XML } from '../../test/lab-fleet.ts'
import { emptinessOf } from '../emptiness.ts'
import { EMULATOR_BYTES } from '../memory.ts'
import { evacuationQuestion, placementOf } from '../placement.ts'

const MIB = 1024 ** 2
const intent = { blade: b('blade1'), to: undefined, degraded: false }
type Guest = { readonly name: string; readonly memory: number }

const uuidOf = (i: number): string => `11111111-2222-3333-4444-${String(i).padStart(12, '0')}`
const wwidOf = (i: number): Wwid => `36001405aaaaaaaaaaaaaaaaaaaaaa${String(i).padStart(3, '0')}` as Wwid
const xmlOf = ({ name, memory }: Guest, i: number): string =>
  XML.replace('<name>ldap<', `<name>${name}<`)
    .replace(UUID, uuidOf(i))
    .replace('mapper/ldap', `mapper/${name}`)
    .replace('>160<', `>${memory}<`)

/** Three blades; all these guests run at the first one, each on a volume of its own that all blades see. */
function farm(guests: readonly Guest[], freeMebibytes: readonly [number | undefined, number | undefined]) {
  const empty = fleetOf({ blades: 3, withVolume: false, withVm: false })
  const volumeOf = ({ name }: Guest, i: number) => ({
    ...sure(
      check.volumes({
        ...{ wwid: wwidOf(i), size: '1 GiB', array: 'san1', lun: String(i + 1), writer: 'none', protected: 'true' },
      }),
    ),
    alias: name as Alias,
  })
  const vmOf = (guest: Guest, i: number) => ({
    ...sure(check.vms({ uuid: uuidOf(i), volumes: [guest.name], home: 'blade1' })),
    name: guest.name as VmName,
    xml: xmlOf(guest, i),
  })
  const fleet: Fleet = {
    ...empty,
    volumes: new Map(guests.map((guest, i) => [guest.name as Alias, volumeOf(guest, i)])),
    vms: new Map(guests.map((guest, i) => [guest.name as VmName, vmOf(guest, i)])),
  }
  const running = guests.map((guest, i) =>
    domain('running', { name: guest.name, uuid: uuidOf(i), xml: xmlOf(guest, i) }),
  )
  const at = (node: 'blade1' | 'blade2' | 'blade3', domains: readonly Domain[], mebibytes: number | undefined) =>
    withDisks(report(node, { domains: read(domains) }), guests, mebibytes)
  const survey = surveyOf(fleet, {
    blade1: at('blade1', running, 65_536),
    blade2: at('blade2', [], freeMebibytes[0]),
    blade3: at('blade3', [], freeMebibytes[1]),
  })
  return { fleet, survey }
}

function withDisks(from: BladeReport, guests: readonly Guest[], mebibytes: number | undefined): BladeReport {
  const memory = mebibytes === undefined ? undefined : { totalBytes: 65_536 * MIB, availableBytes: mebibytes * MIB }
  return {
    ...from,
    host: { ...from.host, memory },
    devices: guests.flatMap((_, i) =>
      (['A', 'B'] as const).map((fabric) => ({
        ...device(fabric, `sd${fabric}${i}`, wwidOf(i)),
        hctl: `${fabric === 'A' ? 6 : 7}:0:0:${i + 1}`,
        lun: i + 1,
      })),
    ),
    maps: from.maps.flatMap((map) =>
      guests.map(({ name }, i) => ({
        ...map,
        ...{ name, dm: `dm-${i}`, wwid: wwidOf(i) },
        slaves: (['A', 'B'] as const).map((fabric) => ({ sd: `sd${fabric}${i}`, dm: 'active' as const })),
      })),
    ),
  }
}

test('each VM once, never where it runs, never over memory, and who has no place has a reason', () => {
  const guests = fc
    .array(fc.integer({ min: 64, max: 4096 }), { maxLength: 6 })
    .map((all) => all.map((memory, i) => ({ name: `vm${i}`, memory })))
  const free = fc.option(fc.integer({ min: 0, max: 8192 }), { nil: undefined })
  fc.assert(
    fc.property(guests, free, free, (all, two, three) => {
      const { fleet, survey } = farm(all, [two, three])
      const { moves, left } = placementOf(fleet, survey, intent)
      assert.deepEqual([...moves, ...left].map(({ vm }) => String(vm)).sort(), all.map(({ name }) => name).sort())
      for (const { because } of left) assert.ok(because.length > 0 && because.every((why) => why !== ''))
      for (const [to, mebibytes] of [
        ['blade2', two],
        ['blade3', three],
      ] as const) {
        const given = moves.filter((move) => move.to === to).reduce((sum, { bytes }) => sum + bytes, 0)
        assert.ok(given <= (mebibytes ?? 0) * MIB, `${to} is given ${given}`)
      }
      assert.ok(moves.every(({ to }) => to !== 'blade1'))
      const sizes = moves.map(({ bytes }) => bytes)
      assert.deepEqual(
        sizes,
        sizes.toSorted((one, other) => other - one),
      )
      assert.deepEqual(placementOf(fleet, survey, intent), placementOf(fleet, survey, intent))
    }),
    { numRuns: 60 },
  )
})

const placed = ({ fleet, survey }: { fleet: Fleet; survey: Survey }) => placementOf(fleet, survey, intent)

test('largest first to where most is free; filled one by one only where that leaves fewer', () => {
  const one = { name: 'one', memory: 1000 }
  const two = { name: 'two', memory: 900 }
  assert.deepEqual(
    placed(farm([two, one], [3000, 2500])).moves.map(({ vm, to }) => `${vm} ${to}`),
    ['one blade2', 'two blade3'],
  )
  // Spread, the big one takes blade3, and one of the others finds nothing.
  const big = { name: 'big', memory: 1500 }
  const tight = placed(farm([big, one, two], [1800, 2300])).moves.map(({ vm, to }) => `${vm} ${to}`)
  assert.deepEqual(tight, ['big blade2', 'one blade3', 'two blade3'])
})

test('what a guest was given counts where it looks available still, and what it needs beside its memory too', () => {
  const { fleet, survey } = farm([{ name: 'one', memory: 1000 }], [1127, 1000])
  const [left] = placed({ fleet, survey }).left
  assert.deepEqual(left?.because, [
    'blade2: 1128 MiB are needed, 1127 MiB are free',
    'blade3: 1128 MiB are needed, 1000 MiB are free',
  ])
  assert.equal(placed(farm([{ name: 'one', memory: 1000 }], [1128, 0])).moves[0]?.bytes, 1000 * MIB + EMULATOR_BYTES)
})

const SILENT = { state: 'timed out', because: 'no answer' } as const

/** The lab's one VM, at blade1. */
function lab(change: Partial<BladeReport> = {}, { three = report('blade3') as BladeReport | typeof SILENT } = {}) {
  const fleet = fleetOf({ blades: 3 })
  const memory = { totalBytes: 4096 * MIB, availableBytes: 2048 * MIB }
  const told = (one: BladeReport): BladeReport => ({ ...one, host: { ...one.host, memory } })
  const survey = surveyOf(fleet, {
    blade1: told(report('blade1', { domains: read([domain('running')]) })),
    blade2: told(report('blade2', change)),
    blade3: 'state' in three ? three : told(three),
  })
  return { fleet, survey }
}

test('a destination without the right disk, or without its bridge, is none, and the reason is the finding’s', () => {
  const { moves } = placed(lab({ devices: [] }))
  assert.deepEqual(
    moves.map(({ to }) => String(to)),
    ['blade3'],
  )
  const { left } = placed(lab({ bridges: [] }, { three: report('blade3', { devices: [] }) }))
  assert.equal(left[0]?.because.length, 2)
  assert.match(left[0]?.because.join() ?? '', /blade2 has no bridge br0/)
})

test('a silent blade: nobody knows what runs there, so nothing may move; it is named', () => {
  const { moves, left, silent } = placed(lab({}, { three: SILENT }))
  assert.deepEqual([moves, silent], [[], ['blade3 gave no answer (timed out: no answer)']])
  assert.match(left[0]?.because.join() ?? '', /blade3/)
})

test('what the fleet does not know is named; what is shut off stays', () => {
  const fleet = fleetOf({ blades: 3 })
  const foreign = domain('running', { name: 'theirs', uuid: uuidOf(7) })
  const survey = surveyOf(fleet, {
    blade1: report('blade1', { domains: read([domain('shut off'), foreign]) }),
    blade2: report('blade2'),
    blade3: report('blade3'),
  })
  const { moves, left, strangers } = placed({ fleet, survey })
  assert.deepEqual([moves, left, strangers], [[], [], ['theirs']])
})

test('whether one more blade may be lost afterwards: by the memory of those that are left', () => {
  const guest = (memory: number) => [{ name: 'one', memory }]
  assert.equal(placed(farm(guest(1000), [2000, 2000])).spare.holds, 'yes')
  assert.equal(placed(farm(guest(1000), [2000, 500])).spare.holds, 'no')
  assert.equal(placed(farm(guest(1000), [2000, undefined])).spare.holds, 'not told')
})

test('only to the blades that are named, and one look asks every blade for its domains', () => {
  const { fleet, survey } = lab()
  const only = { ...intent, to: [b('blade3')] }
  assert.deepEqual(
    placementOf(fleet, survey, only).moves.map(({ to }) => String(to)),
    ['blade3'],
  )
  const { blades } = evacuationQuestion(fleet, only)
  assert.deepEqual([...blades.keys()].sort(), ['blade1', 'blade2', 'blade3'])
  assert.ok([...blades.values()].every(({ domains }) => domains))
  assert.throws(() => evacuationQuestion(fleet, { ...intent, to: [b('blade1')] }), /blade1 itself/)
  const [one] = fleet.blades.values()
  assert.ok(one)
  const fenced = { ...fleet, blades: new Map(fleet.blades).set(one.name, { ...one, fenced: true }) }
  assert.throws(() => evacuationQuestion(fenced, intent), /blade1 is fenced/)
})

test('empty: no domain is active, no emulator is left, no map of the fleet’s is open; silence proves nothing', () => {
  const fleet = fleetOf()
  const blade: BladeName = b('blade1')
  const emulators = (count: number) =>
    read(Array.from({ length: count }, (_, i) => ({ pid: 70 + i, name: 'qemu-kvm' })))
  const look = (change: Partial<BladeReport>) => {
    const told = report('blade1', { emulators: emulators(0), ...change })
    return emptinessOf(fleet, surveyOf(fleet, { blade1: told }), blade)
  }
  assert.equal(look({ domains: read([domain('shut off')]) }).empty, true)
  const paused = { domains: read([domain('paused')]), emulators: emulators(1) }
  assert.deepEqual(look(paused).remains, [`${VM} is paused`])
  assert.match(
    look({ emulators: emulators(2) }).remains.join(),
    /libvirt does not tell of, among qemu-kvm 70, qemu-kvm 71/,
  )
  const [map] = report('blade1').maps
  assert.ok(map)
  assert.deepEqual(look({ maps: [{ ...map, openCount: 1 }] }).remains, [`/dev/mapper/${LDAP} is open, 1 times`])
  const hangs = { state: 'timed out', because: 'hangs' } as const
  const { host } = report('blade1')
  for (const change of [{ domains: hangs }, { emulators: hangs }, { host: { ...host, uid: 1000 } }])
    assert.equal(look(change).empty, false)
  assert.equal(emptinessOf(fleet, surveyOf(fleet, { blade1: SILENT }), blade).empty, false)
})
