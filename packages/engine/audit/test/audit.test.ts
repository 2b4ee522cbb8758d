import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BladeName, Fleet } from '#documents'
import { type Intent, type Plan, planOf } from '#plans'
import type { PromiseName } from '#promises'
import { type BladeReport, type JournalLine, type Reading, type RunReport, read, type Survey } from '#survey'
import { journaled } from '../../run/history.ts'
import { b, device, domain, fleetOf, LDAP, OTHER, report, SAN, SIZE, surveyOf, VM } from '../../test/lab-fleet.ts'
import { arraySays, key, knowing, look, silent } from '../../test/reserved-lun.ts'
import { type Audited, audit } from '../audit.ts'

const FLEET = fleetOf()
const SILENT: Reading<readonly RunReport[]> = { state: 'timed out', because: 'no answer in 45 s' }
const NONE = new Map<BladeName, Reading<readonly RunReport[]>>([
  [b('blade1'), read([])],
  [b('blade2'), read([])],
])
const KEYS = [key(1, 1)]
const running = read([domain('running')])

/** ldap runs on blade1, whose key alone is registered; blade2 sees the LUN and may not write it. */
const one = (change: Partial<BladeReport> = {}) => knowing('blade1', KEYS, { domains: running, ...change })
const two = (change: Partial<BladeReport> = {}) => knowing('blade2', KEYS, change)

const judged = (survey: Survey, journals = NONE, fleet: Fleet = FLEET): Map<PromiseName, Audited> =>
  new Map(audit(fleet, survey, journals, []).map((one) => [one.promise, one]))

function verdict(of: Map<PromiseName, Audited>, promise: PromiseName): string {
  const found = of.get(promise)
  return `${found?.verdict}${found?.because.map((line) => `: ${line}`).join('') ?? ''}`
}

test('all is well: what a look can show is kept, and what it can’t show is not claimed', () => {
  const of = judged(look(FLEET, { blade1: one(), blade2: two() }))
  assert.deepEqual(
    [...of].map(([promise, { verdict }]) => [promise, verdict]),
    [
      ['one writer', 'kept'],
      ['no memory older than its disk', 'untold'],
      ['never the wrong LUN', 'kept'],
      ['nothing goes while it is used', 'kept'],
      ['one alias, one WWID', 'kept'],
      ['nothing is half done', 'kept'],
      ['nothing else is touched', 'untold'],
      ['nothing hangs', 'kept'],
    ],
  )
})

test('two running guests that the array both lets write: broken, and the VM is doubled', () => {
  const both = { domains: running, reservations: [] }
  const unreserved = { ...both, reservations: knowing('blade1', [], {}).reservations }
  const open = unreserved.reservations.map((one) => ({
    ...one,
    reservation: read({ generation: 1, held: undefined }),
  }))
  const of = judged(look(FLEET, { blade1: one({ reservations: open }), blade2: two({ ...both, reservations: open }) }))
  assert.match(verdict(of, 'one writer'), /^broken: .* is written by ldap on blade1 and ldap on blade2$/)
  assert.match(verdict(of, 'nothing is half done'), /^broken: ldap is doubled/)
})

test('a second copy that the array keeps from writing is no second writer', () => {
  const of = judged(look(FLEET, { blade1: one(), blade2: two({ domains: running }) }))
  assert.equal(verdict(of, 'one writer'), 'kept')
  assert.match(verdict(of, 'nothing is half done'), /doubled/)
})

test('where nobody says who may write, one writer is not claimed', () => {
  const of = judged(look(FLEET, { blade1: one({ reservations: [] }), blade2: two() }))
  assert.equal(verdict(of, 'one writer'), 'untold')
  assert.match(of.get('one writer')?.untold.join() ?? '', /nobody says whether blade1 may write ldap/)
})

test('a blade that is silent: nothing that needs it is kept, and it is named', () => {
  const of = judged(look(FLEET, { blade1: one(), blade2: silent }))
  for (const promise of ['one writer', 'never the wrong LUN', 'one alias, one WWID', 'nothing is half done'] as const) {
    assert.equal(verdict(of, promise), 'untold', promise)
    assert.match(of.get(promise)?.untold.join() ?? '', /blade2 gave no answer, timed out/)
  }
})

test('a guest whose map leads to another LUN through one path: broken', () => {
  const reports = one({ devices: [device('A', 'sdb'), device('B', 'sdc', OTHER)] })
  const of = judged(look(FLEET, { blade1: reports, blade2: two() }))
  assert.match(verdict(of, 'never the wrong LUN'), new RegExp(`^broken: ldap on blade1 was set going on ${OTHER}`))
})

test('a path that gave no INQUIRY proves nothing', () => {
  const mute = { ...device('B', 'sdc'), inquiry: { state: 'timed out', because: 'stuck' } as const }
  const of = judged(look(FLEET, { blade1: one({ devices: [device('A', 'sdb'), mute] }), blade2: two() }))
  assert.equal(verdict(of, 'never the wrong LUN'), 'untold')
  assert.match(of.get('never the wrong LUN')?.untold.join() ?? '', /1 of 2 paths of ldap answered/)
})

