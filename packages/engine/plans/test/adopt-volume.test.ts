/** A LUN that is there already becomes a volume: nobody who uses it is disturbed, and taken back all is as it was. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Action, inverse } from '#actions'
import type { Alias, Bytes, LunNumber, Wwid } from '#documents'
import { type Claim, type Finding, proveAll } from '#findings'
import { claimsOf, type Intent, type Plan, parsePlan, planOf } from '#plans'
import { type ArrayVolume, type BladeReport, join, type LunMapping, read, type Survey } from '#survey'
import {
  b,
  device,
  domain,
  fleetOf,
  LDAP,
  MANUAL,
  type Node,
  OTHER,
  report,
  SAN,
  SIZE,
  WWID,
  wwpnOf,
  XML,
} from '../../test/lab-fleet.ts'

type Adopt = Extract<Intent, { readonly kind: 'adopt-volume' }>
const NODES = ['blade1', 'blade2'] as const
const fleet = fleetOf({ blades: 2, withVolume: false, withVm: false })
const adopt = (change: Partial<Adopt> = {}): Adopt => ({
  ...{ kind: 'adopt-volume', volume: LDAP, array: SAN, wwid: WWID },
  ...{ lun: undefined, size: undefined, writer: undefined, home: undefined },
  ...change,
})

const ports = { blade1: '0b', blade2: '0c', blade3: '0d' } as const
const shownTo = (node: Node, fabrics: readonly ('A' | 'B')[] = ['A', 'B'], lun = 1): LunMapping[] =>
  fabrics.map((fabric) => ({ initiator: wwpnOf(fabric, ports[node]), port: wwpnOf(fabric, '01'), lun }))
const BOTH = NODES.flatMap((node) => shownTo(node))
const onArray = (change: Partial<ArrayVolume> = {}): ArrayVolume => ({
  ...{ name: 'lun7', tag: undefined, wwid: WWID, size: SIZE, mappings: BOTH },
  ...change,
})

const utf8 = new TextEncoder()
/** A release and a configuration with which the array can keep it to one writer. */
const KEYS = 'defaults {\n\treservation_key file\n}\n'
const config = (more = '') => ({ config: read({ main: utf8.encode(KEYS + more), dropIns: [] }) })
const aliased = (alias: string, id: Wwid = WWID) =>
  config(`multipaths {\n\tmultipath {\n\t\twwid ${id}\n\t\talias ${alias}\n\t}\n}\n`)
const [mapped] = report('blade1').maps
assert.ok(mapped)
const mapAs = (name: string, openCount = 0) => ({ maps: [{ ...mapped, name, openCount }] })
const NO_MAP: Partial<BladeReport> = { maps: [], ...config() }
const NOTHING_THERE: Partial<BladeReport> = { devices: [], ...NO_MAP }

function seen(change: Partial<Record<Node, Partial<BladeReport>>> = {}, volumes = [onArray()]): Survey {
  const readings = NODES.map((name) => [b(name), read(report(name, { ...NO_MAP, ...change[name] }))] as const)
  return join(fleet, new Map(readings), new Map([[SAN, read({ ports: [], freeBytes: 0, volumes })]]))
}
const open = (survey: Survey, intent = adopt(), among = fleet): Finding[] =>
  proveAll(claimsOf(among, intent, survey), among, survey).filter(({ verdict }) => verdict !== 'proved')
const actionsOf = ({ steps }: Plan): string[] =>
  steps.map(({ action }) => `${action.kind}${'blade' in action ? ` ${action.blade}` : ''}`)
const running = (source = '/dev/mapper/ldap') => ({
  domains: read([domain('running', { xml: XML.replace('/dev/mapper/ldap', source) })]),
})

