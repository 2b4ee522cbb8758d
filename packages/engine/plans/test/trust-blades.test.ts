import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inverse, type SetTrust } from '#actions'
import type { Fleet } from '#documents'
import { EngineError } from '#errors'
import { proveAll } from '#findings'
import { claimsOf, leaseWords, parsePlan, planOf } from '#plans'
import { type BladeReport, type Credentials, type Login, type Reading, read } from '#survey'
import { resolve } from '../../run/prepare.ts'
import { b, fleetOf, type Node, report, surveyOf, VM } from '../../test/lab-fleet.ts'

const fleet = fleetOf()
const intent = { kind: 'trust-blades', blades: [] } as const
const ID = (name: Node) => fleet.blades.get(b(name))?.machine_id ?? assert.fail()
const HOST_KEY = (name: Node) => `ssh-ed25519 ${`host/${name}/`.padEnd(68, 'A')}`
const KEY = (name: Node) => `ssh-ed25519 ${`key/${name}/`.padEnd(68, 'A')}`

function login(host: string, reached: string | { readonly machineId: string; readonly byOurs: boolean }): Login {
  return {
    host,
    knownAs: host,
    reached: typeof reached === 'string' ? { state: 'refused', because: reached } : read(reached),
  }
}

type Told = { readonly logins?: readonly Login[]; readonly here?: Partial<Credentials> }

function told(name: Node, { logins, here = {} }: Told = {}): BladeReport {
  const credentials = read({
    ...{ key: undefined, hostKeys: [HOST_KEY(name)], addresses: [`10.0.0.${name.slice(-1)}`], lines: [] },
    ...here,
  })
  return report(name, { credentials, ...(logins !== undefined && { logins: read(logins) }) })
}

const seen = (one: Told, two: Told = {}) =>
  surveyOf(fleet, { blade1: told('blade1', one), blade2: told('blade2', two) })
const set = (survey: ReturnType<typeof seen>, blade: Node, of: Fleet = fleet): SetTrust | undefined =>
  planOf(of, survey, intent)
    .steps.map(({ action }) => action)
    .find((action): action is SetTrust => action.kind === 'set-trust' && action.blade === blade)

test('blades that log in at one another by whatever they have: nothing is to be done', () => {
  const survey = seen({})
  assert.deepEqual(planOf(fleet, survey, intent).steps, [])
  assert.ok(proveAll(claimsOf(fleet, intent), fleet, survey).every(({ verdict }) => verdict === 'proved'))
})

test('one way is open: a key for its source, let in at the other from its addresses alone, whose host key it knows', () => {
  const survey = seen({ logins: [login('blade2', 'Host key verification failed.')] })
  const plan = planOf(fleet, survey, intent)
  assert.deepEqual(
    plan.steps.map(({ action, phase }) => [action.kind, 'blade' in action ? action.blade : '', phase].join(' ')),
    [
      'make-key blade1 undoable',
      'set-trust blade1 undoable',
      'set-trust blade2 undoable',
      'record-documents  undoable',
    ],
  )
  assert.deepEqual(set(survey, 'blade1')?.changes, [
    { file: 'known_hosts', peer: 'blade2', before: [], after: [`blade2 ${HOST_KEY('blade2')} anyblade:a1b2:blade2`] },
  ])
  assert.deepEqual(set(survey, 'blade2')?.changes, [
    {
      ...{ file: 'authorized_keys', peer: 'blade1', before: [] },
      after: [{ head: 'restrict,from="10.0.0.1" ', keyOf: 1, tail: ' anyblade:a1b2:blade1' }],
    },
  ])
  assert.deepEqual(plan.steps.at(-1)?.requires, [{ kind: 'logs-in', blade: 'blade1', to: 'blade2', host: 'blade2' }])
  const text = JSON.stringify(plan)
  assert.deepEqual(parsePlan(text), JSON.parse(text))
})

test('what the step that made the key has answered is let in, and taken back', () => {
  const action = set(seen({ logins: [login('blade2', 'no')] }), 'blade2') ?? assert.fail()
  const journal = [{ step: 1, event: 'done', evidence: { lines: [], key: KEY('blade1') } }] as const
  const line = `restrict,from="10.0.0.1" ${KEY('blade1')} anyblade:a1b2:blade1`
  const done = resolve(action, journal)
  assert.deepEqual(done.kind === 'set-trust' && done.changes[0]?.after, [line])
  const undo = resolve(inverse(action) ?? assert.fail(), journal)
  assert.deepEqual(undo.kind === 'set-trust' && [undo.changes[0]?.before, undo.changes[0]?.after], [[line], []])
})

