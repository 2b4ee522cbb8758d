import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderAliases } from '@anyblade/multipath'
import { inverse } from '#actions'
import type { Alias, Fleet, LunNumber } from '#documents'
import { type Claim, proveAll } from '#findings'
import { claimsOf, parsePlan, planOf } from '#plans'
import { type BladeReport, read, type Survey } from '#survey'
import { DROP_IN } from '../../config/candidate.ts'
import { journaled } from '../../run/history.ts'
import { b, device, fleetOf, type Node, OTHER, report, surveyOf, WWID } from '../../test/lab-fleet.ts'

const fleet = fleetOf({ blades: 3, withVm: false })
const all = (['blade1', 'blade2', 'blade3'] as const).map(b)
const intent = { kind: 'roll-out', blades: all, degraded: false } as const

const main = new TextEncoder().encode('defaults {\n\tuser_friendly_names no\n}\n')
const dropIn = new TextEncoder().encode(
  renderAliases({ release: '0.9.4', aliases: [{ wwid: WWID, alias: 'ldap' }], defaults: {}, overrides: {} }),
)
const equipped = (name: Node, change: Partial<BladeReport> = {}) =>
  report(name, { config: read({ main, dropIns: [{ name: DROP_IN, bytes: dropIn }] }), ...change })
/** A host that was just taken in: it sees nothing of the fleet's. */
const bare = (name: Node) => report(name, { devices: [], maps: [] })
const withoutDropIn = (name: Node) => report(name)

function planned(...reports: readonly BladeReport[]) {
  const survey = surveyOf(
    fleet,
    Object.fromEntries(reports.map((one, i): [Node, BladeReport] => [`blade${i + 1}` as Node, one])),
  )
  const findings = proveAll(claimsOf(fleet, intent, survey), fleet, survey)
  const plan = planOf(fleet, survey, intent)
  return { plan, open: findings.filter(({ verdict }) => verdict !== 'proved') }
}

const told = ({ steps }: ReturnType<typeof planned>['plan']) =>
  steps.map(({ action, together }) =>
    [
      action.kind,
      'blade' in action ? action.blade : 'initiatorsOf' in action ? action.initiatorsOf : '',
      together ?? '',
    ]
      .join(' ')
      .trim(),
  )

test('blades that have all of it: nothing is to be done', () => {
  const { plan, open } = planned(equipped('blade1'), equipped('blade2'), equipped('blade3'))
  assert.deepEqual([open, plan.steps], [[], []])
})

test('a blade that came later is shown the volume, sees it, and calls it by its alias; the others are left alone', () => {
  const { plan, open } = planned(equipped('blade1'), equipped('blade2'), bare('blade3'))
  assert.deepEqual(open, [])
  assert.deepEqual(told(plan), [
    'check-lun-free blade3',
    'show-volume blade3',
    'scan-lun blade3',
    'add-aliases blade3',
    'record-documents',
  ])
  const ways = plan.steps.toReversed().map(({ action }) => inverse(action)?.kind)
  assert.deepEqual(ways, [undefined, 'remove-aliases', 'flush-map', 'hide-volume', 'remove-paths'])
})

test('drop-ins that are gone: one blade first, then the others in batches, each after a look at those before', () => {
  const { plan, open } = planned(withoutDropIn('blade1'), withoutDropIn('blade2'), withoutDropIn('blade3'))
  assert.deepEqual(open, [])
  assert.deepEqual(told(plan), [
    'add-aliases blade1',
    'add-aliases blade2 2',
    'add-aliases blade3 2',
    'record-documents',
  ])
  const gates = plan.steps.map(({ requires }) => requires.filter(({ kind }) => kind === 'alias-held').length)
  assert.deepEqual(gates, [0, 1, 0, 0])
  assert.deepEqual(parsePlan(journaled(plan)), plan)

  const one = { ...fleet, settings: { ...fleet.settings, policies: { batch: 1 } } }
  const bare = (['blade1', 'blade2', 'blade3'] as const).map((name) => [name, withoutDropIn(name)])
  const singly = planOf(one, surveyOf(one, Object.fromEntries(bare)), intent)
  assert.deepEqual(told(singly).slice(0, 3), ['add-aliases blade1', 'add-aliases blade2', 'add-aliases blade3'])
  assert.deepEqual(
    singly.steps.map(({ requires }) => requires.flatMap((claim) => (claim.kind === 'alias-held' ? [claim.blade] : []))),
    [[], ['blade1'], ['blade2'], []],
  )
})

test('while a path is down no configuration is changed, unless it was said otherwise', () => {
  const [map] = report('blade2').maps
  assert.ok(map)
  const slaves = map.slaves.map(({ sd }) => ({ sd, dm: sd === 'sdc' ? 'failed' : 'active' }) as const)
  const down = { ...withoutDropIn('blade2'), maps: [{ ...map, slaves }] }
  const { open } = planned(equipped('blade1'), down, equipped('blade3'))
  assert.deepEqual(
    open.map(({ because, evidence }) => [because, evidence]),
    [['1 paths on blade2 are down', ['sdc  in ldap']]],
  )
  const survey = surveyOf(fleet, { blade1: equipped('blade1'), blade2: down, blade3: equipped('blade3') })
  const said = { ...intent, degraded: true }
  assert.ok(claimsOf(fleet, said, survey).every(({ kind }) => kind !== 'paths-up'))
  assert.deepEqual(told(planOf(fleet, survey, said)).slice(0, 1), ['add-aliases blade2'])
})

