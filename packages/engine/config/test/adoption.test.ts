import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BladeReport, read } from '#survey'
import { b, fleetOf, type Node, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'
import { adoptionOf } from '../adoption.ts'

const fleet = fleetOf({ withVm: false })
const BLADES = [b('blade1'), b('blade2')]
const section = (alias: string, wwid: string) => `\tmultipath {\n\t\twwid ${wwid}\n\t\talias ${alias}\n\t}\n`
const main = (...aliases: (readonly [string, string])[]) =>
  new TextEncoder().encode(`multipaths {\n${aliases.map((one) => section(...one)).join('')}}\n`)

function adopted(of: Readonly<Partial<Record<Node, Uint8Array>>>, change: Partial<BladeReport> = {}) {
  const reports = Object.entries(of).map(([name, bytes]): [string, BladeReport] => [
    name,
    report(name as Node, { config: read({ main: bytes, dropIns: [] }), ...change }),
  ])
  return adoptionOf(fleet, surveyOf(fleet, Object.fromEntries(reports)), BLADES)
}

test('aliases that agree are taken over, each with its volume, where it has one', () => {
  const both = main(['ldap', WWID], ['mail', OTHER])
  const { blades, apart } = adopted({ blade1: both, blade2: both })
  assert.deepEqual(apart, [])
  assert.deepEqual(
    blades.map(({ blade, release, aliases }) => [blade, release, aliases.map(({ at, ...one }) => one)]),
    BLADES.map((blade) => [
      blade,
      '0.9.4',
      [
        { alias: 'ldap', wwid: WWID, volume: 'ldap' },
        { alias: 'mail', wwid: OTHER, volume: undefined },
      ],
    ]),
  )
})

test('what differs between blades is told with its places: another LUN, another name, none', () => {
  const { apart } = adopted({ blade1: main(['ldap', WWID], ['mail', OTHER]), blade2: main(['ldap', OTHER]) })
  const at = (line: number) => `/etc/multipath.conf:${line}`
  assert.deepEqual(apart, [
    `the alias ldap is ${WWID} on blade1 (${at(4)}), ${OTHER} on blade2 (${at(4)})`,
    `${OTHER} is called mail on blade1 (${at(8)}), ldap on blade2 (${at(4)})`,
    `the alias ldap of ${WWID} is not on blade2`,
    `the alias mail of ${OTHER} is not on blade2`,
    `the alias ldap of ${OTHER} is not on blade1`,
    `blade2: ${at(4)} gives the alias ldap to ${OTHER}, and the documents to ${WWID}`,
  ])
})

test('a volume that an operator calls otherwise is told, and a file that its release does not load has no aliases', () => {
  const { apart } = adopted({ blade1: main(['directory', WWID]), blade2: main(['directory', WWID]) })
  assert.deepEqual(
    apart,
    BLADES.map((blade) => `${blade}: /etc/multipath.conf:4 calls ${WWID} directory, and the documents ldap`),
  )
  const broken = new TextEncoder().encode('blacklist {\n\twwid "*"\n}\n')
  const [first] = adopted({ blade1: broken, blade2: broken }).blades
  assert.ok(first !== undefined && first.aliases.length === 0 && first.messages.length > 0)
})
