import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inverse } from '#actions'
import { bladesInService, byUse, freeLun, type Volume } from '#documents'
import { EngineError } from '#errors'
import { proveAll } from '#findings'
import { claimsOf, parsePlan, planOf } from '#plans'
import { type Entry, next } from '#run'
import { type BladeReport, read } from '#survey'
import {
  b,
  device,
  domain,
  fleetOf,
  LDAP,
  type Node,
  OTHER,
  report,
  SAN,
  SIZE,
  surveyOf,
  WWID,
  XML,
} from '../../test/lab-fleet.ts'

const intent = { kind: 'delete-volume', volume: LDAP } as const
const NODES = ['blade1', 'blade2', 'blade3'] as const

/** Three blades and the volume, which nobody uses any more; `change`: of its document. */
function fleetWith(change: Partial<Volume> = {}, withVm = false) {
  const fleet = fleetOf({ blades: 3, withVm })
  const volume = { ...fleet.volumes.get(LDAP), protected: false, ...change } as Volume
  return { ...fleet, ...byUse([volume]) }
}
const seen = (change: Partial<Record<Node, Partial<BladeReport>>> = {}, fleet = fleetWith()) =>
  surveyOf(fleet, Object.fromEntries(NODES.map((name) => [name, report(name, change[name])])))

const open = (change: Partial<Record<Node, Partial<BladeReport>>>, fleet = fleetWith()) =>
  proveAll(claimsOf(fleet, intent), fleet, seen(change, fleet)).filter(({ verdict }) => verdict !== 'proved')

describe('a volume is put aside', () => {
  const { steps } = planOf(fleetWith(), seen(), intent)
  const kinds = steps.map(({ action }) => action.kind)
  const last = (kind: string) => kinds.lastIndexOf(kind as (typeof kinds)[number])
  const first = (kind: string) => kinds.indexOf(kind as (typeof kinds)[number])

  test('nobody has it in use, and nothing is in the way', () => assert.deepEqual(open({}), []))

  test('all blades have flushed before the array hides it, and it hides it before a path goes', () => {
    const pivot = first('unmap-volume')
    assert.equal(steps[pivot]?.phase, 'pivot')
    assert.equal(kinds.slice(0, pivot).filter((kind) => kind === 'flush-map').length, 3)
    assert.ok(last('check-unused') < first('hold-out') && last('hold-out') < first('flush-map'))
    assert.ok(first('remove-paths') > pivot)
  })

  test('the alias goes when all paths are gone, the certificate comes last, and no step takes a reservation away', () => {
    assert.ok(last('remove-paths') < first('remove-aliases') && last('remove-aliases') < first('certify-gone'))
    assert.deepEqual(kinds.slice(-4), ['certify-gone', 'certify-gone', 'certify-gone', 'record-documents'])
    for (const kind of ['unregister-key', 'delete-volume', 'drop-keys']) assert.equal(first(kind), -1)
  })

  test('a blade that can not flush: every blade gets its map back, and the array has hidden nothing', () => {
    const at = kinds.indexOf('flush-map') + 1
    const done = (step: number): Entry[] => [entry(step, 'proved'), entry(step, 'started'), entry(step, 'done')]
    const failed = [...steps.slice(0, at).flatMap(({ number }) => done(number)), entry(at + 1, 'proved')]
    const journal = [...failed, entry(at + 1, 'started'), entry(at + 1, 'failed')]
    const plan = planOf(fleetWith(), seen(), intent)
    const undone: string[] = []
    for (let now = journal, step = next(plan, now); step.kind === 'undo'; step = next(plan, now)) {
      undone.push(step.steps.map(({ action }) => inverse(action)?.kind ?? '-').join(' '))
      now = [...now, ...step.steps.flatMap(({ number }) => [entry(number, 'undo started'), entry(number, 'undone')])]
    }
    assert.deepEqual(undone, ['scan-lun scan-lun', 'let-in let-in', 'let-in'])
  })

  test('after the array has hidden it there is only forward', () => {
    const pivot = kinds.indexOf('unmap-volume') + 1
    const journal = steps
      .slice(0, pivot + 1)
      .flatMap(({ number }) => [entry(number, 'proved'), entry(number, 'started'), entry(number, 'done')])
    const stopped = [...journal.slice(0, -1), entry(pivot + 1, 'failed')]
    assert.deepEqual(next(planOf(fleetWith(), seen(), intent), stopped), { kind: 'stop', outcome: 'stuck' })
  })

  test('a journal holds the plan, word for word', () => {
    const plan = planOf(fleetWith(), seen(), intent)
    assert.deepEqual(parsePlan(JSON.stringify(plan)), plan)
  })

  test('a plan that was journaled when these acts were about one LUN each is the same plan', () => {
    const plan = planOf(fleetWith(), seen(), intent)
    const before = plan.steps.map((step) => {
      const { action } = step
      if (action.kind !== 'forget-lun' && action.kind !== 'certify-gone') return step
      const { luns, ...rest } = action
      return { ...step, action: { ...rest, ...luns[0] } }
    })
    assert.deepEqual(parsePlan(JSON.stringify({ ...plan, steps: before })), plan)
    const unnamed = JSON.stringify({ ...plan, steps: before }).replaceAll('"wwid":', '"none":')
    assert.equal(typeof parsePlan(unnamed), 'string')
  })

  test('a blade that is fenced or silent is no proof of anything', () => {
    const fleet = fleetWith()
    const blade3 = fleet.blades.get(b('blade3'))
    assert.ok(blade3)
    const fenced = { ...fleet, blades: new Map(fleet.blades).set(blade3.name, { ...blade3, fenced: true }) }
    assert.equal(bladesInService(fenced).length, 2)
    assert.match(
      open({}, fenced)
        .map(({ because }) => because)
        .join(),
      /blade3 is fenced/,
    )
    const silent = surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2') })
    const unknown = proveAll(claimsOf(fleet, intent), fleet, silent).filter(({ verdict }) => verdict === 'unknown')
    assert.ok(unknown.length >= 3, 'its domains, its kernel and its configuration')
  })
})