const WWW = 'www' as Alias
/** A second volume, at LUN 2, of which the drop-ins of all blades know. */
const withWww: Fleet = {
  ...fleet,
  volumes: new Map(
    [...fleet.volumes].flatMap(([alias, ldap]) => [
      [alias, ldap],
      [WWW, { ...ldap, alias: WWW, wwid: OTHER, lun: 2 as LunNumber }],
    ]),
  ),
}
const namesWww = new TextEncoder().encode(
  renderAliases({ release: '0.9.4', aliases: [{ wwid: OTHER, alias: 'www' }], defaults: {}, overrides: {} }),
)
function hasWww(name: Node): BladeReport {
  const usual = report(name)
  const [ldap] = usual.maps
  assert.ok(ldap)
  const devices = [device('A', 'sdd', OTHER), device('B', 'sde', OTHER)].map((one) => ({ ...one, lun: 2 }))
  const slaves = devices.map(({ sd }) => ({ sd, dm: 'active' as const }))
  return {
    ...usual,
    devices: [...usual.devices, ...devices.map((one) => ({ ...one, hctl: one.hctl.replace(/1$/, '2') }))],
    maps: [ldap, { ...ldap, name: 'www', dm: 'dm-1', wwid: OTHER, slaves }],
    config: read({ main, dropIns: [{ name: DROP_IN, bytes: namesWww }] }),
  }
}

test('at the end a blade is asked for what it was given, and whether a path of any map is lost: the plan does not grow with the fleet', () => {
  const survey = surveyOf(withWww, { blade1: hasWww('blade1'), blade2: hasWww('blade2'), blade3: hasWww('blade3') })
  const proved = proveAll(claimsOf(withWww, intent, survey), withWww, survey)
  assert.deepEqual(
    proved.filter(({ verdict }) => verdict !== 'proved'),
    [],
  )
  const { steps } = planOf(withWww, survey, intent)
  const of = (name: string) =>
    ['paths-up', 'identity ldap', 'redundancy ldap', 'alias-free ldap'].map((claim) => `${claim} ${name}`)
  assert.deepEqual(steps.at(-1)?.requires.map(toldClaim), all.flatMap(of))
})

const toldClaim = (claim: Claim): string =>
  [
    claim.kind,
    'volume' in claim && typeof claim.volume === 'object' ? claim.volume.alias : '',
    'alias' in claim ? claim.alias : '',
    'blade' in claim ? claim.blade : '',
  ]
    .filter((word) => word !== '')
    .join(' ')

test('the array is asked only where a look has shown that a blade does not see a volume', () => {
  const asksArray = (seen?: Survey) => claimsOf(fleet, intent, seen).some(({ kind }) => kind === 'on-array')
  const seen = (last: BladeReport) =>
    surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2'), blade3: last })
  assert.deepEqual(
    [asksArray(), asksArray(seen(report('blade3'))), asksArray(seen(bare('blade3')))],
    [false, false, true],
  )
})

test('where one fabric is known to be lost, a blade is given its aliases, and that is recorded', () => {
  const lost = (name: Node) => report(name, { devices: [device('A', 'sdb')], maps: oneFabric(name) })
  const survey = surveyOf(fleet, { blade1: lost('blade1'), blade2: lost('blade2'), blade3: lost('blade3') })
  const recorded = (degraded: boolean) => {
    const claims = planOf(fleet, survey, { ...intent, degraded }).steps.at(-1)?.requires ?? []
    return proveAll(claims, fleet, survey).filter(({ verdict }) => verdict !== 'proved')
  }
  assert.deepEqual(recorded(true), [])
  assert.deepEqual(
    recorded(false).map(({ claim }) => claim.kind),
    ['redundancy', 'redundancy', 'redundancy'],
  )
})

const oneFabric = (name: Node) =>
  report(name).maps.map((map) => ({ ...map, slaves: map.slaves.filter(({ sd }) => sd === 'sdb') }))

test('where another LUN sits at the number nothing is rolled out', () => {
  const stale = bare('blade3')
  const { open } = planned(equipped('blade1'), equipped('blade2'), {
    ...stale,
    devices: [device('A', 'sdb', OTHER), device('B', 'sdc', OTHER)],
  })
  assert.deepEqual(
    open.map(({ claim, because }) => [claim.kind, because]),
    [['visible', 'sdb on blade3 is another LUN']],
  )
})

test('a blade that gives no answer stops it, and a fenced one is not asked', () => {
  const survey = surveyOf(fleet, { blade1: equipped('blade1'), blade2: { state: 'timed out', because: 'no answer' } })
  const open = proveAll(claimsOf(fleet, { ...intent, blades: [b('blade2')] }, survey), fleet, survey)
  assert.ok(open.some(({ verdict }) => verdict === 'unknown'))
  const blades = new Map([...fleet.blades].map(([name, one]) => [name, { ...one, fenced: name === b('blade3') }]))
  assert.throws(() => claimsOf({ ...fleet, blades }, intent), /blade3.*fenced/s)
})