test('a key that is there is used; a line of it that is an older one makes room', () => {
  const older = 'restrict ssh-ed25519 OLD anyblade:a1b2:blade1'
  const foreign = 'restrict ssh-ed25519 OLD anyblade:ffff:blade1'
  const survey = seen(
    { logins: [login('blade2', 'Permission denied (publickey).')], here: { key: KEY('blade1') } },
    { here: { lines: [older, foreign].map((text) => ({ file: 'authorized_keys', text })) } },
  )
  assert.ok(!planOf(fleet, survey, intent).steps.some(({ action }) => action.kind === 'make-key'))
  assert.deepEqual(set(survey, 'blade2')?.changes, [
    {
      ...{ file: 'authorized_keys', peer: 'blade1', before: [older] },
      after: [`restrict,from="10.0.0.1" ${KEY('blade1')} anyblade:a1b2:blade1`],
    },
  ])
})

test('another machine that answers under the name is no log-in', () => {
  const survey = seen({ logins: [login('blade2', { machineId: ID('blade1'), byOurs: false })] })
  assert.equal(set(survey, 'blade1')?.changes.length, 1)
  const move = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
  const open = proveAll(claimsOf(fleet, move), fleet, survey).find(({ claim }) => claim.kind === 'logs-in')
  assert.equal(open?.verdict, 'refuted')
  assert.match(open?.evidence.join() ?? '', /another machine answers there/)
  assert.equal(open?.next, 'anyblade blade trust blade1 blade2 --plan')
})

test('who does not say is not told to be unable', () => {
  const logins: Reading<never> = { state: 'refused', because: 'without python3 this is not measured' }
  const survey = surveyOf(fleet, { blade1: report('blade1', { logins }), blade2: told('blade2') })
  const move = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
  const open = proveAll(claimsOf(fleet, move), fleet, survey).find(({ claim }) => claim.kind === 'logs-in')
  assert.equal(open?.verdict, 'unknown')
})

test('lines for blades that the fleet has no more go, those of other fleets stay', () => {
  const [gone, foreign] = ['x anyblade:a1b2:blade9', 'x anyblade:ffff:blade9']
  const survey = seen({ here: { lines: [gone, foreign].map((text) => ({ file: 'known_hosts', text })) } })
  assert.deepEqual(set(survey, 'blade1')?.changes, [{ file: 'known_hosts', peer: 'blade9', before: [gone], after: [] }])
})

test('the move takes the fleet’s key where the log-in was proved with it, and what the blade has else', () => {
  const move = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
  const uri = (byOurs: boolean) => {
    const survey = seen({ logins: [login('blade2', { machineId: ID('blade2'), byOurs })] })
    const action = planOf(fleet, survey, move).steps.find((step) => step.action.kind === 'migrate-domain')?.action
    return action?.kind === 'migrate-domain' && action.uri
  }
  assert.equal(uri(true), 'qemu+ssh://blade2/system?keyfile=/root/.ssh/anyblade-a1b2')
  assert.equal(uri(false), 'qemu+ssh://blade2/system')
})

test('named ones with all others; nobody else is asked to log in', () => {
  const three = fleetOf({ blades: 3 })
  const pairs = (blades: readonly Node[]) =>
    claimsOf(three, { kind: 'trust-blades', blades: blades.map((name) => b(name)) }).flatMap((claim) =>
      claim.kind === 'login-known' ? [`${claim.blade} ${claim.to}`] : [],
    )
  assert.deepEqual(pairs(['blade3']), ['blade1 blade3', 'blade2 blade3', 'blade3 blade1', 'blade3 blade2'])
  assert.equal(pairs([]).length, 6)
})

test('a lease names it, so that two do not write the same file', () => {
  const plan = planOf(fleet, seen({ logins: [login('blade2', 'no')] }), intent)
  assert.deepEqual(leaseWords(fleet, plan, b('blade2')), [{ name: 'trust', limit: 1 }])
})

test('a blade that others reach as somebody else than root, and one that is fenced, are refused', () => {
  const two = fleet.blades.get(b('blade2')) ?? assert.fail()
  const changed = (change: object) => ({ ...fleet, blades: new Map(fleet.blades).set(two.name, { ...two, ...change }) })
  assert.throws(
    () => claimsOf(changed({ migration_host: 'admin@blade2' }), intent),
    (error) => error instanceof EngineError && /only root's credentials/.test(error.explanation.found),
  )
  assert.throws(() => claimsOf(changed({ fenced: true }), { ...intent, blades: [two.name] }), /fenced/)
})
