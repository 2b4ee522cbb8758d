import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Alias, type BladeName, check, type Fleet, type VmName, type Wwid } from '#documents'
import { type BladeReport, type Domain, EMULATOR_BYTES, read, type Survey } from '#survey'
import { b, device, domain, fleetOf, LDAP, report, sure, surveyOf, UUID, VM, XML } from '../../test/lab-fleet.ts'
import { allBut, movesAtOnce } from '../destinations.ts'
import { emptinessOf } from '../emptiness.ts'
import { evacuationQuestion, placementOf } from '../placement.ts'

const MIB = 1024 ** 2
const intent = { blades: [b('blade1')], to: undefined, degraded: false }
type Guest = {
  readonly name: string
  readonly memory: number
  readonly vcpus?: number
  readonly group?: string
  readonly home?: 'blade1' | 'blade2' | 'blade3'
}

const uuidOf = (i: number): string => `11111111-2222-3333-4444-${String(i).padStart(12, '0')}`
const wwidOf = (i: number): Wwid => `36001405aaaaaaaaaaaaaaaaaaaaaa${String(i).padStart(3, '0')}` as Wwid
const xmlOf = ({ name, memory, vcpus = 1 }: Guest, i: number): string =>
  XML.replace('<name>ldap<', `<name>${name}<`)
    .replace(UUID, uuidOf(i))
    .replace('mapper/ldap', `mapper/${name}`)
    .replace('>160<', `>${memory}<`)
    .replace('<vcpu>1<', `<vcpu>${vcpus}<`)

type Hosts = {
  readonly processors?: number
  /** Of the three blades. */
  readonly chassis?: readonly (string | undefined)[]
  readonly vcpusEach?: number
}

/** Three blades; all these guests run at the first one or where they are at home, each on a volume of its own that all blades see. */
function farm(
  guests: readonly Guest[],
  freeMebibytes: readonly [number | undefined, number | undefined],
  hosts: Hosts = {},
) {
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
    ...sure(
      check.vms({
        uuid: uuidOf(i),
        volumes: [guest.name],
        home: guest.home ?? 'blade1',
        ...(guest.group === undefined ? {} : { anti_affinity: guest.group }),
      }),
    ),
    name: guest.name as VmName,
    xml: xmlOf(guest, i),
  })
  const fleet: Fleet = {
    ...empty,
    settings: {
      ...empty.settings,
      ...(hosts.vcpusEach === undefined ? {} : { policies: { vcpus: hosts.vcpusEach } }),
    },
    blades: new Map(
      [...empty.blades.values()].map((blade, i) => {
        const chassis = hosts.chassis?.[i]
        return [blade.name, chassis === undefined ? blade : { ...blade, chassis }]
      }),
    ),
    volumes: new Map(guests.map((guest, i) => [guest.name as Alias, volumeOf(guest, i)])),
    vms: new Map(guests.map((guest, i) => [guest.name as VmName, vmOf(guest, i)])),
  }
  const runningOn = (node: string): Domain[] =>
    guests.flatMap((guest, i) =>
      (guest.home ?? 'blade1') === node
        ? [domain('running', { name: guest.name, uuid: uuidOf(i), xml: xmlOf(guest, i) })]
        : [],
    )
  const at = (node: 'blade1' | 'blade2' | 'blade3', mebibytes: number | undefined): BladeReport => {
    const told = withDisks(report(node, { domains: read(runningOn(node)) }), guests, mebibytes)
    return { ...told, host: { ...told.host, processorCount: hosts.processors } }
  }
  const survey = surveyOf(fleet, {
    blade1: at('blade1', 65_536),
    blade2: at('blade2', freeMebibytes[0]),
    blade3: at('blade3', freeMebibytes[1]),
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
    'one takes 1128 MiB, 1127 MiB are free on blade2',
    'one takes 1128 MiB, 1000 MiB are free on blade3',
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
  assert.deepEqual([moves, left, strangers], [[], [], [{ domain: 'theirs', blade: 'blade1' }]])
})

test('whether one more blade may be lost afterwards: by the memory of those that are left', () => {
  const guest = (memory: number) => [{ name: 'one', memory }]
  assert.equal(placed(farm(guest(1000), [2000, 2000])).spare.holds, 'yes')
  assert.equal(placed(farm(guest(1000), [2000, 500])).spare.holds, 'no')
  assert.equal(placed(farm(guest(1000), [2000, undefined])).spare.holds, 'not told')
})

const whereTo = (of: ReturnType<typeof farm>) => placed(of).moves.map(({ vm, to }) => `${vm} ${to}`)

