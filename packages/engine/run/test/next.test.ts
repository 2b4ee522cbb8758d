import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inverse, NO_EVIDENCE } from '#actions'
import type { VmName } from '#documents'
import { claimsOf, type Plan, planOf } from '#plans'
import { type Event, type Journal, next, type RunOutcome } from '#run'
import { b, fleetOf, LDAP, report, SAN, SIZE, surveyOf, VM } from '../../test/lab-fleet.ts'
import { append } from '../journal.ts'

const fleet = fleetOf({ withVolume: false, withVm: false })
const survey = surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2') })
const create = planOf(fleet, survey, {
  kind: 'create-volume',
  writer: undefined,
  home: undefined,
  volumes: [{ volume: LDAP, size: SIZE }],
  array: SAN,
})
const full = fleetOf()
const migrate = planOf(full, survey, { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false })
const stepOf = (kind: string) => migrate.steps.find((step) => step.action.kind === kind)?.number ?? 0

/** Plays a run: `fails` says how each step goes. @returns what happened, in order, and how it ended */
function play(
  plan: Plan,
  fails: (step: number) => Event = () => 'done',
  ...answered: readonly { readonly step: number; readonly word: string }[]
): { told: string[]; outcome: RunOutcome } {
  let journal: Journal = []
  const told: string[] = []
  const note = (step: number, event: Event) => {
    const word = answered.find((one) => event === 'done' && step === one.step)?.word
    const evidence = word === undefined ? NO_EVIDENCE : { lines: [], answer: word }
    journal = append(journal, { step, event, evidence })
    told.push(`${event} ${step}`)
  }
  for (let i = 0; i < 1000; i += 1) {
    const what = next(plan, journal)
    if (what.kind === 'stop') return { told, outcome: what.outcome }
    const numbers = ('steps' in what ? what.steps : [what.step]).map(({ number }) => number)
    const all = (event: (number: number) => Event) => {
      for (const number of numbers) note(number, event(number))
    }
    if (what.kind === 'observe') all((number) => (fails(number) === 'refused' ? 'refused' : 'proved'))
    else if (what.kind === 'skip') all(() => 'skipped')
    else if (what.kind === 'act') {
      all(() => 'started')
      all(fails)
    } else {
      all(() => 'undo started')
      all(() => 'undone')
    }
  }
  throw new Error('the run never ends')
}

test('all goes well: every step proved, started, done, in order; what goes together, at once', () => {
  const { told, outcome } = play(create)
  assert.equal(outcome, 'done')
  const wanted = atOnceIn(create).flatMap((numbers) =>
    ['proved', 'started', 'done'].flatMap((event) => numbers.map((number) => `${event} ${number}`)),
  )
  assert.deepEqual(told, wanted)
})

/** The numbers of steps, those together that are carried out at once. */
function atOnceIn({ steps }: Plan): number[][] {
  return steps.flatMap(({ number, together }) =>
    together === undefined
      ? [[number]]
      : together === number
        ? [steps.filter((other) => other.together === together).map((other) => other.number)]
        : [],
  )
}

test('a volume is scanned for on all blades at once, and aliased on one before all others', () => {
  const kinds = atOnceIn(create).map((numbers) => numbers.map((number) => create.steps[number - 1]?.action.kind))
  assert.deepEqual(
    kinds.filter((list) => list.includes('scan-lun')),
    [['scan-lun', 'scan-lun']],
  )
  assert.deepEqual(
    kinds.filter((list) => list.includes('add-aliases')),
    [['add-aliases'], ['add-aliases']],
  )
})

for (const how of ['refused', 'failed', 'unknown'] as const)
  for (const { number: broken } of create.steps)
    test(`volume create, step ${broken} ${how}: all that was begun is undone, newest first, and nothing else`, () => {
      const { told, outcome } = play(create, (step) => (step === broken ? how : 'done'))
      const undone = told.filter((line) => line.startsWith('undone')).map((line) => Number(line.slice(7)))
      const beside = atOnceIn(create).find((numbers) => numbers.includes(broken)) ?? []
      const isBegun = (number: number) =>
        beside.includes(number) ? how !== 'refused' : number < Math.min(broken, ...beside)
      const wanted = atOnceIn(create)
        .toReversed()
        .flatMap((numbers) => numbers.filter((number) => isBegun(number) && hasWayBack(create, number)))
      // What is true is not taken back because it could not be written down.
      const isRecord = broken === create.steps.length && how !== 'refused'
      assert.deepEqual(undone, isRecord ? [] : wanted)
      assert.equal(outcome, isRecord ? 'stuck' : 'undone')
    })

function hasWayBack({ steps }: Plan, number: number): boolean {
  const step = steps[number - 1]
  return step !== undefined && inverse(step.action) !== undefined
}

test('a migration that is known to have failed: the unit that waited for it is ended', () => {
  const { told, outcome } = play(migrate, (step) => (step === stepOf('migrate-domain') ? 'failed' : 'done'))
  assert.equal(outcome, 'undone')
  assert.deepEqual(
    told.filter((line) => line.startsWith('undone')),
    [`undone ${stepOf('await-landing')}`],
  )
})

test('a migration whose answer was lost is neither done nor undone: only a look can tell', () => {
  const { told, outcome } = play(migrate, (step) => (step === stepOf('migrate-domain') ? 'unknown' : 'done'))
  assert.equal(outcome, 'stuck')
  assert.ok(!told.some((line) => line.startsWith('undo')))
})