describe('what the array says', () => {
  test('a LUN of that id, shown to all blades under one number, marked by nobody: nothing is in the way', () =>
    assert.deepEqual(open(seen()), []))

  const cases: readonly (readonly [string, readonly ArrayVolume[], RegExp, Partial<Adopt>?])[] = [
    ['no LUN of that id', [onArray({ wwid: OTHER })], /has no LUN 36001405a/],
    ['the mark of another volume', [onArray({ tag: 'anyblade.a1b2.mail' })], /under the mark anyblade.a1b2.mail/],
    ['the mark of another fleet', [onArray({ tag: 'anyblade.ffff.ldap' })], /under the mark anyblade.ffff.ldap/],
    ['our own mark, of a run that broke off', [onArray({ tag: 'anyblade.a1b2.ldap' })], /a run that was not ended/],
    ['another size than was said', [onArray()], /with 1 GiB, not 2 GiB/, { size: (2 * SIZE) as Bytes }],
    ['another number than was said', [onArray()], /as LUN 1, not 7/, { lun: 7 as LunNumber }],
    [
      'a stranger who sees it too',
      [onArray({ mappings: [...BOTH, { ...shownTo('blade3')[0] } as LunMapping] })],
      /to ports that are no blade's of this fleet/,
    ],
    [
      'a blade that sees it by half',
      [onArray({ mappings: [...shownTo('blade1'), ...shownTo('blade2', ['A'])] })],
      /not show lun7 to every port of blade2/,
    ],
    [
      'two numbers',
      [onArray({ mappings: [...shownTo('blade1'), ...shownTo('blade2', ['A', 'B'], 9)] })],
      /under 2 numbers: 1, 9/,
    ],
    ['number 0', [onArray({ mappings: shownTo('blade1', ['A', 'B'], 0) })], /as LUN 0, where the array itself answers/],
    ['nobody who sees it, and no number said', [onArray({ mappings: [] })], /to no blade of this fleet/],
  ]
  for (const [what, volumes, because, change] of cases)
    test(`${what}: refused`, () => {
      const told = open(seen({}, [...volumes]), adopt(change)).filter(({ claim }) => claim.kind === 'adoptable')
      assert.match(told[0]?.because ?? '', because)
      assert.equal(told[0]?.verdict, 'refuted')
    })

  test('an array that gives no answer is no proof', () => {
    const silent = { ...seen(), arrays: new Map([[SAN, { state: 'timed out', because: 'no answer' } as const]]) }
    assert.deepEqual(
      open(silent).map(({ claim, verdict }) => [claim.kind, verdict]),
      [['adoptable', 'unknown']],
    )
  })
})

describe('who has it in use on a blade', () => {
  const cases: readonly (readonly [string, Partial<BladeReport>, Claim['kind'] | undefined, RegExp?])[] = [
    ['nobody, in no map', {}, undefined],
    ['nobody, in a map by its WWID', mapAs(WWID), undefined],
    ['a process, by its WWID', mapAs(WWID, 1), 'undisturbed', /is open, and would be renamed to ldap/],
    [
      'a domain, by another name',
      { ...mapAs('mpatha', 1), ...running('/dev/mapper/mpatha') },
      'undisturbed',
      /has it as/,
    ],
    ['a domain, by one of its paths', running('/dev/sdb'), 'undisturbed', /has it as \/dev\/sdb/],
    [
      'a domain that is off, by another name',
      {
        ...mapAs('mpatha'),
        domains: read([domain('shut off', { xml: XML.replace('/dev/mapper/ldap', '/dev/mapper/mpatha') })]),
      },
      'undisturbed',
      /has it as \/dev\/mapper\/mpatha/,
    ],
    ['a domain, by the name that it gets', { ...mapAs('ldap', 1), ...aliased('ldap'), ...running() }, undefined],
    ['a process, by the name that it gets', { ...mapAs('ldap', 1), ...aliased('ldap') }, 'undisturbed', /by no domain/],
    ['a partition map', { maps: [{ ...mapped, holders: ['ldap-part1'] }] }, 'undisturbed', /itself uses/],
    ['the blade’s own mount', { maps: [{ ...mapped, uses: ['mounted at /srv'] }] }, 'undisturbed', /itself uses/],
    ['another alias in a file', aliased('other'), 'alias-free', /can't give that alias/],
    ['the alias of another LUN', aliased('ldap', OTHER), 'alias-free', /can't give that alias/],
    ['nobody, on one fabric alone', { devices: [device('A', 'sdb')] }, 'redundancy', /hangs on too little/],
    ['nobody, and another LUN there', { devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] }, 'visible'],
    [
      'nobody can tell',
      { domains: { state: 'timed out', because: 'x' } },
      'undisturbed',
      /libvirt on blade1 gave no answer \(timed out: x\)/,
    ],
  ]
  for (const [who, change, kind, because] of cases)
    test(`${who}: ${kind === undefined ? 'it may be adopted' : `refused, by ${kind}`}`, () => {
      const told = open(seen({ blade1: change }))
      if (kind === undefined) return assert.deepEqual(told, [])
      const of = told.filter(({ claim }) => claim.kind === kind)
      assert.ok(of.length > 0, JSON.stringify(told))
      assert.match(of[0]?.because ?? '', because ?? /./)
    })

  const used = { ...mapAs('ldap', 1), ...aliased('ldap'), ...running() }
  test('where a domain runs is its home, and no other blade is; guests of a cluster may run on several', () => {
    const survey = seen({ blade2: used })
    assert.deepEqual(open(survey), [])
    const record = planOf(fleet, survey, adopt()).steps.at(-1)?.action
    assert.match(JSON.stringify(record), /"home"\],"value":"blade2"/)
    assert.match(open(survey, adopt({ home: b('blade1') }))[0]?.because ?? '', /another blade is to write/)
    const twice = seen({ blade1: used, blade2: used })
    assert.deepEqual(
      open(twice).map(({ claim }) => 'blade' in claim && claim.blade),
      ['blade2'],
    )
    assert.deepEqual(open(twice, adopt({ writer: 'guest' })), [])
  })
})

