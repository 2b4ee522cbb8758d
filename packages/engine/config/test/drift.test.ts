import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderAliases } from '@anyblade/multipath'
import { type BladeReport, type MultipathFiles, read } from '#survey'
import { b, fleetOf, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { DROP_IN } from '../candidate.ts'
import { driftOf } from '../drift.ts'

const fleet = fleetOf({ withVm: false })
const bytes = (text: string) => new TextEncoder().encode(text)
const main = bytes('defaults {\n\tuser_friendly_names no\n}\n')
const dropIn = (wwid: string, alias = 'ldap') =>
  bytes(renderAliases({ release: '0.9.4', aliases: [{ wwid, alias }], defaults: {}, overrides: {} }))
const files = (text: Uint8Array): MultipathFiles => ({ main, dropIns: [{ name: DROP_IN, bytes: text }] })
const good = files(dropIn(WWID))

function drift(deployed: MultipathFiles, recorded: MultipathFiles | undefined, change: Partial<BladeReport> = {}) {
  const survey = surveyOf(fleet, { blade1: report('blade1', { config: read(deployed), ...change }) })
  const [one] = driftOf(
    fleet,
    survey,
    [b('blade1')],
    recorded === undefined ? new Map() : new Map([[b('blade1'), recorded]]),
  )
  assert.ok(one)
  return one
}

test('documents, record, files and maps say the same: no difference', () => {
  assert.deepEqual(drift(good, good), { blade: 'blade1', unread: undefined, differences: [], files: [] })
})

test('a drop-in that is gone: by the record, by the documents, each told', () => {
  const { differences, files: apart } = drift({ main, dropIns: [] }, good)
  assert.deepEqual(differences, ['/etc/multipath/conf.d/anyblade.conf is gone', `the alias ldap of ${WWID} is missing`])
  assert.deepEqual(apart, [{ path: '/etc/multipath/conf.d/anyblade.conf', before: dropIn(WWID), after: undefined }])
})

test('a main file that somebody else writes: who, by its own head', () => {
  const theirs = { ...good, main: bytes('# This file is managed by Puppet. Do not edit.\ndefaults {\n}\n') }
  assert.deepEqual(drift(theirs, good).differences, [
    '/etc/multipath.conf is not as it was recorded; its head says "This file is managed by Puppet. Do not edit."',
  ])
})

test('an alias that is another LUN, by file and by map', () => {
  const wrong = files(dropIn(OTHER))
  const [before] = report('blade1').maps
  assert.ok(before)
  const { differences } = drift(wrong, wrong, { maps: [{ ...before, wwid: OTHER }] })
  assert.deepEqual(differences, [
    `/etc/multipath/conf.d/anyblade.conf:${lineOf(dropIn(OTHER), 'alias')}: the alias ldap is ${OTHER}, and ${WWID} in the fleet`,
    `/etc/multipath/conf.d/anyblade.conf:${lineOf(dropIn(OTHER), 'alias')}: the alias ldap is ${OTHER}, which is no volume of the fleet`,
    `/dev/mapper/ldap is ${OTHER}, not ${WWID}`,
  ])
})

test('what is right in the files and not in effect is told', () => {
  const [map] = report('blade1').maps
  assert.ok(map)
  assert.deepEqual(drift(good, good, { maps: [{ ...map, name: WWID }] }).differences, [
    `the map of ${WWID} is called ${WWID}, not ldap`,
  ])
  assert.deepEqual(drift(good, good, { maps: [] }).differences, ['there is no map ldap'])
})

test('a configuration that multipath can’t load, and one of which nothing was recorded', () => {
  const broken = { ...good, main: bytes('blacklist {\n\tdevnode "*"\n}\n') }
  assert.match(drift(broken, broken).differences[0] ?? '', /multipath-tools 0\.9\.4 can't load it/)
  assert.deepEqual(drift(good, undefined).differences, ['nothing of its configuration is recorded'])
})

test('a blade that gives no answer is told, and nothing is said of it', () => {
  const survey = surveyOf(fleet, { blade1: { state: 'timed out', because: 'no answer in time' } })
  const [one] = driftOf(fleet, survey, [b('blade1')], new Map())
  assert.deepEqual([one?.unread !== undefined, one?.differences], [true, []])
})

function lineOf(text: Uint8Array, word: string): number {
  return (
    new TextDecoder()
      .decode(text)
      .split('\n')
      .findIndex((line) => line.trim().startsWith(word)) + 1
  )
}
