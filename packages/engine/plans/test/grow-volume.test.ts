import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, parsePlan, planOf } from '#plans'
import { type BladeReport, read } from '#survey'
import { device, domain, fleetOf, LDAP, OTHER, report, SIZE, surveyOf, WWID, wwpnOf } from '../../test/lab-fleet.ts'

const size = (2 * SIZE) as Bytes
const intent = { kind: 'grow-volume', volume: LDAP, size } as const
const fleet = fleetOf()
const seen = (change: Partial<BladeReport> = {}) =>
  surveyOf(fleet, {
    blade1: report('blade1', { domains: read([domain('running')]) }),
    blade2: report('blade2', change),
  })
const open = (change: Partial<BladeReport>) =>
  proveAll(claimsOf(fleet, intent), fleet, seen(change)).filter(({ verdict }) => verdict !== 'proved')

test('array, every path of every blade, every map, the guest where it runs, the record: in this order', () => {
  assert.deepEqual(open({}), [])
  const plan = planOf(fleet, seen(), intent)
  assert.deepEqual(
    plan.steps.map(({ action, phase }) => `${action.kind} ${'blade' in action ? action.blade : ''} ${phase}`),
    [
      'grow-volume  pivot',
      ...['rescan-paths blade1 forward', 'rescan-paths blade2 forward'],
      ...['resize-map blade1 forward', 'resize-map blade2 forward'],
      'resize-disk blade1 forward',
      'record-documents  forward',
    ],
  )
  assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
  const claims = plan.steps.at(-1)?.requires ?? []
  assert.ok(claims.every((claim) => claim.kind === 'identity' && claim.volume.size === size))
})

const [map] = report('blade2').maps
assert.ok(map)
const bigger = device('B', 'sdc', WWID, size)
assert.ok(bigger.inquiry.state === 'read')
const ofBlocks = { ...device('B', 'sdc'), inquiry: read({ ...bigger.inquiry.value, size: SIZE, blockBytes: 4096 }) }
const down: readonly (readonly [string, Partial<BladeReport>, RegExp])[] = [
  [
    'a path that the kernel has failed',
    {
      maps: [
        {
          ...map,
          slaves: [
            { sd: 'sdb', dm: 'active' },
            { sd: 'sdc', dm: 'failed' },
          ],
        },
      ],
    },
    /a path down on blade2/,
  ],
  [
    'a path that gives no answer',
    { devices: [device('A', 'sdb'), { ...device('B', 'sdc'), inquiry: { state: 'timed out', because: 'x' } }] },
    /a path down on blade2/,
  ],
  ['a path outside the map', { maps: [{ ...map, slaves: [{ sd: 'sdb', dm: 'active' }] }] }, /a path down on blade2/],
  [
    'a port without a path',
    { devices: [device('A', 'sdb')], maps: [{ ...map, slaves: [{ sd: 'sdb', dm: 'active' }] }] },
    /not reached by every port of blade2/,
  ],
  [
    'a path that is another LUN',
    { devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] },
    /1 paths of ldap on blade2 are another LUN/,
  ],
  ['paths of different sizes', { devices: [device('A', 'sdb'), bigger] }, /do not agree on its size/],
  ['paths of different block sizes', { devices: [device('A', 'sdb'), ofBlocks] }, /do not agree on its size/],
]
for (const [what, change, why] of down)
  test(`refused before the array is asked: ${what}`, () => {
    const told = open(change).find(({ claim }) => claim.kind === 'whole')
    assert.equal(told?.verdict, 'refuted')
    assert.match(told?.because ?? '', why)
  })

test('the port that has no path is named', () => {
  const finding = open({ devices: [device('A', 'sdb')], maps: [{ ...map, slaves: [{ sd: 'sdb', dm: 'active' }] }] })[0]
  assert.match(finding?.evidence.join() ?? '', new RegExp(wwpnOf('B', '0c')))
})

test('never smaller, and never the same', () => {
  assert.throws(() => claimsOf(fleet, { ...intent, size: (SIZE / 2) as Bytes }), /it has 1 GiB/)
  assert.throws(() => claimsOf(fleet, { ...intent, size: SIZE }), { code: 'intent-invalid' })
})
