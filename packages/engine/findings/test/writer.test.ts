import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet, Volume, WriterClass } from '#documents'
import { prove } from '#findings'
import { claimsOf } from '#plans'
import { read } from '#survey'
import { b, domain, fleetOf, LDAP, report, surveyOf, VM, XML } from '../../test/lab-fleet.ts'

const SHAREABLE = XML.replace('<target dev', '<shareable/><target dev')
const LUN_DISK = XML.replace("device='disk'", "device='lun'")
const RESERVING = LUN_DISK.replace(
  "<source dev='/dev/mapper/ldap'/>",
  "<source dev='/dev/mapper/ldap'><reservations managed='yes'/></source>",
)
const LEASED = XML.replace(
  '<interface',
  "<lease><lockspace>s</lockspace><key>k</key><target path='/dev/mapper/lease'/></lease><interface",
)

function fleetWith(writer: WriterClass): Fleet {
  const fleet = fleetOf()
  const volume = { ...fleet.volumes.get(LDAP), writer } as Volume
  return { ...fleet, volumes: new Map([[LDAP, volume]]) }
}
const judged = (writer: WriterClass, xml: string, doing: 'start' | 'move' = 'start') => {
  const fleet = fleetWith(writer)
  const survey = surveyOf(fleet, { blade1: report('blade1', { domains: read([domain('running', { xml })]) }) })
  return prove({ kind: 'writer', blade: b('blade1'), vm: VM, doing }, fleet, survey)
}

const cases: readonly (readonly [string, WriterClass, string, 'proved' | 'refuted', RegExp])[] = [
  ['the array, and the domain says nothing', 'array', XML, 'proved', /the array keeps it to one writer/],
  ['nobody', 'none', XML, 'proved', /nobody keeps it to one writer/],
  ['a LUN handed through lets its guest reserve', 'guest', LUN_DISK, 'proved', /its guest reserves it itself/],
  ['<reservations> is the guest’s', 'guest', RESERVING, 'proved', /its guest reserves/],
  ['<shareable/>', 'shared', SHAREABLE, 'proved', /several are meant to write/],
  ['<lease>', 'lease', LEASED, 'proved', /a lease of its domain/],
  ['the array, but the guest may reserve', 'array', LUN_DISK, 'refuted', /do not agree/],
  ['the array, but it is shareable', 'array', SHAREABLE, 'refuted', /do not agree/],
  ['nobody by its document, but it is shareable', 'none', SHAREABLE, 'refuted', /do not agree/],
  ['a lease by its document, but the domain names none', 'lease', XML, 'refuted', /do not agree/],
]
for (const [rule, writer, xml, verdict, because] of cases)
  test(`writer ${verdict}: ${rule}`, () => {
    const finding = judged(writer, xml)
    assert.equal(finding.verdict, verdict)
    assert.match(finding.because, because)
  })

test('a guest’s own registrations do not move with it; a lease and an array’s do', () => {
  assert.equal(judged('guest', RESERVING, 'move').verdict, 'refuted')
  assert.equal(judged('lease', LEASED, 'move').verdict, 'proved')
  assert.equal(judged('array', XML, 'move').verdict, 'proved')
})

test('a volume that several are meant to write may be another domain’s disk; all others may not', () => {
  const asked = (writer: WriterClass) =>
    claimsOf(fleetWith(writer), { kind: 'start-vm', vm: VM, degraded: false }).filter(
      ({ kind }) => kind === 'disk-unused',
    )
  assert.deepEqual([asked('shared').length, asked('guest').length, asked('none').length], [0, 0, 2])
})
