import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NO_EVIDENCE } from '#actions'
import { type Plan, parsePlan, planOf } from '#plans'
import { type Event, type Journal, type Journals, next, resumed, type Wish } from '#run'
import type { JournalLine, RunReport } from '#survey'
import { b, fleetOf, LDAP, report, SAN, SIZE, surveyOf, UUID, VM, WWID } from '../../test/lab-fleet.ts'
import { found } from '../found.ts'
import { journaled } from '../history.ts'
import { joined, journalOf, recovered, undoJournalOf } from '../join.ts'
import { append } from '../journal.ts'

const bare = fleetOf({ withVolume: false, withVm: false })
const fleet = fleetOf()
const survey = surveyOf(fleet, { blade1: report('blade1'), blade2: report('blade2') })
const create = planOf(bare, surveyOf(bare, { blade1: report('blade1'), blade2: report('blade2') }), {
  kind: 'create-volume',
  writer: undefined,
  home: undefined,
  volumes: [{ volume: LDAP, size: SIZE }],
  array: SAN,
})
const migrate = planOf(fleet, survey, { kind: 'migrate-vm', vm: VM, to: b('blade2'), degraded: false })
const start = planOf(fleet, survey, { kind: 'start-vm', vm: VM, degraded: false })
const stepOf = (plan: Plan, kind: string) => plan.steps.find((step) => step.action.kind === kind)?.number ?? 0
const line = (step: number, event: string, evidence = ''): JournalLine => ({ step, event, evidence })

/** What the blades report of a run of which these lines were journaled, each where it belongs. */
function reports(plan: Plan, lines: readonly JournalLine[], change: Partial<RunReport> = {}) {
  const of = (line: JournalLine) => {
    const step = plan.steps.find(({ number }) => number === line.step)
    if (step === undefined) return plan.blades[0]
    return line.event.startsWith('undo') ? undoJournalOf(plan, step) : journalOf(plan, step)
  }
  return new Map(
    plan.blades.map((blade): [typeof blade, RunReport] => [
      blade,
      {
        run: 'r-abcdef',
        plan: journaled(plan),
        entries: lines.filter((line) => of(line) === blade),
        holder: undefined,
        asked: false,
        ageSeconds: 60,
        ...change,
      },
    ]),
  )
}
const taken = (plan: Plan, lines: readonly JournalLine[], wish: Wish = 'on') =>
  resumed(
    plan === create ? bare : fleet,
    'r-abcdef',
    new Map([...reports(plan, lines)].map(([blade, value]) => [blade, { state: 'read', value }] as const)),
    wish,
  )
const nextOf = (plan: Plan, lines: readonly JournalLine[], wish: Wish = 'on') => {
  const { past } = taken(plan, lines, wish)
  const what = next(plan, past.journal, wish)
  if (what.kind === 'stop') return `stop ${what.outcome}`
  const steps = 'steps' in what ? what.steps : [what.step]
  return `${what.kind} ${steps.map(({ number }) => number).join(' and ')}`
}

for (const [name, plan] of Object.entries({ create, migrate, start }))
  test(`a plan comes out of the journal as it went in: ${name}`, () => {
    assert.deepEqual(parsePlan(journaled(plan)), plan)
  })

const broken = (change: (plan: { [key: string]: unknown; steps: Record<string, unknown>[] }) => void) => {
  const copy = JSON.parse(journaled(create))
  change(copy)
  return JSON.stringify(copy)
}
const forged = [
  ['no JSON', '{'],
  ['another version', broken((plan) => Object.assign(plan, { version: 2 }))],
  ['an action of no kind of ours', broken((plan) => Object.assign(plan.steps[0] ?? {}, { action: { kind: 'rm' } }))],
  ['steps in another order', broken((plan) => plan.steps.reverse())],
  [
    'a document out of the fleet',
    broken((plan) =>
      Object.assign(plan.steps.at(-1) ?? {}, {
        action: {
          kind: 'record-documents',
          changes: [{ document: '../../etc/passwd', text: '' }],
          rendered: [],
          message: '',
        },
      }),
    ),
  ],
] as const
for (const [what, text] of forged)
  test(`a plan that is none is refused: ${what}`, () => assert.equal(typeof parsePlan(text), 'string'))

