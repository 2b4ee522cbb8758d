import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '@anyblade/scsi'
import { sentence } from '#actions'
import type { Fleet, Volume } from '#documents'
import { prove } from '#findings'
import { claimsOf, planOf } from '#plans'
import { read, type Survey } from '#survey'
import { b, domain, fleetOf, LDAP, report, surveyOf, VM } from '../../test/lab-fleet.ts'

/** The volume is reserved for blade1, under its key of the third generation. */
function reserved(): Fleet {
  const fleet = fleetOf()
  const volume = { ...fleet.volumes.get(LDAP), writer: 'array', home: b('blade1'), generation: 3 } as Volume
  return { ...fleet, volumes: new Map([[LDAP, volume]]) }
}
const key = (blade: number, generation: number) => keyOf({ fleet: 0xa1b2, blade, generation })
const intent = { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false } as const
const survey = surveyOf(reserved(), {
  blade1: report('blade1', { domains: read([domain('running')]) }),
  blade2: report('blade2'),
})

test('a reserved volume: registered, waited for, moved, and only where that was not enough, settled in the unit’s order', () => {
  const { steps } = planOf(reserved(), survey, intent)
  assert.deepEqual(
    steps.map(({ action, phase }) => [action.kind, 'blade' in action ? action.blade : 'record', phase]),
    [
      ['register-key', 'blade2', 'undoable'],
      ['await-landing', 'blade2', 'undoable'],
      ['migrate-domain', 'blade1', 'pivot'],
      ['hold-landing', 'blade2', 'forward'],
      ['ask-source', 'blade1', 'forward'],
      ['take-landing', 'blade2', 'forward'],
      ['clear-source', 'blade1', 'forward'],
      ['record-documents', 'record', 'forward'],
      ['drop-landing', 'blade2', 'back'],
      ['give-back', 'blade1', 'back'],
    ],
  )
  assert.deepEqual(
    steps.map(({ unless }) => unless?.answerOf),
    [undefined, undefined, undefined, 3, 3, 3, 3, ...Array(3).fill(undefined)],
  )
})

test('by post-copy: told with its price, asked of the destination’s kernel, and its source can be reached again', () => {
  const late = { ...intent, transfer: { postCopy: true } } as const
  const claim = claimsOf(reserved(), late, survey).find(({ kind }) => kind === 'post-copy')
  assert.deepEqual(claim, { kind: 'post-copy', blade: 'blade2', vm: VM, unkept: [] })
  assert.ok(!claimsOf(reserved(), intent, survey).some(({ kind }) => kind === 'post-copy'))
  const { steps, remarks } = planOf(reserved(), survey, late)
  assert.match(remarks?.join('\n') ?? '', /from the switch to post-copy on there is no way back/)
  const moved = steps.find(({ action }) => action.kind === 'migrate-domain')
  assert.match(moved === undefined ? '' : sentence(moved.action), /; at last by post-copy$/)
  const [uri] = steps.flatMap(({ action }) => (action.kind === 'ask-source' ? action.uri : []))
  assert.equal(uri, moved?.action.kind === 'migrate-domain' && moved.action.uri)
})

test('a disk that nobody keeps to one writer, or a kernel that serves no missing pages: no post-copy', () => {
  const late = { ...intent, transfer: { postCopy: true } } as const
  const judged = (fleet: Fleet, seen: Survey) => {
    const claim = claimsOf(fleet, late, seen).find(({ kind }) => kind === 'post-copy')
    assert.ok(claim)
    return prove(claim, fleet, seen)
  }
  const there = report('blade2')
  const withKernel = (servesMissingPages: boolean) =>
    surveyOf(reserved(), { blade2: report('blade2', { host: { ...there.host, servesMissingPages } }) })
  assert.match(judged(fleetOf(), survey).because, /keeps ldap to no single writer/)
  const kept = judged(reserved(), withKernel(false))
  assert.deepEqual([kept.verdict, kept.next?.startsWith('sysctl -w vm.unprivileged_userfaultfd=1')], ['refuted', true])
  for (const seen of [survey, withKernel(true)]) assert.equal(judged(reserved(), seen).verdict, 'proved')
})

test('where the source has run, or nothing has landed, it is given back there and all is undone', () => {
  const { steps } = planOf(reserved(), survey, intent)
  const asked = steps.find(({ action }) => action.kind === 'ask-source')
  assert.deepEqual(asked?.turnsBack, ['ran', 'stays'])
  const given = steps.find(({ action }) => action.kind === 'give-back')?.action
  const moved = steps.find(({ action }) => action.kind === 'migrate-domain')?.action
  assert.deepEqual(given && 'keys' in given && given.keys, moved && 'keys' in moved && moved.keys)
})