const [map] = report('blade2').maps
assert.ok(map)
const domains = (state: 'running' | 'shut off', source: string) => ({
  domains: read([domain(state, { xml: XML.replace('/dev/mapper/ldap', source) })]),
})
const utf8 = new TextEncoder()
const holders: readonly (readonly [string, Partial<BladeReport>, RegExp])[] = [
  ['a partition map', { maps: [{ ...map, holders: ['ldap-part1'] }] }, /ldap-part1 lies on it/],
  ['LVM', { maps: [{ ...map, holders: ['vg-lv'] }] }, /vg-lv lies on it/],
  ['a mount', { maps: [{ ...map, uses: ['mounted at /srv'] }] }, /mounted at \/srv/],
  ['swap', { maps: [{ ...map, uses: ['swap'] }] }, /swap/],
  ['a process', { maps: [{ ...map, openCount: 1 }] }, /open 1 times/],
  ['a domain that runs', domains('running', '/dev/mapper/ldap'), /ldap on blade2 has ldap as its disk and is running/],
  ['a domain that is defined', domains('shut off', '/dev/mapper/ldap'), /is shut off/],
  ['a domain, by the id', domains('shut off', `/dev/disk/by-id/dm-uuid-mpath-${WWID}`), /is shut off/],
  ['a domain, by a path', domains('shut off', '/dev/sdb'), /is shut off/],
  ['another LUN at its number', { devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] }, /another LUN beside/],
  ['a map of its name', { maps: [{ ...map, wwid: OTHER }] }, /is another LUN/],
  [
    'an alias in the operator’s file',
    {
      config: read({
        main: utf8.encode(`multipaths {\n\tmultipath {\n\t\twwid ${WWID}\n\t\talias ldap\n\t}\n}\n`),
        dropIns: [],
      }),
    },
    /multipath\.conf:4: the alias ldap/,
  ],
]
for (const [what, change, why] of holders)
  test(`refused, with the blade and the holder named: ${what}`, () => {
    const findings = open({ blade2: change })
    assert.deepEqual(
      findings.map(({ verdict }) => verdict),
      ['refuted'],
    )
    const [finding] = findings
    const told = [finding?.because, ...(finding?.evidence ?? [])].join('\n')
    assert.match(told, why)
    assert.match(told, /blade2/)
  })