test('what settles a landing is only done where the unit did not answer that it has taken over', () => {
  const move = stepOf('migrate-domain')
  const settling = ['hold-landing', 'ask-source', 'take-landing', 'clear-source'].map(stepOf)
  const taken = play(migrate, () => 'done', { step: move, word: 'taken' })
  assert.deepEqual(
    taken.told.filter((line) => line.startsWith('skipped')),
    settling.map((step) => `skipped ${step}`),
  )
  const unsettled = play(migrate, () => 'done', { step: move, word: 'unsettled' })
  for (const step of settling) assert.ok(unsettled.told.includes(`done ${step}`))
  assert.deepEqual([taken.outcome, unsettled.outcome], ['done', 'done'])
})

for (const word of ['ran', 'stays'])
  test(`the source answers ${word}: it is given back there in order, and then all that was undoable is undone`, () => {
    const asked = { step: stepOf('ask-source'), word }
    const { told, outcome } = play(migrate, () => 'done', asked, { step: stepOf('migrate-domain'), word: 'unsettled' })
    const [drop, give] = [stepOf('drop-landing'), stepOf('give-back')]
    const after = told.slice(told.indexOf(`done ${asked.step}`) + 1).filter((line) => /^(done|undone)/.test(line))
    assert.deepEqual(after, [`done ${drop}`, `done ${give}`, `undone ${stepOf('await-landing')}`])
    assert.equal(outcome, 'undone')
  })

test('what can not be given back is stuck, and nothing is undone: a key of the destination may be all that keeps it', () => {
  const fails = (step: number) => (step === stepOf('drop-landing') ? 'failed' : 'done')
  const { told, outcome } = play(migrate, fails, { step: stepOf('ask-source'), word: 'ran' })
  assert.equal(outcome, 'stuck')
  assert.ok(!told.some((line) => line.startsWith('undo')))
})

test('after the pivot a failure undoes nothing', () => {
  const { told, outcome } = play(migrate, (step) => (step === stepOf('record-documents') ? 'failed' : 'done'))
  assert.equal(outcome, 'stuck')
  assert.ok(!told.some((line) => line.startsWith('undo')))
})

test('a step that was started by somebody who is gone is not started again', () => {
  const journal: Journal = [
    { step: 1, event: 'proved', evidence: NO_EVIDENCE },
    { step: 1, event: 'started', evidence: NO_EVIDENCE },
  ]
  assert.deepEqual(next(create, journal), { kind: 'stop', outcome: 'stuck' })
})

test('an undo that fails stops the run, and what is older stays', () => {
  const journal: Journal = [
    { step: 1, event: 'proved', evidence: NO_EVIDENCE },
    { step: 1, event: 'started', evidence: NO_EVIDENCE },
    { step: 1, event: 'failed', evidence: NO_EVIDENCE },
    { step: 1, event: 'undo started', evidence: NO_EVIDENCE },
    { step: 1, event: 'undo failed', evidence: NO_EVIDENCE },
  ]
  assert.deepEqual(next(create, journal), { kind: 'stop', outcome: 'stuck' })
})

test('whatever happens to the steps, a run ends, and it ends done only when every step on the way was', () => {
  const how = fc.constantFrom<Event>('done', 'done', 'done', 'refused', 'failed', 'unknown')
  fc.assert(
    fc.property(fc.array(how, { minLength: 20, maxLength: 20 }), fc.constantFrom(create, migrate), (ways, plan) => {
      const { outcome } = play(plan, (step) => ways[step - 1] ?? 'done')
      const onTheWay = plan.steps.filter(({ phase }) => phase !== 'back')
      const allDone = onTheWay.every(({ number }) => ways[number - 1] === 'done')
      assert.equal(outcome === 'done', allDone)
    }),
  )
})

test('the journal refuses an event that can’t follow', () => {
  assert.throws(() => append([], { step: 1, event: 'done', evidence: NO_EVIDENCE }), RangeError)
})

test('claims of an intent name only what the fleet has', () => {
  assert.throws(() => claimsOf(fleet, { kind: 'start-vm', vm: 'nobody' as VmName, degraded: false }), /nobody/)
})

/** The steps of a migration, of which one may fail. */
const tolerant = (kind: string): Plan => ({
  ...migrate,
  steps: migrate.steps.map((step) => (step.action.kind === kind ? { ...step, mayFail: true as const } : step)),
})

for (const event of ['failed', 'unknown', 'refused'] as const)
  test(`a step that may fail and does (${event}) holds nothing up`, () => {
    const number = stepOf('await-landing')
    const { told, outcome } = play(tolerant('await-landing'), (step) => (step === number ? event : 'done'))
    assert.equal(outcome, 'done')
    assert.ok(told.includes(`${event} ${number}`) && !told.some((line) => line.startsWith('undo')))
  })

test('a pivot that may fail and is known to have failed is no point of no return; an answer that was lost is one', () => {
  const [pivot, record] = [stepOf('migrate-domain'), stepOf('record-documents')]
  const ends = (of: Event) =>
    play(tolerant('migrate-domain'), (step) => (step === pivot ? of : step === record ? 'refused' : 'done')).outcome
  assert.deepEqual([ends('failed'), ends('unknown')], ['undone', 'stuck'])
})

test('a step that waits for what is done by hand takes nothing back while that is not so; a failure of its own does', () => {
  const number = stepOf('await-landing')
  const waiting: Plan = {
    ...migrate,
    steps: migrate.steps.map((step) => (step.number === number ? { ...step, awaits: true as const } : step)),
  }
  const played = (how: Event) => play(waiting, (step) => (step === number ? how : 'done'))
  assert.equal(played('refused').outcome, 'stuck')
  assert.ok(!played('refused').told.some((line) => line.startsWith('undo')))
  assert.equal(played('failed').outcome, 'undone')
  const refused: Journal = [{ step: number, event: 'refused', evidence: NO_EVIDENCE }]
  assert.notEqual(next(waiting, refused, 'back').kind, 'observe', 'who takes it back waits for nobody')
})