test('what stands on the blades is joined: what was found, too', () => {
  const journal = joined(
    create,
    reports(create, [line(1, 'started'), line(1, 'done', `carved\nwwid ${WWID}`), line(2, 'started')]),
  )
  assert.deepEqual(
    journal.map(({ step, event }) => `${step} ${event}`),
    ['1 started', '1 done', '2 started'],
  )
  assert.deepEqual(journal[1]?.evidence, { lines: ['carved'], wwid: WWID })
})

test('a line that no run of ours writes is refused', () => {
  assert.throws(
    () => joined(create, reports(create, [line(1, 'celebrated')])),
    /the journal on blade1 says "celebrated"/,
  )
})

const done = (...steps: number[]) => steps.flatMap((step) => [line(step, 'started'), line(step, 'done')])
const move = stepOf(migrate, 'migrate-domain')
const unsettled = [line(move, 'started'), line(move, 'done', 'answer unsettled')]
const giveBack = stepOf(migrate, 'give-back')
const turned = [...done(...range(1, move + 1)), line(move + 2, 'started'), line(move + 2, 'done', 'answer stays')]
const last = create.steps.length
const table = [
  ['killed between two steps: goes on with the next', create, done(1, 2), 'on', 'observe 3'],
  ['killed in a step: looks first', create, [...done(1), line(2, 'started')], 'on', 'look 2'],
  ['its answer was lost on the way: looks first', create, [line(1, 'started'), line(1, 'unknown')], 'on', 'look 1'],
  [
    'killed after a step had failed: goes back',
    create,
    [...done(1, 2), line(3, 'started'), line(3, 'failed')],
    'on',
    'undo 2 and 3',
  ],
  ['refused, then killed: goes back', create, [...done(1, 2), line(3, 'refused')], 'on', 'undo 2'],
  [
    'killed on the way back: goes on back',
    create,
    [...done(1, 2), line(3, 'failed'), line(2, 'undo started')],
    'on',
    'undo 2 and 3',
  ],
  [
    'a way back that failed is tried again',
    create,
    [...done(1), line(1, 'undo started'), line(1, 'undo failed')],
    'on',
    'undo 1',
  ],
  [
    'what had no answer came after it was taken back, and stands in the way: all from there is taken back again',
    create,
    [
      ...done(1, 2, 3),
      ...[line(4, 'started'), line(4, 'unknown'), line(4, 'undo started'), line(4, 'undone')],
      ...[3, 2].flatMap((step) => [line(step, 'undo started'), line(step, 'undone')]),
      ...[line(1, 'undo started'), line(1, 'undo failed')],
    ],
    'on',
    'undo 4',
  ],
  [
    'the record failed: it is tried again',
    create,
    [...done(...create.steps.slice(0, -1).map((s) => s.number)), line(last, 'started'), line(last, 'failed')],
    'on',
    `look ${last}`,
  ],
  [
    'the record failed, and it is not wanted any more',
    create,
    [...done(1), line(last, 'started'), line(last, 'failed')],
    'back',
    'undo 1',
  ],
  ['wanted back', create, done(1, 2), 'back', 'undo 2'],
  ['wanted back in the middle of a step', create, [...done(1), line(2, 'started')], 'back', 'undo 2'],
  [
    'killed in the move: looks where the guest is',
    migrate,
    [...done(...range(1, move - 1)), line(move, 'started')],
    'on',
    `look ${move}`,
  ],
  [
    'wanted back, but perhaps past the pivot: looks first',
    migrate,
    [...done(...range(1, move - 1)), line(move, 'started')],
    'back',
    `look ${move}`,
  ],
  [
    'what failed after the pivot is tried again',
    migrate,
    [...done(...range(1, move)), line(move + 1, 'started'), line(move + 1, 'failed')],
    'on',
    `look ${move + 1}`,
  ],
  [
    'a move that could not say how it ended, and nothing has settled it: looks where the guest is',
    migrate,
    [...done(...range(1, move - 1)), ...unsettled, line(move + 1, 'started'), line(move + 1, 'failed')],
    'on',
    `look ${move}`,
  ],
  [
    'a move that could not say how it ended, wanted back: looks where the guest is',
    migrate,
    [...done(...range(1, move - 1)), ...unsettled],
    'back',
    `look ${move}`,
  ],
  [
    'a move that could not say how it ended, and its landing is held: goes on settling',
    migrate,
    [...done(...range(1, move - 1)), ...unsettled, ...done(move + 1)],
    'on',
    `observe ${move + 2}`,
  ],
  [
    'a move that is known to have failed: goes back',
    migrate,
    [...done(...range(1, move - 1)), line(move, 'started'), line(move, 'failed')],
    'on',
    `undo ${move - 1}`,
  ],
  [
    'a move that was cut off did not fail: looks where the guest is',
    migrate,
    [...done(...range(1, move - 1)), line(move, 'started'), line(move, 'failed', 'answer unsettled')],
    'on',
    `look ${move}`,
  ],
  [
    'killed while it was given back: goes on with that, though it is wanted on',
    migrate,
    [...turned, ...done(giveBack - 1), line(giveBack, 'started')],
    'on',
    `look ${giveBack}`,
  ],
  [
    'what could not be given back is tried again',
    migrate,
    [...turned, line(giveBack - 1, 'started'), line(giveBack - 1, 'failed')],
    'back',
    `look ${giveBack - 1}`,
  ],
  ['given back: all else is undone', migrate, [...turned, ...done(giveBack - 1, giveBack)], 'on', `undo ${move - 1}`],
] as const
for (const [what, plan, lines, wish, wanted] of table)
  test(`taken up again, ${what}`, () => assert.equal(nextOf(plan, lines, wish), wanted))

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