test('refused by the documents: a VM has it as its disk, or it is protected', () => {
  assert.match(open({}, fleetWith({}, true))[0]?.because ?? '', /a disk of ldap/)
  assert.match(open({}, fleetWith({ protected: true }))[0]?.because ?? '', /is protected/)
})

describe('a volume that was put aside', () => {
  const aside = fleetWith({ state: 'aside' })
  const gone: Partial<Record<Node, Partial<BladeReport>>> = Object.fromEntries(
    NODES.map((name) => [name, { devices: [], maps: [] }]),
  )
  const proofs = (kind: 'restore-volume' | 'purge-volume', change = gone, fleet = aside) => {
    const survey = surveyOf(
      { ...fleet, volumes: fleet.aside },
      Object.fromEntries(NODES.map((n) => [n, report(n, change[n])])),
    )
    return { survey, findings: proveAll(claimsOf(fleet, { kind, volume: LDAP }, survey), fleet, survey) }
  }

  test('keeps its name and its number from others', () => {
    assert.equal(freeLun(aside, SAN, new Set()), 2)
    const create = {
      ...({ kind: 'create-volume', array: SAN, writer: 'none', home: undefined } as const),
      volumes: [{ volume: LDAP, size: SIZE }],
    }
    assert.throws(() => claimsOf(aside, create), /which is aside/)
    const purged = fleetWith({ state: 'purged' })
    assert.equal(freeLun(purged, SAN, new Set()), 2)
    assert.throws(() => claimsOf(purged, create), /which is purged/)
  })

  test('comes back in the order in which a new one comes, and is proved before its document says so', () => {
    const { survey, findings } = proofs('restore-volume')
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== 'proved'),
      [],
    )
    const { steps } = planOf(aside, survey, { kind: 'restore-volume', volume: LDAP })
    assert.deepEqual(
      steps.map(({ action }) => action.kind),
      [
        ...['check-lun-free', 'check-lun-free', 'check-lun-free', 'map-volume', 'scan-lun', 'scan-lun', 'scan-lun'],
        ...['add-aliases', 'add-aliases', 'add-aliases', 'record-documents'],
      ],
    )
    assert.deepEqual(
      new Set(steps.at(-1)?.requires.map(({ kind }) => kind)),
      new Set(['identity', 'redundancy', 'alias-free', 'alias-held', 'alike']),
    )
  })

  test('is reserved again for its home, under the key that it had', () => {
    const kept = fleetWith({ state: 'aside', writer: 'array', home: b('blade2'), generation: 3 })
    const { steps } = planOf(kept, proofs('restore-volume').survey, { kind: 'restore-volume', volume: LDAP })
    const reserve = steps.find(({ action }) => action.kind === 'reserve-volume')?.action
    assert.ok(reserve?.kind === 'reserve-volume')
    assert.deepEqual([reserve.blade, reserve.key], ['blade2', 'a1b2000200000003'])
  })

  test('is only purged when every blade has certified that it is gone, and its document stays', () => {
    const { survey, findings } = proofs('purge-volume')
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== 'proved'),
      [],
    )
    const { steps } = planOf(aside, survey, { kind: 'purge-volume', volume: LDAP })
    assert.deepEqual(
      steps.map(({ action, phase }) => `${action.kind} ${phase}`),
      [...Array(3).fill('certify-gone undoable'), 'delete-volume pivot', 'record-documents forward'],
    )
    assert.ok(JSON.stringify(steps.at(-1)?.action).includes('"purged"'))
  })

  test('is not purged while one blade still has a path, or the array still shows it', () => {
    const { findings } = proofs('purge-volume', { ...gone, blade2: { devices: [device('A', 'sdb')], maps: [] } })
    assert.match(
      findings.find(({ verdict }) => verdict === 'refuted')?.because ?? '',
      /blade2 still has devices at LUN 1/,
    )
  })

  test('one in use is neither restored nor purged, and a purged one is no more', () => {
    for (const kind of ['restore-volume', 'purge-volume'] as const) {
      assert.throws(() => claimsOf(fleetWith(), { kind, volume: LDAP }), EngineError)
      assert.throws(() => claimsOf(fleetWith({ state: 'purged' }), { kind, volume: LDAP }), /it is purged/)
    }
  })
})

const entry = (step: number, event: Entry['event']): Entry => ({ step, event, evidence: { lines: [] } })
