import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from '#findings'
import { type BladeReport, read, type Survey } from '#survey'
import { b, domain, fleetOf, LDAP, OTHER, report, SAN, SIZE, UUID, VM, WWID } from '../../test/lab-fleet.ts'
import { arraySays, key, knowing, look, reservedAs, silent } from '../../test/reserved-lun.ts'

const fleet = fleetOf()
const volume = { alias: LDAP, wwid: WWID, size: SIZE }
const [OLD, OLDEST, NEW] = [key(1, 3), key(1, 1), key(2, 4)]
const barred = { kind: 'barred', blade: b('blade2'), volume, other: b('blade1') } as const
const hidden = { kind: 'hidden', array: SAN, volume, other: b('blade1') } as const
const autostart = { kind: 'autostart', blade: b('blade2'), vm: VM, uuid: UUID } as const

const two = (change: Partial<BladeReport>) => look(fleet, { blade2: report('blade2', change) })
const half = reservedAs([NEW]).map((path, i) => (i === 0 ? path : { ...path, keys: silent }))
type Case = readonly [string, Survey, 'proved' | 'refuted' | 'unknown', RegExp]

const cases: readonly Case[] = [
  ['none of its keys is there', look(fleet, { blade2: knowing('blade2', [NEW]) }), 'proved', /can't write ldap/],
  ['its key is there', look(fleet, { blade2: knowing('blade2', [NEW, OLD]) }), 'refuted', /is registered/],
  ['a key of it of long ago', look(fleet, { blade2: knowing('blade2', [NEW, OLDEST]) }), 'refuted', /is registered/],
  ['nobody has reserved it', two({ reservations: reservedAs([NEW], false) }), 'refuted', /not reserved/],
  ['one path does not say', two({ reservations: half }), 'unknown', /not every path/],
  ['nobody was asked', two({ reservations: [] }), 'unknown', /not every path/],
  ['the holder is silent', look(fleet, { blade2: silent }), 'unknown', /gave no answer/],
]
for (const [name, survey, verdict, why] of cases)
  test(`barred: ${name}: ${verdict}`, () => {
    const finding = prove(barred, fleet, survey)
    assert.deepEqual([finding.verdict, why.test(finding.because)], [verdict, true], finding.because)
  })

test('hidden: only by the word of an array that knows the LUN', () => {
  const says = (array: Parameters<typeof look>[2]) => prove(hidden, fleet, look(fleet, {}, array)).verdict
  const [found] = arraySays([]).volumes
  assert.ok(found)
  assert.deepEqual(
    [
      arraySays(['blade2']),
      arraySays(['blade1', 'blade2']),
      silent,
      { ...arraySays([]), volumes: [{ ...found, wwid: OTHER }] },
    ].map(says),
    ['proved', 'refuted', 'unknown', 'unknown'],
  )
})

test('autostart: a VM that the blade would start by itself, and the command that turns it off', () => {
  const says = (change: Partial<BladeReport>) => prove(autostart, fleet, two(change))
  const found = says({ domains: read([domain('running', { autostart: true })]) })
  assert.deepEqual([found.verdict, found.next], ['refuted', 'ssh blade2 virsh autostart --disable ldap'])
  assert.equal(says({ domains: read([domain('running')]) }).verdict, 'proved')
  assert.equal(says({ domains: silent }).verdict, 'unknown')
})