const over = [
  ['done', [...done(1), line(0, 'ended done')], 'on', 'run-over'],
  ['undone', [...done(1), line(0, 'ended undone')], 'on', 'run-over'],
  ['whose record is written, though nobody said more', done(...range(1, last)), 'on', 'run-over'],
  ['of which nothing was begun', [], 'on', 'run-over'],
] as const
for (const [what, lines, wish, code] of over)
  test(`a run ${what} is not taken up again`, () => assert.throws(() => taken(create, lines, wish), { code }))

for (const event of ['started', 'unknown'])
  test(`what may be recorded is not taken back by anybody else: its record is ${event}`, () => {
    const lines = [...done(...range(1, last - 1)), line(last, 'started'), line(last, event)]
    assert.throws(() => taken(create, lines, 'back'), { code: 'run-forward', message: /may have been pushed/ })
    assert.ok(taken(create, lines, 'on'))
  })

test('past the point of no return there is no way back', () => {
  assert.throws(() => taken(migrate, done(...range(1, move)), 'back'), { code: 'run-forward' })
})

test('a blade whose journal is not known: nothing is taken up', () => {
  const journals: Journals = new Map([
    [b('blade1'), { state: 'read', value: reports(create, done(1)).get(b('blade1')) }],
    [b('blade2'), { state: 'timed out', because: 'no answer in time' }],
  ])
  assert.throws(() => resumed(bare, 'r-abcdef', journals, 'on'), { code: 'blade-unreachable' })
})

