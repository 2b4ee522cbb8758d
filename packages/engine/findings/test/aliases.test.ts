import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from '#findings'
import { type BladeReport, read } from '#survey'
import { b, fleetOf, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const claim = { kind: 'aliases', blade: b('blade1'), among: [b('blade1'), b('blade2')] } as const
const bytes = (text: string) => new TextEncoder().encode(text)
const given = (...pairs: readonly (readonly [string, string])[]): string =>
  `multipaths {\n${pairs.map(([alias, wwid]) => `  multipath {\n    wwid ${wwid}\n    alias ${alias}\n  }\n`).join('')}}\n`
const config = (text: string, bindings?: string) => ({
  config: read({ main: bytes(text), dropIns: [], ...(bindings !== undefined && { bindings: bytes(bindings) }) }),
})
const [map] = report('blade1').maps
assert.ok(map)

const judge = (first: Partial<BladeReport>, second: Partial<BladeReport> = config(given(['ldap', WWID]))) =>
  prove(claim, fleet, surveyOf(fleet, { blade1: report('blade1', first), blade2: report('blade2', second) }))

const ours = given(['ldap', WWID])
const THIRD = OTHER.replace(/2$/, '3')
type Case = readonly [string, Partial<BladeReport>, Partial<BladeReport> | undefined, string[] | undefined]
const cases: readonly Case[] = [
  ['each is the other’s only one', config(ours), undefined, undefined],
  [
    'one name for two LUNs in the configuration',
    config(given(['ldap', WWID], ['db', OTHER], ['db', THIRD])),
    undefined,
    [`db is ${OTHER}`, `db is ${THIRD}`],
  ],
  [
    'the fleet’s name for another LUN',
    config(given(['ldap', OTHER])),
    undefined,
    [`ldap is ${OTHER}`, 'volumes/ldap.yaml'],
  ],
  [
    'a map that runs under another name than the configuration gives',
    { ...config(ours), maps: [{ ...map, name: 'mpatha' }] },
    undefined,
    [`dm-0: mpatha is ${WWID}`],
  ],
  [
    'a name that user_friendly_names has kept for another LUN',
    config(ours, `# Multipath bindings\nmpatha ${WWID}\nldap ${OTHER}\n`),
    undefined,
    [`bindings:3: ldap is ${OTHER}`],
  ],
  ['a binding from before the LUN had its alias', config(ours, `mpatha ${WWID}\n`), undefined, undefined],
  [
    'a name that another blade gives to another LUN',
    config(given(['ldap', WWID], ['db', OTHER])),
    config(given(['ldap', WWID], ['db', THIRD])),
    [`blade2 /etc/multipath.conf:8: db is ${THIRD}`],
  ],
  [
    'a LUN that another blade calls otherwise, though nobody wrote that down',
    { ...config(ours), maps: [map, { ...map, dm: 'dm-7', name: 'mpatha', wwid: OTHER }] },
    { ...config(ours), maps: [map, { ...map, dm: 'dm-8', name: 'mpathb', wwid: OTHER }] },
    [`blade2 dm-8: mpathb is ${OTHER}`, `dm-7: mpatha is ${OTHER}`],
  ],
  [
    'what each blade boots from may have the same name on all',
    { ...config(ours), maps: [map, { ...map, dm: 'dm-7', name: 'mpatha', wwid: OTHER }] },
    { ...config(ours), maps: [map, { ...map, dm: 'dm-7', name: 'mpatha', wwid: THIRD as typeof OTHER }] },
    undefined,
  ],
]
for (const [what, first, second, shown] of cases)
  test(`aliases: ${what}`, () => {
    const finding = judge(first, second)
    assert.equal(finding.verdict, shown === undefined ? 'proved' : 'refuted', JSON.stringify(finding.evidence))
    for (const part of shown ?? []) assert.ok(finding.evidence.join('\n').includes(part), finding.evidence.join('\n'))
  })

test('a blade that did not say what it has is unknown; another one that did not only can’t be compared with', () => {
  assert.equal(judge({ config: { state: 'refused', because: 'not asked' } }).verdict, 'unknown')
  assert.equal(judge(config(ours), { config: { state: 'refused', because: 'not asked' } }).verdict, 'proved')
})
