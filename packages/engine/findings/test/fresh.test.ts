import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byUse } from '#documents'
import { claimsOfVerify } from '#plans'
import type { BladeReport, ScsiDevice } from '#survey'
import { b, device, fleetOf, LDAP, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { prove, proveAll } from '../prove.ts'

const fleet = fleetOf({ withVm: false })
const known = (of: ScsiDevice, id: typeof WWID): ScsiDevice => ({ ...of, known: id })
const A = known(device('A', 'sdb'), WWID)
const B = known(device('B', 'sdc'), WWID)
/** On fabric B alone the array has given the number to another LUN, and the kernel goes on with the old id. */
const REUSED = known(device('B', 'sdc', OTHER), WWID)

const judged = (change: Partial<BladeReport>, of = fleet) =>
  prove({ kind: 'fresh', blade: b('blade1') }, of, surveyOf(of, { blade1: report('blade1', change) }))

test('devices that are what the kernel knows them for', () =>
  assert.equal(judged({ devices: [A, B] }).verdict, 'proved'))

test('a number that was reused on one fabric: blade, place, disk, map, both ids and whose they are', () => {
  const { verdict, evidence } = judged({ devices: [A, REUSED] })
  assert.equal(verdict, 'refuted')
  assert.deepEqual(evidence, [
    `7:0:0:1  sdc  B  in the map ldap  known as ${WWID} (ldap), is ${OTHER} (no volume of this fleet)`,
  ])
})

test('outside of any map too; and the name of a volume that was put aside is known', () => {
  const volume = fleet.volumes.get(LDAP)
  assert.ok(volume)
  const aside = { ...fleet, ...byUse([{ ...volume, state: 'aside' }]) }
  const { evidence } = judged({ devices: [A, REUSED], maps: [] }, aside)
  assert.match(evidence[0] ?? '', /sdc {2}B {2}in no map {2}known as .* \(ldap, aside\)/)
})

test('where the kernel notes no id, the map that holds the device says what it is taken for', () =>
  assert.equal(judged({ devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] }).verdict, 'refuted'))

test('a device that is silent, or a blade that is, proves nothing', () => {
  const silent = { ...B, inquiry: { state: 'timed out', because: 'no answer' } } as const
  assert.equal(judged({ devices: [A, silent] }).verdict, 'unknown')
  const nobody = surveyOf(fleet, { blade1: { state: 'timed out', because: 'no answer' } })
  assert.equal(prove({ kind: 'fresh', blade: b('blade1') }, fleet, nobody).verdict, 'unknown')
})

test('a volume is verified by all of it, on every blade: what is stale on one is told, and nothing else', () => {
  const claims = claimsOfVerify(fleet, [...fleet.volumes.values()])
  const kinds = new Set(claims.map(({ kind }) => kind))
  for (const kind of [
    'identity',
    'visible',
    'redundancy',
    'alike',
    'aliases',
    'alias-held',
    'on-array',
    'fresh',
  ] as const)
    assert.ok(kinds.has(kind), kind)
  const seen = surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2', { devices: [A, REUSED] }) })
  const open = proveAll(claims, fleet, seen).filter(
    ({ verdict, claim }) => verdict === 'refuted' && claim.kind !== 'alias-held',
  )
  assert.deepEqual(
    open.map(({ claim }) => [claim.kind, 'blade' in claim ? claim.blade : '']),
    [
      ['fresh', 'blade2'],
      ['identity', 'blade2'],
      ['visible', 'blade2'],
    ],
  )
})