test('each side knows its own key and the other’s; the destination’s is of the next generation, and is recorded', () => {
  const { steps } = planOf(reserved(), survey, intent)
  const keysOf = (kind: string) =>
    steps.flatMap(({ action }) => (action.kind === kind && 'keys' in action ? action.keys : []))
  assert.deepEqual(keysOf('await-landing'), [{ alias: LDAP, ours: key(2, 4), theirs: key(1, 3) }])
  assert.deepEqual(keysOf('migrate-domain'), [{ alias: LDAP, ours: key(1, 3), theirs: key(2, 4) }])
  const record = steps.find(({ action }) => action.kind === 'record-documents')?.action
  assert.ok(record?.kind === 'record-documents')
  const ofVolume = record.changes.find(({ document }) => document === 'volumes/ldap.yaml')
  assert.deepEqual(ofVolume, {
    document: 'volumes/ldap.yaml',
    set: [
      { path: ['home'], value: 'blade2' },
      { path: ['generation'], value: '4' },
    ],
  })
})

test('take-landing waits for the answer of the source, which is asked after the preempt', () => {
  const { steps } = planOf(reserved(), survey, intent)
  const take = steps.find(({ action }) => action.kind === 'take-landing')
  const ask = steps.find(({ action }) => action.kind === 'ask-source')
  assert.ok(take?.action.kind === 'take-landing')
  assert.deepEqual(take.action.source, { answerOf: ask?.number })
})

test('one look is enough where the running VM is what its document says', () => {
  assert.deepEqual(claimsOf(reserved(), intent), claimsOf(reserved(), intent, survey))
})

test('a VM that is paused is to stay paused', () => {
  const paused = surveyOf(reserved(), {
    blade1: report('blade1', { domains: read([domain('paused')]) }),
    blade2: report('blade2'),
  })
  const waits = planOf(reserved(), paused, intent).steps.find(({ action }) => action.kind === 'await-landing')
  assert.equal(waits?.action.kind === 'await-landing' && waits.action.pace, 'paused')
})

test('a volume that nobody keeps is moved without keys, and claims no reservation', () => {
  assert.ok(!claimsOf(fleetOf(), intent).some(({ kind }) => kind === 'reservation'))
  const { steps } = planOf(fleetOf(), survey, intent)
  assert.equal(steps[0]?.action.kind, 'await-landing')
})

test('the record asks that the VM is at its destination, not that it still runs: it may have stopped by itself', () => {
  const recording = planOf(fleetOf(), surveyOf(fleetOf(), {}), {
    kind: 'migrate-vm',
    vm: VM,
    to: b('blade2'),
    degraded: false,
  }).steps.find(({ action }) => action.kind === 'record-documents')
  assert.deepEqual(
    recording?.requires.flatMap((claim) => (claim.kind === 'domain' ? [`${claim.blade} ${claim.wanted}`] : [])),
    ['blade2 present', 'blade1 absent'],
  )
})

const ways = [
  [undefined, undefined, 'qemu+ssh://blade2/system', undefined, 'tcp://blade2'],
  ['10.0.0.2', undefined, 'qemu+ssh://10.0.0.2/system', 'tcp://10.0.0.2', 'tcp://10.0.0.2'],
  ['root@move2', undefined, 'qemu+ssh://root@move2/system', 'tcp://move2', 'tcp://move2'],
  ['fd00::2', undefined, 'qemu+ssh://[fd00::2]/system', 'tcp://[fd00::2]', 'tcp://[fd00::2]'],
  ['root@[fd00::2]', undefined, 'qemu+ssh://root@[fd00::2]/system', 'tcp://[fd00::2]', 'tcp://[fd00::2]'],
  ['10.0.0.2', 'ssh', 'qemu+ssh://10.0.0.2/system', undefined, 'ssh://10.0.0.2'],
] as const
for (const [host, encrypted, uri, migrateUri, way] of ways)
  test(`a blade that others reach as ${host ?? 'its name'}${encrypted ? ', through ssh' : ''}: the move, its memory and the measured link`, () => {
    const fleet = fleetOf()
    const blade2 = fleet.blades.get(b('blade2'))
    assert.ok(blade2)
    const reached = { ...blade2, ...(host !== undefined && { migration_host: host }) }
    const there = { ...fleet, blades: new Map(fleet.blades).set(reached.name, reached) }
    const wish = { ...intent, ...(encrypted && { transfer: { encrypted } }) }
    const move = planOf(there, survey, wish).steps.find(({ action }) => action.kind === 'migrate-domain')?.action
    assert.ok(move?.kind === 'migrate-domain')
    assert.deepEqual([move.uri, move.migrateUri], [uri, migrateUri])
    assert.equal(sentence(move).includes(`its memory to ${migrateUri}`), migrateUri !== undefined)
    const claim = claimsOf(there, wish, survey).find(({ kind }) => kind === 'converges')
    assert.equal(claim?.kind === 'converges' && claim.way, way)
  })

test('TLS to an address of its own: its certificate must name that, and the plan says so', () => {
  const fleet = fleetOf()
  const blade2 = fleet.blades.get(b('blade2'))
  assert.ok(blade2)
  const there = { ...fleet, blades: new Map(fleet.blades).set(blade2.name, { ...blade2, migration_host: '10.0.0.2' }) }
  const remarks = (encrypted: 'tls' | 'ssh') => planOf(there, survey, { ...intent, transfer: { encrypted } }).remarks
  assert.match(remarks('tls')?.join() ?? '', /certificate of blade2 must name 10\.0\.0\.2/)
  assert.doesNotMatch(remarks('ssh')?.join() ?? '', /certificate/)
})
