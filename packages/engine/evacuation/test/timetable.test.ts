import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VmName } from '#documents'
import { type GuestMemory, type Reading, read } from '#survey'
import { b, domain, fleetOf, report, surveyOf, VM } from '../../test/lab-fleet.ts'
import type { Move } from '../placement.ts'
import { legsOf, timetableOf } from '../timetable.ts'

const MIB = 1024 ** 2
const SLOTS = { atOnce: 2, allowed: 2 }
const intent = { blades: [b('blade1')], to: undefined, degraded: false }
const NAMES = ['one', 'two', 'three'] as const
const uuidOf = (i: number): string => `11111111-2222-3333-4444-${String(i).padStart(12, '0')}`

/** Guests of 1000 MiB at blade1, and a link of 100 MiB/s to each of the others. */
function farm(to: readonly ('blade2' | 'blade3')[], dirty = 0, link: Reading<number> = read(100 * MIB)) {
  const plain = fleetOf({ blades: 3 })
  const vm = plain.vms.get(VM) ?? assert.fail()
  const vms = to.map((_, i) => ({ ...vm, name: (NAMES[i] ?? '') as VmName, uuid: uuidOf(i) }))
  const fleet = { ...plain, vms: new Map(vms.map((one) => [one.name, one])) }
  const moves = to.map(
    (blade, i): Move => ({ vm: (NAMES[i] ?? '') as VmName, from: b('blade1'), to: b(blade), bytes: 1000 * MIB - i }),
  )
  const guests = to.map((_, i): GuestMemory => {
    return { uuid: uuidOf(i), givenBytes: 1000 * MIB, residentBytes: undefined, dirtyBytesPerSecond: read(dirty * MIB) }
  })
  const speeds = ['blade2', 'blade3'].map((name) => ({ link: `blade1:${name}`, bytesPerSecond: link }))
  const survey = surveyOf(fleet, {
    blade1: report('blade1', { domains: read([domain('running')]), guests: read(guests), speeds: read(speeds) }),
    blade2: report('blade2'),
    blade3: report('blade3'),
  })
  return { fleet, moves, survey }
}

function table({ fleet, moves, survey }: ReturnType<typeof farm>, slots = SLOTS, wishes = {}) {
  const wish = { ...intent, transfer: wishes }
  const answers = legsOf(fleet, survey, wish, moves).map((leg) => ({ leg, survey }))
  return timetableOf(fleet, wish, answers, slots)
}

test('one question for each pair of blades, with the guests that move between them and both ends of the link', () => {
  const { fleet, moves, survey } = farm(['blade2', 'blade3', 'blade2'])
  const legs = legsOf(fleet, survey, intent, moves)
  assert.deepEqual(
    legs.map(({ moves: of }) => of.map(({ vm }) => vm)),
    [['one', 'three'], ['two']],
  )
  const [first] = legs
  assert.deepEqual(first?.question.blades.get(b('blade1'))?.guests, [uuidOf(0), uuidOf(2)])
  assert.deepEqual(first?.question.blades.get(b('blade1'))?.speeds, [{ link: 'blade1:blade2', way: 'tcp://blade2' }])
  assert.deepEqual(first?.question.blades.get(b('blade2'))?.speeds, [{ link: 'blade1:blade2', way: undefined }])
})

test('two at once out of one blade share its link: as long as one after the other', () => {
  const of = (slots: typeof SLOTS) => Math.round(table(farm(['blade2', 'blade3']), slots).seconds)
  assert.deepEqual([of(SLOTS), of({ ...SLOTS, atOnce: 1 })], [20, 20])
  assert.equal(Math.round(table(farm(['blade2', 'blade3', 'blade2'])).seconds), 30)
})

test('a limit that leaves room for two lets both go at once', () => {
  assert.equal(Math.round(table(farm(['blade2', 'blade3']), SLOTS, { bandwidthMibPerSecond: 50 }).seconds), 20)
  assert.equal(
    Math.round(table(farm(['blade2', 'blade3']), { ...SLOTS, atOnce: 1 }, { bandwidthMibPerSecond: 50 }).seconds),
    40,
  )
})

test('one that gets dirty faster than it travels is named, and is not in the time', () => {
  const { never, moves, seconds } = table(farm(['blade2'], 200))
  assert.deepEqual([never, moves, seconds], [['one'], [], 0])
  assert.deepEqual(table(farm(['blade2'], 200), SLOTS, { slows: true }).never, [])
})

test('a link that was not measured: untold, with the reason; a limit stands in for it', () => {
  const silent: Reading<number> = { state: 'refused', because: 'nobody listens' }
  assert.match(table(farm(['blade2'], 0, silent)).untold[0]?.because ?? '', /nobody listens/)
  assert.equal(Math.round(table(farm(['blade2'], 0, silent), SLOTS, { bandwidthMibPerSecond: 10 }).seconds), 100)
})
