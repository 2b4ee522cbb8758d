import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderAliases } from '@anyblade/multipath'
import { inverse, sentence } from '#actions'
import { check, type Fleet } from '#documents'
import { proveAll } from '#findings'
import { claimsOf, type Intent, leaseWords, type Plan, parsePlan, planOf } from '#plans'
import { type BladeReport, type MultipathFiles, type PuppetAgent, read, valueRead } from '#survey'
import { DROP_IN } from '../../config/candidate.ts'
import { textsOf } from '../../config/texts.ts'
import { journaled } from '../../run/history.ts'
import { next } from '../../run/next.ts'
import { published, ready } from '../../run/prepare.ts'
import { b, fleetOf, LDAP, type Node, report, SAN, SIZE, sure, surveyOf, WWID } from '../../test/lab-fleet.ts'

const NODES = ['blade1', 'blade2', 'blade3'] as const
const settings = sure(
  check.fleet({
    ...{ name: 'lab', id: 'a1b2', fabrics: ['A', 'B'] },
    ...{ delivery: 'puppet', puppet: { module: '../control/modules/anyblade' } },
  }),
)
const byPuppet = (fleet: Fleet): Fleet => ({ ...fleet, settings })
const fleet = byPuppet(fleetOf({ blades: 3, withVm: false }))

const agentOn = (name: Node, change: Partial<PuppetAgent> = {}) =>
  read({ version: '7.23.0', certname: name, noop: false, disabled: undefined, ...change })
const able = (name: Node, change: Partial<BladeReport> = {}) => report(name, { agent: agentOn(name), ...change })
const all = Object.fromEntries(NODES.map((name) => [name, able(name)]))
const survey = surveyOf(fleet, all)
const rollOut: Intent = { kind: 'roll-out', blades: NODES.map(b), degraded: false }

const told = ({ steps }: Plan) =>
  steps.map(({ action, together, phase }) =>
    [action.kind, 'blade' in action ? action.blade : '', together ?? '', phase === 'undoable' ? '' : phase]
      .filter((word) => word !== '')
      .join(' '),
  )

test('a batch is checked, its data is committed once, then its agents run; the next one’s data waits for the gate', () => {
  const plan = planOf(fleet, survey, rollOut)
  assert.deepEqual(told(plan), [
    'check-config blade1',
    'publish-config',
    'deliver-config blade1',
    'check-config blade2 4',
    'check-config blade3 4',
    'publish-config',
    'deliver-config blade2 7',
    'deliver-config blade3 7',
    'record-documents',
  ])
  const gate = plan.steps[3]?.requires.filter(({ kind }) => kind === 'alias-held')
  assert.deepEqual(
    gate?.map((claim) => 'blade' in claim && claim.blade),
    ['blade1'],
  )
  assert.deepEqual(parsePlan(journaled(plan)), plan)
  assert.deepEqual(
    leaseWords(fleet, plan, b('blade2')).map(({ name }) => name),
    ['luns', 'volume/ldap'],
  )
})

test('taken back, the former data is committed before any agent runs, and it runs wherever a check was begun', () => {
  const { steps } = planOf(fleet, survey, rollOut)
  const ways = steps.slice(0, 3).map(({ action }) => inverse(action))
  const [run, publish, nothing] = ways
  assert.equal(nothing, undefined)
  assert.ok(run?.kind === 'deliver-config' && run.change.kind === 'remove-aliases' && run.blade === 'blade1')
  assert.ok(publish?.kind === 'publish-config' && publish.changes[0]?.change.kind === 'remove-aliases')
  assert.match(publish.message, /^taken back: anyblade: roll out/)
})

test('what failed on one blade of a batch takes back the data of all, then runs all their agents', () => {
  const plan = planOf(fleet, survey, rollOut)
  const done = (step: number) =>
    (['proved', 'started', 'done'] as const).map((event) => ({ step, event, evidence: { lines: [] } }))
  const failed = (step: number) =>
    (['proved', 'started', 'failed'] as const).map((event) => ({ step, event, evidence: { lines: [] } }))
  const undone = (step: number) =>
    (['undo started', 'undone'] as const).map((event) => ({ step, event, evidence: { lines: [] } }))
  const journal = [...[1, 2, 3, 4, 5, 6, 7].flatMap(done), ...failed(8)]
  const numbers = (what: ReturnType<typeof next>) =>
    'steps' in what ? [what.kind, what.steps.map((s) => s.number)] : what
  assert.deepEqual(numbers(next(plan, journal)), ['undo', [6]])
  assert.deepEqual(numbers(next(plan, [...journal, ...undone(6)])), ['undo', [4, 5]])
})

