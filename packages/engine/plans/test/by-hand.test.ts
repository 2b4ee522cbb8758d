/** Volumes of an array that nobody can tell anything: no plan has a step on it, and blades prove what its operator did. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inverse, isOnArray } from '#actions'
import { type Alias, type Bytes, byUse, type Volume } from '#documents'
import { EngineError } from '#errors'
import { type Finding, proveAll } from '#findings'
import { claimsOf, claimsOfVerify, type Intent, type Plan, parsePlan, planOf } from '#plans'
import { type BladeReport, type Reading, read, type ScsiDevice, type Survey } from '#survey'
import {
  device,
  fleetOf,
  LDAP,
  MANUAL,
  type Node,
  OTHER,
  report,
  SAN,
  SIZE,
  surveyOf,
  WWID,
} from '../../test/lab-fleet.ts'

const NODES = ['blade1', 'blade2'] as const
function fleetWith(change: Partial<Volume> = {}) {
  const fleet = fleetOf({ blades: 2, withVm: false })
  const volume = { ...fleet.volumes.get(LDAP), protected: false, ...change } as Volume
  return { ...fleet, arrays: new Map([[SAN, MANUAL]]), ...byUse([volume]) }
}
type Fleet = ReturnType<typeof fleetWith>
type Change = Partial<Record<Node, Partial<BladeReport>>>

/** Nobody was asked but the blades. */
function seen(fleet: Fleet, change: Change = {}): Survey {
  const blades = Object.fromEntries(NODES.map((name) => [name, report(name, change[name])]))
  return {
    ...surveyOf(fleet, blades),
    arrays: new Map([[SAN, { state: 'not asked', because: 'its driver is manual' }]]),
  }
}
const everywhere = (change: Partial<BladeReport>): Change => ({ blade1: change, blade2: change })
const open = (fleet: Fleet, intent: Intent, survey: Survey): Finding[] =>
  proveAll(claimsOf(fleet, intent, survey), fleet, survey).filter(({ verdict }) => verdict !== 'proved')
const kindsOf = ({ steps }: Plan): string[] => steps.map(({ action }) => action.kind)

/** What a path answers, whatever the kernel remembers. */
const answering = (inquiry: ScsiDevice['inquiry']) => ({
  devices: (['A', 'B'] as const).map((fabric) => ({ ...device(fabric, fabric === 'A' ? 'sdb' : 'sdc'), inquiry })),
  maps: [],
})
const GONE: Reading<never> = { state: 'refused', because: 'no LUN answers there any more' }

const CASES = [
  ['grow', {}, { kind: 'grow-volume', volume: LDAP, size: (2 * SIZE) as Bytes }],
  ['delete', {}, { kind: 'delete-volume', volume: LDAP }],
  ['restore', { state: 'aside' }, { kind: 'restore-volume', volume: LDAP }],
  ['purge', { state: 'aside' }, { kind: 'purge-volume', volume: LDAP }],
  ['roll-out', {}, { kind: 'roll-out', blades: [...fleetWith().blades.keys()], degraded: false }],
] as const satisfies readonly (readonly [string, Partial<Volume>, Intent])[]
for (const [what, change, intent] of CASES)
  test(`${what}: no claim asks the array, no step is on it, and a journal holds the plan`, () => {
    const fleet = fleetWith(change)
    for (const survey of [seen(fleet), seen(fleet, everywhere({ devices: [], maps: [] }))]) {
      const plan = planOf(fleet, survey, intent)
      assert.deepEqual(plan.steps.map(({ action }) => action).filter(isOnArray), [])
      assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
      const asked = [...claimsOf(fleet, intent, survey), ...plan.steps.flatMap(({ requires }) => requires)]
      assert.ok(!asked.some(({ kind }) => ['on-array', 'hidden', 'room'].includes(kind)))
    }
  })