test('two of an anti-affinity group never come onto one blade; who finds no other is left, with who is in the way', () => {
  const web = (name: string, home?: 'blade2' | 'blade3') => ({
    ...{ name, memory: 100, group: 'web' },
    ...(home === undefined ? {} : { home }),
  })
  assert.deepEqual(whereTo(farm([web('one'), web('two')], [9000, 5000])), ['one blade2', 'two blade3'])
  assert.deepEqual(whereTo(farm([web('one'), web('other', 'blade2')], [9000, 5000])), ['one blade3'])
  const [left] = placed(farm([web('one'), web('other', 'blade2')], [9000, 50])).left
  assert.deepEqual(left?.because, [
    'one takes 228 MiB, 50 MiB are free on blade3',
    'blade2: other of its anti-affinity group web is there',
  ])
  // The big one would take the only place that the choosy one has.
  const big = { name: 'big', memory: 1000 }
  const held = [big, web('one'), web('other', 'blade2')]
  assert.deepEqual(whereTo(farm(held, [1300, 1150])).sort(), ['big blade2', 'one blade3'])
})

test('not into the chassis of another one of its group where it can be had, and said where it can’t', () => {
  const guests = [
    { name: 'one', memory: 100, group: 'web' },
    { name: 'other', memory: 100, group: 'web', home: 'blade1' as const },
  ]
  // `one` leaves blade2; `other` stays on blade1, whose chassis blade3 shares or does not.
  const leaving = { ...intent, blades: [b('blade2')] }
  const place = (chassis: readonly string[]) => {
    const { fleet, survey } = farm([{ ...guests[0], home: 'blade2' } as Guest, guests[1] as Guest], [9000, 5000], {
      chassis,
    })
    return placementOf(fleet, survey, leaving)
  }
  const { moves, remarks } = place(['c1', 'c2', 'c1'])
  assert.deepEqual(
    moves.map(({ vm, to }) => `${vm} ${to}`),
    ['one blade3'],
  )
  assert.match(remarks.join(), /^one on blade3 is in one chassis, c1, with other of its anti-affinity group$/)
  assert.deepEqual(place(['c1', 'c2', 'c3']).remarks, [])
  // Both others could take it: the one with less memory is in another chassis.
  const free = farm([{ ...guests[0] } as Guest, { ...guests[1], name: 'gone', group: 'web' } as Guest], [9000, 5000], {
    chassis: ['c0', 'c1', 'c2'],
  })
  assert.deepEqual(whereTo(free), ['gone blade2', 'one blade3'])
})

test('processors: never more virtual ones than the blade has, and of all no more for each than the fleet allows', () => {
  const guest = (name: string, vcpus: number) => ({ name, memory: 100, vcpus })
  const [left] = placed(farm([guest('one', 9)], [9000, 9000], { processors: 8 })).left
  assert.deepEqual(left?.because, ['it has 9 virtual processors, the blade 8 processors'])
  assert.equal(
    whereTo(farm([guest('one', 8), guest('two', 8), guest('six', 8)], [9000, 9000], { processors: 8 })).length,
    3,
  )
  const most = placed(
    farm([guest('one', 8), guest('two', 8), guest('six', 8)], [9000, 9000], { processors: 8, vcpusEach: 1 }),
  )
  assert.equal(most.moves.length, 2)
  assert.match(most.left[0]?.because.join() ?? '', /16 virtual processors on 8 processors are more than 1 for each/)
  assert.equal(whereTo(farm([guest('one', 1)], [9000, 9000], { vcpusEach: 1 })).length, 0)
})

test('several blades at once: their VMs share what the others have, and nothing goes to one that is to be empty', () => {
  const guests: Guest[] = [
    { name: 'one', memory: 1000 },
    { name: 'two', memory: 1000, home: 'blade2' },
  ]
  const { fleet, survey } = farm(guests, [9000, 2000])
  const all = { ...allBut(fleet, [b('blade3')]), degraded: false }
  assert.deepEqual(all, { blades: ['blade1', 'blade2'], to: ['blade3'], degraded: false })
  const { moves, left } = placementOf(fleet, survey, all)
  assert.deepEqual(
    [moves.map(({ vm, from, to }) => [vm, from, to]), left.map(({ vm, from }) => [vm, from])],
    [[['one', 'blade1', 'blade3']], [['two', 'blade2']]],
  )
  assert.throws(() => allBut(fleet, [b('blade1'), b('blade2'), b('blade3')]), /no other blade/)
  const here = { blades: [b('blade1')], to: undefined, degraded: false }
  assert.deepEqual(
    [all, here].map((one) => movesAtOnce(fleet, one, undefined)),
    [2, 2],
  )
  assert.equal(movesAtOnce(fleet, all, 1), 1)
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
  assert.ok(
    [...blades.values()].every(({ speeds }) => speeds.length === 0),
    'no link is measured, each would load the others',
  )
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
