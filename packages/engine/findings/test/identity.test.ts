import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes } from '#documents'
import { prove } from '#findings'
import type { BladeReport } from '#survey'
import { b, device, fleetOf, LDAP, OTHER, report, SIZE, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const claim = {
  kind: 'identity',
  blade: b('blade1'),
  volume: { alias: LDAP, wwid: WWID, size: SIZE },
} as const
const judge = (change: Partial<BladeReport>) =>
  prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1', change) }))

const [map] = report('blade1').maps
assert.ok(map)

const cases: readonly (readonly [string, Partial<BladeReport>, 'proved' | 'refuted' | 'unknown', RegExp])[] = [
  ['every path is the recorded LUN', {}, 'proved', /INQUIRY on 2 of 2 paths/],
  [
    'the alias is a map of another LUN, as in recordings/32',
    { maps: [{ ...map, wwid: OTHER }], devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)] },
    'refuted',
    /is another LUN/,
  ],
  [
    'the array reused the number on one fabric: the map keeps the old id, INQUIRY does not (recordings/44)',
    { devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] },
    'refuted',
    /is another LUN/,
  ],
  ['there is no map', { maps: [] }, 'refuted', /no \/dev\/mapper\/ldap/],
  ['there is no map and no path', { maps: [], devices: [] }, 'refuted', /no \/dev\/mapper\/ldap/],
  ['a regular file lies there', { maps: [], impostors: ['ldap'] }, 'refuted', /is no device/],
  ['a regular file hides a map', { impostors: ['ldap'] }, 'refuted', /is no device/],
  ['the map is not multipath’s', { maps: [{ ...map, wwid: undefined, slaves: [] }] }, 'refuted', /another LUN/],
  [
    'the LUN has another size',
    { devices: [device('A', 'sdb', WWID, 4096 as Bytes), device('B', 'sdc')] },
    'refuted',
    /another size/,
  ],
  ['the map has another size', { maps: [{ ...map, size: 512 as Bytes }] }, 'refuted', /another size/],
  [
    'one path is silent: silence is not consent',
    { devices: [device('A', 'sdb'), { ...device('B', 'sdc'), inquiry: { state: 'timed out', because: 'stuck' } }] },
    'unknown',
    /not every path/,
  ],
  [
    'a path that the kernel has failed may be silent',
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
      devices: [device('A', 'sdb'), { ...device('B', 'sdc'), inquiry: { state: 'timed out', because: 'no link' } }],
    },
    'proved',
    /INQUIRY on 1 of 2 paths/,
  ],
  [
    'a failed path that answers as another LUN refutes',
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
      devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)],
    },
    'refuted',
    /is another LUN/,
  ],
  ['the map holds a path that was not asked', { devices: [device('A', 'sdb')] }, 'unknown', /not every path/],
]
for (const [rule, change, verdict, because] of cases)
  test(`identity ${verdict}: ${rule}`, () => {
    const finding = judge(change)
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match(finding.because, because)
  })

test('identity unknown: the blade gave no answer', () => {
  const silent = surveyOf(fleet, { blade1: { state: 'timed out', because: '45 s' } })
  const { verdict, because } = prove(claim, fleet, silent)
  assert.deepEqual([verdict, because], ['unknown', 'blade1 gave no answer (timed out: 45 s)'])
})