test('carving is refused before anybody is asked, with what is done by hand and the command after it', () => {
  const intent: Intent = {
    ...{ kind: 'create-volume', array: SAN, writer: undefined, home: undefined },
    volumes: [{ volume: 'mail' as Alias, size: (20 * 1024 ** 3) as Bytes }],
  }
  assert.throws(
    () => claimsOf(fleetWith(), intent),
    (error) => {
      assert.ok(error instanceof EngineError)
      assert.match(error.message, /create volume mail on san1: its driver is manual/)
      assert.match(
        error.explanation.hint,
        /by hand .* anyblade volume adopt mail --array san1 --wwid WWID --lun N --size 20GiB/,
      )
      return true
    },
  )
})

test('verify judges what blades see, and claims nothing of the array', () => {
  const fleet = fleetWith()
  const claims = claimsOfVerify(fleet, [...fleet.volumes.values()])
  assert.ok(!claims.some(({ kind }) => kind === 'on-array'))
  assert.ok(claims.some(({ kind }) => kind === 'identity'))
})

describe('it grows once its operator has let it grow', () => {
  const fleet = fleetWith()
  const size = (2 * SIZE) as Bytes
  const intent = { kind: 'grow-volume', volume: LDAP, size } as const
  const grown = everywhere({ devices: [device('A', 'sdb', WWID, size), device('B', 'sdc', WWID, size)] })

  test('every path says the new size: rescanned first, and from there on only forward', () => {
    const survey = seen(fleet, grown)
    assert.deepEqual(open(fleet, intent, survey), [])
    const plan = planOf(fleet, survey, intent)
    assert.deepEqual(kindsOf(plan), [
      ...['rescan-paths', 'rescan-paths', 'resize-map', 'resize-map'],
      'record-documents',
    ])
    assert.deepEqual(
      plan.steps.map(({ phase }) => phase),
      ['pivot', 'forward', 'forward', 'forward', 'forward'],
    )
  })

  test('it has the old size: refused, with what is to be done on the array', () => {
    const told = open(fleet, intent, seen(fleet))
    assert.deepEqual([...new Set(told.map(({ claim }) => claim.kind))], ['visible'])
    assert.match(told[0]?.next ?? '', /on san1 by hand/)
  })

  test('one path that has not grown is enough to refuse', () => {
    const mixed = { devices: [device('A', 'sdb', WWID, size), device('B', 'sdc')] }
    const told = open(fleet, intent, seen(fleet, { ...grown, blade2: mixed }))
    assert.deepEqual(new Set(told.map(({ claim }) => claim.kind)), new Set(['whole', 'visible']))
  })
})

describe('it is put aside while its array goes on showing it', () => {
  const fleet = fleetWith()
  const intent = { kind: 'delete-volume', volume: LDAP } as const
  const plan = planOf(fleet, seen(fleet), intent)

  test('every blade holds its WWID out and has no map; the paths and the alias stay, and all can be taken back', () => {
    assert.deepEqual(open(fleet, intent, seen(fleet)), [])
    assert.deepEqual(kindsOf(plan), [
      ...['check-unused', 'check-unused', 'hold-out', 'hold-out', 'flush-map', 'flush-map'],
      'record-documents',
    ])
    assert.ok(plan.steps.every(({ phase }) => phase === 'undoable'))
    assert.deepEqual(
      plan.steps.toReversed().flatMap(({ action }) => inverse(action)?.kind ?? []),
      ['scan-lun', 'scan-lun', 'let-in', 'let-in'],
    )
  })

  test('the plan says what to do on the array, and the commands that go on', () =>
    assert.match(
      plan.remarks?.join() ?? '',
      /san1 still shows ldap as LUN 1.*by hand.*volume purge ldap.*volume restore ldap/,
    ))
})

