import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '@anyblade/scsi'
import type { Fleet, Volume } from '#documents'
import { claimsOf, planOf } from '#plans'
import { read } from '#survey'
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