describe('the plan', () => {
  test('brought to who lacks it, named, reserved, recorded; and a journal holds it', () => {
    const survey = seen({ blade1: mapAs(WWID), blade2: NOTHING_THERE }, [onArray({ mappings: shownTo('blade1') })])
    assert.deepEqual(open(survey), [])
    const plan = planOf(fleet, survey, adopt())
    assert.deepEqual(actionsOf(plan), [
      ...['tag-volume', 'check-unused blade1', 'check-unused blade2'],
      ...['check-lun-free blade2', 'show-volume', 'scan-lun blade2'],
      ...['add-aliases blade1', 'add-aliases blade2', 'reserve-volume blade1', 'record-documents'],
    ])
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
  })

  test('taken back: only what it did itself, in the order that leaves nothing; the array deletes and unmaps nothing', () => {
    const survey = seen({ blade1: {}, blade2: NOTHING_THERE }, [onArray({ mappings: shownTo('blade1') })])
    const { steps } = planOf(fleet, survey, adopt())
    assert.ok(steps.every(({ phase }) => phase === 'undoable'))
    const back = steps.toReversed().flatMap(({ action }) => inverse(action) ?? [])
    assert.deepEqual(
      back.map((action: Action) => `${action.kind}${'blade' in action ? ` ${action.blade}` : ''}`),
      [
        ...['unregister-key blade1', 'remove-aliases blade2', 'remove-aliases blade1'],
        // the map that the alias has made on blade1 goes with it, its paths stay
        ...['flush-map blade1', 'flush-map blade2', 'hide-volume', 'remove-paths blade2', 'untag-volume'],
      ],
    )
    const hidden = back.find(({ kind }) => kind === 'hide-volume')
    assert.ok(hidden?.kind === 'hide-volume')
    assert.equal(hidden.initiatorsOf, b('blade2'))
  })

  test('an alias that an operator’s file gives already is left to it, and so is a map that is in use', () => {
    const used = { ...mapAs('ldap', 1), ...aliased('ldap'), ...running() }
    const plan = planOf(fleet, seen({ blade1: used, blade2: { ...mapAs('ldap'), ...aliased('ldap') } }), adopt())
    assert.deepEqual(actionsOf(plan), [
      ...['tag-volume', 'check-unused blade2', 'reserve-volume blade1', 'record-documents'],
    ])
  })

  test('a foreign key keeps it from being reserved, and from being adopted without', () => {
    const requires = (plan: Plan, kind: string) =>
      plan.steps.find(({ action }) => action.kind === kind)?.requires.map((claim) => claim.kind)
    assert.ok(requires(planOf(fleet, seen(), adopt()), 'reserve-volume')?.includes('reassertable'))
    const bare = planOf(fleet, seen(), adopt({ writer: 'none' }))
    assert.ok(!actionsOf(bare).some((action) => action.startsWith('reserve-volume')))
    assert.ok(requires(bare, 'record-documents')?.includes('unreserved'))
    assert.ok(!requires(planOf(fleet, seen(), adopt({ writer: 'guest' })), 'record-documents')?.includes('unreserved'))
  })

  test('on an array that nobody can tell there is no step on it, and what was typed is what blades must show', () => {
    const among = { ...fleet, arrays: new Map([[SAN, MANUAL]]) }
    const survey = { ...seen(), arrays: new Map([[SAN, { state: 'not asked', because: 'manual' } as const]]) }
    const intent = adopt({ lun: 1 as LunNumber, size: SIZE })
    assert.deepEqual(open(survey, intent, among), [])
    assert.ok(!planOf(among, survey, intent).steps.some(({ action }) => 'array' in action))
    const larger = open(survey, { ...intent, size: (2 * SIZE) as Bytes }, among)
    assert.deepEqual(new Set(larger.map(({ claim }) => claim.kind)), new Set(['visible']))
    const elsewhere = seen({ blade2: NOTHING_THERE })
    assert.deepEqual(
      actionsOf(planOf(among, { ...survey, blades: elsewhere.blades, paths: elsewhere.paths }, intent)).slice(0, 5),
      ['check-unused blade1', 'check-unused blade2', 'check-lun-free blade2', 'scan-lun blade2', 'scan-lun blade1'],
    )
  })
})

describe('the documents', () => {
  const known = fleetOf({ blades: 2, withVm: false })
  const other = 'mail' as Alias
  test('a name, an id or a number that is a volume’s already is refused', () => {
    assert.throws(() => claimsOf(known, adopt(), seen()), /the fleet has a volume ldap/)
    assert.throws(() => claimsOf(known, adopt({ volume: other }), seen()), /is ldap/)
    assert.throws(
      () => claimsOf(known, adopt({ volume: other, wwid: OTHER }), seen({}, [onArray({ wwid: OTHER })])),
      /LUN 1 of san1 is ldap/,
    )
  })
})