const mainOnly: MultipathFiles = { main: new TextEncoder().encode('defaults {\n}\n'), dropIns: [] }

test('the data is the drop-in as it is checked on the blade, and none where nothing is left of it', () => {
  const plan = planOf(fleet, survey, rollOut)
  const publish = plan.steps[1]?.action
  const checking = plan.steps[0]?.action
  assert.ok(publish?.kind === 'publish-config' && checking?.kind === 'check-config')
  const [data] = published(publish, survey)
  const act = ready(checking, survey)
  assert.ok(act.kind === 'try-config')
  assert.equal(data?.content, new TextDecoder().decode(act.files[0]?.after))
  assert.match(data?.content ?? '', new RegExp(`wwid "?${WWID}`))
  assert.deepEqual(
    [data?.certname, act.agent.certname, act.expect],
    ['blade1', 'blade1', [{ alias: 'ldap', wwid: WWID }]],
  )

  const back = inverse(publish)
  assert.ok(back?.kind === 'publish-config')
  const dropIn = new TextEncoder().encode(data?.content)
  const written = read({ ...mainOnly, dropIns: [{ name: DROP_IN, bytes: dropIn }] })
  const then = surveyOf(fleet, { ...all, blade1: able('blade1', { config: written }) })
  assert.deepEqual(published(back, then), [{ certname: 'blade1', content: undefined }])
})

test('a WWID that the array is to give is filled in, and steps before a change keep their numbers', () => {
  const bare = byPuppet(fleetOf({ blades: 2, withVolume: false, withVm: false }))
  const intent: Intent = {
    ...{ kind: 'create-volume', writer: undefined, home: undefined },
    ...{ volumes: [{ volume: LDAP, size: SIZE }], array: SAN },
  }
  const none = { devices: [], maps: [] }
  const plan = planOf(bare, surveyOf(bare, { blade1: able('blade1', none), blade2: able('blade2', none) }), intent)
  const publish = plan.steps.find(({ action }) => action.kind === 'publish-config')?.action
  assert.ok(publish?.kind === 'publish-config' && publish.changes[0]?.change.kind === 'add-aliases')
  assert.deepEqual(publish.changes[0].change.aliases, [{ alias: LDAP, wwid: { ofStep: 1 } }])
  assert.equal(plan.steps[0]?.action.kind, 'carve-volume')
})

const because = (change: Partial<PuppetAgent> | BladeReport['agent'], others: Partial<BladeReport> = {}) => {
  const agent = 'state' in change ? change : agentOn('blade2', change)
  const over = surveyOf(fleet, { ...all, blade2: able('blade2', { agent, ...others }) })
  const open = proveAll(claimsOf(fleet, rollOut, over), fleet, over).filter(({ verdict }) => verdict !== 'proved')
  return open.map(({ verdict, because: text, next: advice }) => `${verdict}: ${text}; ${advice}`)
}

const hindered = [
  [
    'disabled, with the reason',
    { disabled: 'Ann replaces its HBA' },
    /^refuted: .*blade2 is disabled: Ann replaces its HBA; .*--enable/,
  ],
  ['disabled without one', { disabled: '' }, /^refuted: .*blade2 is disabled: no reason was given/],
  ['only looking', { noop: true }, /^refuted: .*noop is set/],
  [
    'known by another name',
    { certname: 'b2.example.org' },
    /^refuted: puppet knows blade2 as b2\.example\.org.*certname: b2/,
  ],
  ['not there', { state: 'refused', because: 'puppet is not installed' }, /^unknown: .*puppet is not installed/],
] as const
for (const [what, change, text] of hindered)
  test(`an agent that is ${what}: refused before anything is changed`, () => {
    const open = because(change)
    assert.equal(open.length, 1, open.join('\n'))
    assert.match(open[0] ?? '', text)
  })