describe('what was put aside there ends', () => {
  const fleet = fleetWith({ state: 'aside' })
  const intent = { kind: 'purge-volume', volume: LDAP } as const
  const withdrawn = (change: Change) =>
    open(fleet, intent, seen(fleet, change)).filter(({ claim }) => claim.kind === 'withdrawn')

  test('refused while a path of any blade still answers as it', () => {
    const [told] = withdrawn({ blade1: answering(GONE), blade2: { maps: [] } })
    assert.match(told?.because ?? '', /san1 still shows ldap to blade2/)
    assert.match(told?.next ?? '', /hide LUN 1 from blade2 on san1 by hand/)
  })

  const answers = [
    ['no device at all', { devices: [], maps: [] }, 'proved'],
    ['devices of a LUN that is gone', answering(GONE), 'proved'],
    ['a device that gives no answer', answering({ state: 'timed out', because: 'no answer' }), 'unknown'],
    ['another LUN at its number', { devices: [device('A', 'sdb', OTHER)], maps: [] }, 'refuted'],
  ] as const
  for (const [what, change, verdict] of answers)
    test(`${what}: ${verdict}`, () => {
      const told = withdrawn(everywhere(change))
      assert.deepEqual(
        told.map((finding) => finding.verdict),
        verdict === 'proved' ? [] : [verdict, verdict],
      )
    })

  test('paths, alias and what is written down go, with a certificate; nothing goes on the array, and that is said', () => {
    const plan = planOf(fleet, seen(fleet, everywhere(answering(GONE))), intent)
    const pivot = plan.steps.filter(({ phase }) => phase === 'pivot')
    assert.deepEqual(
      pivot.map(({ number, action, requires }) => [number, action.kind, requires.length]),
      [[2, 'check-unused', 2]],
    )
    const kinds = kindsOf(plan)
    const order = ['flush-map', 'remove-paths', 'remove-aliases', 'forget-lun', 'certify-gone', 'record-documents']
    const places = order.map((kind) => kinds.indexOf(kind))
    assert.deepEqual(
      places,
      places.toSorted((a, z) => a - z),
    )
    assert.match(plan.remarks?.join() ?? '', /san1 keeps ldap and its data/)
  })
})

describe('what was put aside there comes back', () => {
  const fleet = fleetWith({ state: 'aside' })
  const intent = { kind: 'restore-volume', volume: LDAP } as const
  const drop = (text: string) => ({
    config: read({ main: undefined, dropIns: [{ name: 'anyblade.conf', bytes: new TextEncoder().encode(text) }] }),
  })
  const alias = `multipaths {\n\tmultipath {\n\t\twwid ${WWID}\n\t\talias ldap\n\t}\n}\n`
  const out = `blacklist {\n\twwid "^${WWID}$"\n}\n${alias}`

  test('where it is shown still its WWID is let in; a blade that has not its alias is given it', () => {
    const survey = seen(fleet, { blade1: { maps: [], ...drop(out) }, blade2: { maps: [], ...drop('') } })
    assert.deepEqual(open(fleet, intent, survey), [])
    const plan = planOf(fleet, survey, intent)
    assert.deepEqual(kindsOf(plan), ['let-in', 'add-aliases', 'record-documents'])
    assert.ok(plan.steps.every(({ phase }) => phase === 'undoable'))
  })

  test('where it was hidden and is shown again it is scanned for first', () => {
    const survey = seen(fleet, everywhere({ devices: [], maps: [], ...drop(out) }))
    assert.deepEqual(open(fleet, intent, survey), [])
    assert.deepEqual(kindsOf(planOf(fleet, survey, intent)), [
      ...['check-lun-free', 'check-lun-free', 'scan-lun', 'scan-lun', 'let-in', 'let-in'],
      'record-documents',
    ])
  })

  test('an operator’s own blacklist still hides it', () => {
    const theirs = { main: new TextEncoder().encode(`blacklist {\n\twwid "^${WWID}$"\n}\n`), dropIns: [] }
    const told = open(fleet, intent, seen(fleet, { blade1: { maps: [], config: read(theirs) } }))
    assert.match(told.map(({ because }) => because).join(), /a blacklist on blade1 hides the LUN/)
  })
})