const moveAction = migrate.steps.find(({ number }) => number === move)?.action
type State = 'running' | 'paused' | 'shut off' | undefined
const where = (blade1: State, blade2: State) => {
  const on = (name: 'blade1' | 'blade2', state: State) =>
    report(name, {
      domains: {
        state: 'read',
        value:
          state === undefined ? [] : [{ name: VM, uuid: UUID, state, persistent: true, autostart: false, xml: '' }],
      },
    })
  return surveyOf(fleet, { blade1: on('blade1', blade1), blade2: on('blade2', blade2) })
}
for (const [here, there, event, answer] of [
  ['running', undefined, 'open', undefined],
  ['paused', undefined, 'open', undefined],
  ['shut off', undefined, 'open', undefined],
  ['paused', 'paused', 'done', 'unsettled'],
  ['running', 'paused', 'done', 'unsettled'],
  [undefined, 'running', 'done', 'unsettled'],
  [undefined, 'paused', 'done', 'unsettled'],
  [undefined, undefined, 'unknown', undefined],
] as const)
  test(`a move of which only the beginning is known, ${here ?? 'nothing'} here and ${there ?? 'nothing'} there: ${event}`, () => {
    assert.ok(moveAction)
    const told = found(moveAction, fleet, where(here, there))
    assert.deepEqual([told.event, told.evidence.answer], [event, answer])
  })

test('a start of which only the beginning is known: done where it runs, else done anew', () => {
  const [step] = start.steps
  assert.ok(step)
  assert.equal(found(step.action, fleet, where('running', undefined)).event, 'done')
  assert.equal(found(step.action, fleet, where(undefined, undefined)).event, 'open')
  assert.equal(found(step.action, fleet, surveyOf(fleet, {})).event, 'unknown')
})

/**
 * Plays a run that is killed at every moment and each time taken up by another, who knows only what was journaled.
 * `fails`: how each step goes once.
 */
function killedAt(plan: Plan, moment: number, fails: (step: number) => Event): { told: string[]; outcome: string } {
  const durable: JournalLine[] = []
  let left = moment
  const write = (step: number, event: string): boolean => {
    left -= 1
    if (left === 0) return false
    durable.push(line(step, event))
    return true
  }
  let journal: Journal = []
  const told: string[] = []
  const note = (step: number, event: Event) => {
    journal = append(journal, { step, event, evidence: NO_EVIDENCE })
  }
  const takeUp = () => {
    journal = recovered(plan, joined(plan, reports(plan, durable)))
  }
  for (let i = 0; i < 2000; i += 1) {
    const what = next(plan, journal)
    if (what.kind === 'stop') return { told, outcome: what.outcome }
    switch (what.kind) {
      case 'observe':
        for (const { number } of what.steps) note(number, 'proved')
        break
      case 'look':
        note(what.step.number, 'open')
        break
      case 'skip':
        note(what.step.number, 'skipped')
        break
      case 'act':
      case 'undo': {
        const began = what.kind === 'act' ? 'started' : 'undo started'
        const ended = (number: number): Event => (what.kind === 'act' ? fails(number) : 'undone')
        for (const { number } of what.steps) note(number, began)
        const isWhole =
          what.steps.every(({ number }) => write(number, began)) &&
          what.steps.every(({ number }) => {
            told.push(`${what.kind} ${number}`)
            note(number, ended(number))
            return write(number, ended(number))
          })
        if (!isWhole) takeUp()
        break
      }
    }
  }
  throw new Error('the run never ends')
}

test('killed before every line of every plan and taken up by another: it ends as it would have, nothing left out', () => {
  const moments = fc.integer({ min: 1, max: 80 })
  const steps = fc.integer({ min: 1, max: 25 })
  fc.assert(
    fc.property(fc.constantFrom(create, migrate, start), moments, steps, fc.boolean(), (plan, moment, step, hurt) => {
      const fails = (number: number): Event => (hurt && number === step ? 'failed' : 'done')
      const whole = killedAt(plan, -1, fails)
      const killed = killedAt(plan, moment, fails)
      assert.equal(killed.outcome, whole.outcome)
      // once more at most, for what was killed between its two lines
      assert.deepEqual([...new Set(killed.told)], [...new Set(whole.told)])
    }),
    { numRuns: 500 },
  )
})
