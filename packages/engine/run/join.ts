/**
 * What the blades' journals together say of a run, for whoever goes on with it. Each step's lines stand on one blade, so
 * their order is that blade's own: clocks of two machines are never compared.
 */
import { type Action, evidenceOf, inverse, isOnBlade, NO_EVIDENCE } from '#actions'
import type { BladeName } from '#documents'
import { EngineError } from '#errors'
import type { Plan, Step } from '#plans'
import type { JournalLine, RunReport } from '#survey'
import { append, type Entry, EVENTS, type Event, eventFrom, type Journal, lastOf } from './journal.ts'
import { isKept, pastPivot } from './next.ts'

/** The blade whose journal holds what happens elsewhere. */
export function keeper(plan: Plan): BladeName {
  const first = plan.keeper ?? plan.blades[0]
  if (first === undefined) throw new RangeError('a plan concerns at least one blade')
  return first
}

/** The blade whose journal holds this step. */
export const journalOf = (plan: Plan, { action }: Step): BladeName => (isOnBlade(action) ? action.blade : keeper(plan))

/** Where its way back is journaled: on the blade that goes it. */
export function undoJournalOf(plan: Plan, step: Step): BladeName {
  const back = inverse(step.action)
  return back === undefined ? journalOf(plan, step) : journalOf(plan, { ...step, action: back })
}

/** Where the lines of a step stand whose blade gave no lease. */
const inPlaceOf = (plan: Plan, { action }: Step): BladeName[] =>
  isOnBlade(action) && plan.doubtful?.includes(action.blade) === true ? [keeper(plan)] : []

/** @throws EngineError `answer-garbled` for an event that no run of ours writes */
export function joined(plan: Plan, reports: ReadonlyMap<BladeName, RunReport>): Journal {
  return plan.steps.flatMap((step) => {
    // What is taken back was done before.
    const blades = new Set([journalOf(plan, step), undoJournalOf(plan, step), ...inPlaceOf(plan, step)])
    return [...blades].flatMap((blade) => {
      const lines = reports.get(blade)?.entries.filter((line) => line.step === step.number) ?? []
      return lines.map((line) => entryOf(line, blade))
    })
  })
}

function entryOf({ step, event, evidence }: JournalLine, blade: BladeName): Entry {
  const known = EVENTS.find((one) => one === event)
  if (known !== undefined) {
    const found = evidenceOf(evidence.split('\n').filter(Boolean))
    return { step, event: eventFrom(known, found), evidence: found }
  }
  throw new EngineError('answer-garbled', {
    attempted: `read what became of step ${step}`,
    found: `the journal on ${blade} says "${event}"`,
    hint: 'it was written by a newer anyblade, or by somebody else: look at it with anyblade run show',
  })
}

const UNENDED: ReadonlySet<Event> = new Set(['started', 'unknown', 'proved'])
const BROKEN_FOR_SURE: ReadonlySet<Event> = new Set(['failed', 'refused'])
const PASSED: ReadonlySet<Event | undefined> = new Set<Event | undefined>(['done', 'skipped'])

/**
 * It was done, and could not say how it ended; and nothing of what settles that has been done. It may be as if it had
 * never begun: a guest that was to move goes on at its source when the connection breaks before it has landed.
 */
function isUnsettled({ steps }: Plan, journal: Journal, { number, phase }: Step): boolean {
  const answer = lastOf(journal, number)?.evidence.answer
  const settling = steps.filter(({ unless }) => unless?.answerOf === number && unless.is !== answer)
  const isTouched = settling.some((step) => PASSED.has(lastOf(journal, step.number)?.event))
  return phase === 'pivot' && answer !== undefined && settling.length > 0 && !isTouched
}

/**
 * What was asked and got no answer may have been carried out after it had been taken back; then it stands in the way of
 * what is taken back next. From the step whose way back failed, all later ones are taken back once more.
 */
function overtakenFrom({ steps }: Plan, journal: Journal): number {
  const failed = steps.find(({ number }) => lastOf(journal, number)?.event === 'undo failed')?.number
  const isUnanswered = ({ step, event }: Entry) =>
    event === 'unknown' && failed !== undefined && step > failed && lastOf(journal, step)?.event === 'undone'
  return failed !== undefined && journal.some(isUnanswered) ? failed : Number.POSITIVE_INFINITY
}

/** What an array may forget with its power, and each does once more what is left to do of it. */
const FORGOTTEN: ReadonlySet<string> = new Set<Action['kind']>(['reserve-volume', 'fence-volume', 'hold-fence'])

/** The last step that found what it needs not to be so any more; what was done for it before is done again. */
const lastBroken = ({ steps }: Plan, journal: Journal): number =>
  steps.findLast(({ number }) => BROKEN_FOR_SURE.has(lastOf(journal, number)?.event ?? 'done'))?.number ?? 0

/**
 * The journal as it is for who goes on: what has no end is lost, and where there is only forward, only the record failed, or
 * somebody was to do something by hand, what broke is tried again.
 */
export function recovered(plan: Plan, journal: Journal): Journal {
  const forward = pastPivot(plan, journal)
  const redone = overtakenFrom(plan, journal)
  const until = forward ? lastBroken(plan, journal) : 0
  return plan.steps.reduce((all, step) => {
    const event = lastOf(all, step.number)?.event
    const isAgain = step.phase === 'back' || step.awaits === true || step.action.kind === 'record-documents'
    const again = forward || isAgain || isKept(plan, journal)
    const evidence = NO_EVIDENCE
    if (event === undefined) return all
    if (event === 'undo started' || event === 'undo failed' || (event === 'undone' && step.number > redone))
      return append(all, { step: step.number, event: 'undo lost', evidence })
    const isLost =
      UNENDED.has(event) ||
      (again && BROKEN_FOR_SURE.has(event)) ||
      (event === 'done' && step.number < until && FORGOTTEN.has(step.action.kind)) ||
      (event === 'done' && isUnsettled(plan, journal, step))
    return isLost ? append(all, { step: step.number, event: 'lost', evidence }) : all
  }, journal)
}