test('a release without drop-ins can’t be delivered to by puppet', () => {
  const old = { multipath: 'multipath-tools v0.4.9 (05/33, 2016)', libvirt: undefined, python3: true }
  assert.ok(because({}, { tools: old }).some((text) => /read no drop-in that puppet could own/.test(text)))
})

test('a configuration of the operator’s own is none of our module’s: roll-back says so', () => {
  const dropIn = renderAliases({
    release: '0.9.4',
    aliases: [{ wwid: WWID, alias: 'ldap' }],
    defaults: {},
    overrides: {},
  })
  const ours = { name: DROP_IN, bytes: new TextEncoder().encode(dropIn) }
  const files = (main: string) => textsOf({ main: new TextEncoder().encode(main), dropIns: [ours] })
  const to = (main: string): Intent => ({
    ...{ kind: 'roll-back', to: 'c0ffee0', degraded: false },
    blades: [{ blade: b('blade1'), files: files(main) }],
  })
  assert.throws(
    () => planOf(fleet, survey, to('defaults {\n}\n')),
    /puppet delivers.*control repository|puppet delivers/s,
  )
  const kept = new TextDecoder().decode(valueRead(report('blade1').config)?.main)
  assert.deepEqual(told(planOf(fleet, survey, to(kept))).slice(0, 3), [
    'check-config blade1',
    'publish-config',
    'deliver-config blade1',
  ])
})

test('the data of a blade that leaves goes once its agent has taken our file away, and comes back first', () => {
  const leaves: Intent = { kind: 'remove-blade', blade: b('blade2'), keepBaseline: true }
  const plan = planOf(fleet, survey, leaves)
  const kinds = told(plan).map((step) => step.split(' ')[0])
  assert.deepEqual(kinds.slice(kinds.lastIndexOf('check-config')), [
    ...['check-config', 'publish-config', 'deliver-config', 'forget-lun', 'certify-gone'],
    ...['publish-config', 'leave-fleet', 'record-documents'],
  ])
  const gone = plan.steps.findLast(({ action }) => action.kind === 'publish-config')?.action
  assert.ok(gone?.kind === 'publish-config')
  assert.deepEqual(published(gone, survey), [{ certname: 'blade2', content: undefined, gone: true }])
  assert.equal(sentence(gone), "take the data of blade2 out of puppet's module")
  const back = inverse(gone)
  assert.ok(back?.kind === 'publish-config' && back.former === true)
  assert.deepEqual(back.gone, ['blade2'])
  assert.deepEqual(parsePlan(journaled(plan)), plan)
  const { volumes: _, ...rest } = fleet
  const bare: Fleet = { ...rest, volumes: new Map() }
  const undoable = planOf(bare, survey, leaves).steps.find(({ action }) => action.kind === 'publish-config')
  assert.equal(undoable?.phase, 'undoable', 'with nothing hidden before it can be taken back')
})

test('the data of a fenced blade goes with it, and its agent keeps what it has', () => {
  const two = fleet.blades.get(b('blade2')) ?? assert.fail()
  const fenced = { ...fleet, blades: new Map(fleet.blades).set(two.name, { ...two, fenced: true }) }
  const plan = planOf(fenced, survey, { kind: 'remove-blade', blade: two.name, keepBaseline: false })
  assert.deepEqual(
    plan.steps.slice(-2).map(({ action }) => action.kind),
    ['publish-config', 'record-documents'],
  )
  assert.ok(plan.steps.every(({ action }) => action.kind !== 'deliver-config'))
})

test('a fleet that pushes has neither the steps nor the claim', () => {
  const pushed = fleetOf({ blades: 3, withVm: false })
  assert.ok(claimsOf(pushed, rollOut, survey).every(({ kind }) => kind !== 'agent'))
  assert.ok(planOf(pushed, survey, rollOut).steps.every(({ action }) => action.kind !== 'publish-config'))
  assert.ok(!check.fleet({ name: 'lab', id: 'a1b2', fabrics: ['A'], delivery: 'puppet' }).ok)
})
