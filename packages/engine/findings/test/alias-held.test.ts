import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claim } from '#findings'
import { b, fleetOf, LDAP, report, SIZE, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { prove } from '../prove.ts'

const claim: Claim = { kind: 'alias-held', blade: b('blade1'), volume: { alias: LDAP, wwid: WWID, size: SIZE } }
const fleet = fleetOf()
const section = (wwid: string, alias: string) =>
  `multipaths {\n\tmultipath {\n\t\twwid ${wwid}\n\t\talias ${alias}\n\t}\n}\n`
const judged = (text: string | undefined) => {
  const dropIns = text === undefined ? [] : [{ name: 'anyblade.conf', bytes: new TextEncoder().encode(text) }]
  const config = { state: 'read', value: { main: new Uint8Array(), dropIns } } as const
  return prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1', { config }) }))
}

test('the configuration gives the volume its alias', () => assert.equal(judged(section(WWID, LDAP)).verdict, 'proved'))

for (const [what, text] of [
  ['a file that was reverted', undefined],
  ['the alias of another LUN', section('360000000000000000000000000000000f', LDAP)],
  ['another alias of the LUN', section(WWID, 'mail')],
] as const)
  test(`${what} is told, though the map still has its name`, () => assert.equal(judged(text).verdict, 'refuted'))

test('a configuration that was not read proves nothing', () => {
  const config = { state: 'timed out', because: 'no answer' } as const
  assert.equal(prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1', { config }) })).verdict, 'unknown')
})