test('two maps of one LUN on a blade: broken', () => {
  const [map] = report('blade2').maps
  const again = map === undefined ? [] : [map, { ...map, name: 'mpatha', dm: 'dm-1' }]
  const of = judged(look(FLEET, { blade1: one(), blade2: two({ maps: again }) }))
  assert.match(verdict(of, 'one alias, one WWID'), /^broken: blade2 has two maps of/)
})

test('a VM that is off, or paused by somebody, is not half done; one that runs elsewhere than documented is', () => {
  for (const domains of [read([]), read([domain('paused')])])
    assert.equal(
      verdict(judged(look(FLEET, { blade1: one({ domains }), blade2: two() })), 'nothing is half done'),
      'kept',
    )
  const away = judged(look(FLEET, { blade1: one({ domains: read([]) }), blade2: two({ domains: running }) }))
  assert.match(verdict(away, 'nothing is half done'), /runs on blade2, and is documented on blade1/)
})

const entry = (step: number, event: string): JournalLine => ({ step, event, evidence: '' })
function journal(plan: Plan, entries: readonly JournalLine[], isHeld = false): RunReport {
  const holder = { operator: 'ann', epoch: 1, sinceSeconds: 1, leftSeconds: 100 }
  return {
    run: 'r-aaaa',
    plan: journaled(plan),
    entries,
    holder: isHeld ? holder : undefined,
    asked: false,
    ageSeconds: 5,
  }
}

const EMPTY = fleetOf({ withVolume: false, withVm: false })
const CREATE: Intent = {
  kind: 'create-volume',
  volumes: [{ volume: LDAP, size: SIZE }],
  array: SAN,
  home: undefined,
  writer: 'none',
}

function created(): Plan {
  const bare = surveyOf(EMPTY, {
    blade1: report('blade1', { devices: [], maps: [] }),
    blade2: report('blade2', { devices: [], maps: [] }),
  })
  return planOf(EMPTY, bare, CREATE)
}

test('a run whose operator has gone is interrupted, with what brings it to its end; while one goes on nobody is at rest', () => {
  const survey = look(
    EMPTY,
    { blade1: report('blade1', { devices: [], maps: [] }), blade2: report('blade2', { devices: [], maps: [] }) },
    { ...arraySays([]), volumes: [] },
  )
  const of = (isHeld: boolean) =>
    judged(survey, new Map([...NONE, [b('blade1'), read([journal(created(), [entry(1, 'started')], isHeld)])]]), EMPTY)
  assert.match(
    verdict(of(false), 'nothing is half done'),
    /^interrupted: r-aaaa \(.*\) was interrupted: anyblade run resume r-aaaa, or run undo r-aaaa$/,
  )
  assert.equal(verdict(of(true), 'nothing is half done'), 'kept')
  const unread = judged(survey, new Map([...NONE, [b('blade1'), SILENT]]), EMPTY)
  assert.equal(verdict(unread, 'nothing is half done'), 'untold')
})

test('what an interrupted move has left of its VM is that run’s to settle; two that run are doubled all the same', () => {
  const move = planOf(FLEET, look(FLEET, { blade1: one(), blade2: two() }), {
    kind: 'migrate-vm',
    vm: VM,
    to: b('blade2'),
    degraded: false,
  })
  const runs = new Map([...NONE, [b('blade1'), read([journal(move, [entry(1, 'started')])])]])
  const beside = (state: 'paused' | 'running') =>
    judged(look(FLEET, { blade1: one(), blade2: two({ domains: read([domain(state)]) }) }), runs)
  assert.match(verdict(beside('paused'), 'nothing is half done'), /^interrupted: r-aaaa /)
  assert.match(verdict(beside('running'), 'nothing is half done'), /^broken: ldap is doubled.*: r-aaaa /)
})

test('what is left of a volume whose creation was taken back: broken; a name that was given anew is not it', () => {
  const undone = new Map([
    ...NONE,
    [b('blade1'), read([journal(created(), [entry(1, 'started'), entry(0, 'ended undone')])])],
  ])
  const left = judged(look(EMPTY, { blade1: report('blade1'), blade2: report('blade2') }, arraySays([])), undone, EMPTY)
  assert.match(
    verdict(left, 'nothing goes while it is used'),
    /the array still has ldap.*blade1 still has the map ldap/s,
  )
  const anew = judged(look(FLEET, { blade1: one(), blade2: two() }), undone)
  assert.equal(verdict(anew, 'nothing goes while it is used'), 'kept')
})

test('an answer that came later than it may: broken', () => {
  const late = { kind: 'answered', what: 'the look at blade1', afterMs: 60_000, withinMs: 45_000 } as const
  const found = audit(FLEET, look(FLEET, { blade1: one(), blade2: two() }), NONE, [late])
  assert.deepEqual(found.at(-1)?.because, ['the look at blade1 took 60000 ms, 45000 were allowed'])
})
