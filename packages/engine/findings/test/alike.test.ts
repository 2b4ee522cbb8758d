import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes } from '#documents'
import { prove, questionOf } from '#findings'
import { type BladeReport, read, type ScsiDevice } from '#survey'
import { b, device, fleetOf, LDAP, OTHER, report, SIZE, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const claim = {
  kind: 'alike',
  volume: { alias: LDAP, wwid: WWID, size: SIZE },
  blades: [b('blade1'), b('blade2')],
} as const
const judge = (second: Partial<BladeReport>) =>
  prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2', second) }))

const blocksOf = (device: ScsiDevice, blockBytes: number): ScsiDevice => ({
  ...device,
  inquiry: device.inquiry.state === 'read' ? read({ ...device.inquiry.value, blockBytes }) : device.inquiry,
})
const [A, B] = [device('A', 'sdb'), device('B', 'sdc')]

const cases: readonly (readonly [string, Partial<BladeReport>, 'proved' | 'refuted' | 'unknown', RegExp])[] = [
  ['one size and one block size on both blades', {}, 'proved', /512, through 4 paths of 2 blades/],
  [
    'a path of one blade with larger blocks',
    { devices: [A, blocksOf(B, 4096)] },
    'refuted',
    /in blocks of 4096 {2}sdc on blade2/,
  ],
  [
    'a path of one blade that has kept the old size',
    { devices: [A, device('B', 'sdc', WWID, (SIZE / 2) as Bytes)] },
    'refuted',
    /536870912 bytes.* sdc on blade2/,
  ],
  ['a blade with paths to another LUN only', { devices: [device('A', 'sdb', OTHER)] }, 'unknown', /no path answers/],
]
for (const [what, second, verdict, shown] of cases)
  test(`one size everywhere: ${what}`, () => {
    const finding = judge(second)
    assert.equal(finding.verdict, verdict, finding.because)
    assert.match([finding.because, ...finding.evidence].join('\n'), shown)
  })

test('every blade that it is about is asked', () => {
  assert.deepEqual([...questionOf([claim], fleet).blades.keys()], claim.blades)
})
