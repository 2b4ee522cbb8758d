/**
 * The thin loop that carries a plan out: `next` decides, hands act, the journal grows. It decides nothing itself.
 * Every step's beginning and end stands in the journal of a blade before the next one begins.
 */
import { type Evidence, inverse, isOnArray, isOnBlade, NO_EVIDENCE, type RecordDocuments } from '#actions'
import type { BladeName, Fleet, RunId } from '#documents'
import { type Finding, proveAll, questionOf } from '#findings'
import type { At, Hands, Limits, MigrationProgress, Outcome, Rendered } from '#hands'
import { arrayIn, bladeIn, type Plan, type Step } from '#plans'
import { NOTHING, type Question, reportOf, type Survey } from '#survey'
import { DEADLINE_MS, deadlineOf } from '../deadlines.ts'
import { look } from '../look.ts'
import { journaled } from './history.ts'
import { append, type Event, type Journal } from './journal.ts'
import { next, type RunOutcome } from './next.ts'
import { needsConfig, ready, resolve, resolveClaim } from './prepare.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly kind: 'begun'; readonly run: RunId; readonly plan: Plan }
  | { readonly kind: 'step'; readonly step: Step; readonly event: Event; readonly evidence: Evidence }
  | { readonly kind: 'progress'; readonly step: Step; readonly progress: MigrationProgress }
  | { readonly kind: 'ended'; readonly run: RunId; readonly outcome: RunOutcome; readonly because: string }

export type Run = {
  readonly id: RunId
  readonly plan: Plan
  readonly fleet: Fleet
  readonly hands: Hands
  /** The look that the plan was made from, for the first step: nothing has happened since. */
  readonly seen: Survey
  /** Cancels orderly: no further step is begun, and what was begun is undone. */
  readonly signal: AbortSignal
  readonly tell: (event: RunEvent) => void
}

/** Carries the plan out to its end, whatever that is. */
export async function run(r: Run): Promise<RunOutcome> {
  const refusal = await begin(r)
  if (refusal !== undefined) return end(r, 'not begun', refusal)
  r.tell({ kind: 'begun', run: r.id, plan: r.plan })
  let journal: Journal = []
  let seen = r.seen
  const note = (step: Step, event: Event, evidence: Evidence) => {
    journal = append(journal, { step: step.number, event, evidence })
    r.tell({ kind: 'step', step, event, evidence })
  }
  for (;;) {
    const what = next(r.plan, journal)
    switch (what.kind) {
      case 'stop':
        return end(r, what.outcome, because(journal))
      case 'observe': {
        const fresh = journal.length === 0 ? seen : undefined
        const { survey, missing } = await observe(r, what.step, journal, fresh)
        seen = survey
        if (missing === undefined) note(what.step, 'proved', NO_EVIDENCE)
        else note(what.step, 'refused', missing)
        break
      }
      case 'skip': {
        const { unless } = what.step
        const lines = [`not needed: step ${unless?.answerOf} answered ${unless?.is}`]
        await noteOn(r, keeper(r.plan), { step: what.step.number, undo: false }, 'skipped', lines.join('\n'))
        note(what.step, 'skipped', { lines })
        break
      }
      case 'act': {
        note(what.step, 'started', NO_EVIDENCE)
        const outcome = await act(r, what.step, journal, seen)
        note(what.step, outcome.state, evidenceOf(outcome))
        break
      }
      case 'undo': {
        note(what.step, 'undo started', NO_EVIDENCE)
        const outcome = await undo(r, what.step, journal)
        note(what.step, outcome.state === 'done' ? 'undone' : 'undo failed', evidenceOf(outcome))
        break
      }
    }
  }
}

/** The plan goes into the journals of all blades concerned before anything is done. @returns why it could not */
async function begin(r: Run): Promise<string | undefined> {
  const recorder = await r.hands.recorder.ready(r.plan.basis)
  if (recorder.state !== 'done') return recorder.because
  const text = journaled(r.plan)
  const begun = await Promise.all(
    r.plan.blades.map((blade) =>
      r.hands.bladeActor.begin(bladeIn(r.fleet, blade), r.id, text, limits(r.signal, DEADLINE_MS.note)),
    ),
  )
  return begun.flatMap((outcome) => (outcome.state === 'done' ? [] : [outcome.because]))[0]
}

async function end(r: Run, outcome: RunOutcome, because: string): Promise<RunOutcome> {
  if (outcome !== 'not begun')
    await Promise.all(
      r.plan.blades.map((blade) => noteOn(r, blade, { step: 0, undo: false }, `ended ${outcome}`, because)),
    )
  r.tell({ kind: 'ended', run: r.id, outcome, because })
  return outcome
}

type Observed = { readonly survey: Survey; readonly missing: Evidence | undefined }

/** Judges what the step requires from a new look; `missing` says what was not proved. */
async function observe(r: Run, step: Step, journal: Journal, fresh: Survey | undefined): Promise<Observed> {
  const claims = step.requires.map((claim) => resolveClaim(claim, journal))
  const survey = fresh ?? (await look(r.fleet, withConfig(questionOf(claims, r.fleet), step), r.hands, r.signal))
  if (r.signal.aborted) return { survey, missing: { lines: ['cancelled by the operator'] } }
  const open = proveAll(claims, r.fleet, survey).filter((finding) => finding.verdict !== 'proved')
  if (open.length === 0) return { survey, missing: undefined }
  const missing = { lines: open.flatMap(told) }
  await noteOn(r, keeper(r.plan), { step: step.number, undo: false }, 'refused', missing.lines.join('\n'))
  return { survey, missing }
}

const told = (finding: Finding): string[] => [
  `${finding.verdict} ${finding.claim.kind}: ${finding.because}`,
  ...finding.evidence,
]

/** An alias is made from the configuration as it stands; the question asks for it though no claim does. */
function withConfig(question: Question, step: Step): Question {
  if (!needsConfig(step.action) || !('blade' in step.action)) return question
  const { blade } = step.action
  const asked = question.blades.get(blade) ?? NOTHING
  return { ...question, blades: new Map(question.blades).set(blade, { ...asked, config: true }) }
}

async function act(r: Run, step: Step, journal: Journal, seen: Survey): Promise<Outcome> {
  const action = resolve(step.action, journal)
  const at: At = { run: r.id, step: step.number, undo: false }
  const within = limits(r.signal, deadlineOf(action))
  if (isOnBlade(action))
    return r.hands.bladeActor.act(bladeIn(r.fleet, action.blade), at, ready(action, seen), within, (progress) =>
      r.tell({ kind: 'progress', step, progress }),
    )
  return elsewhere(r, at, () =>
    isOnArray(action)
      ? r.hands.arrayActor.act(arrayIn(r.fleet, action.array), action, limits(r.signal, DEADLINE_MS.onArray))
      : r.hands.recorder.record(action, rendered(r.fleet, action, seen), limits(r.signal, DEADLINE_MS.record)),
  )
}

/** Undoing is not cancelled: half undone helps nobody. */
async function undo(r: Run, step: Step, journal: Journal): Promise<Outcome> {
  const back = inverse(step.action)
  if (back === undefined) return { state: 'failed', because: 'this has no way back', evidence: NO_EVIDENCE }
  const never = new AbortController().signal
  const at: At = { run: r.id, step: step.number, undo: true }
  const action = resolve(back, journal)
  if (isOnBlade(action)) {
    const question = withConfig({ blades: new Map(), arrays: [] }, { ...step, action })
    const survey = await look(r.fleet, question, r.hands, never)
    const nobody = () => {}
    return r.hands.bladeActor.act(
      bladeIn(r.fleet, action.blade),
      at,
      ready(action, survey),
      limits(never, deadlineOf(action)),
      nobody,
    )
  }
  if (!isOnArray(action)) return { state: 'failed', because: 'a record has no way back', evidence: NO_EVIDENCE }
  return elsewhere(r, at, () =>
    r.hands.arrayActor.act(arrayIn(r.fleet, action.array), action, limits(never, DEADLINE_MS.onArray)),
  )
}

/** What happens on an array or in the record is written into a blade's journal before and after. */
async function elsewhere(r: Run, at: At, doIt: () => Promise<Outcome>): Promise<Outcome> {
  const blade = keeper(r.plan)
  const begun = await noteOn(r, blade, at, at.undo ? 'undo started' : 'started', '')
  if (begun.state !== 'done') return begun
  const outcome = await doIt()
  const event = at.undo ? UNDO_EVENTS[outcome.state] : outcome.state
  await noteOn(r, blade, at, event, evidenceOf(outcome).lines.join('\n'))
  return outcome
}

const UNDO_EVENTS = { done: 'undone', failed: 'undo failed', unknown: 'undo failed' } as const

/** The blade whose journal holds what happens elsewhere. */
function keeper(plan: Plan): BladeName {
  const [first] = plan.blades
  if (first === undefined) throw new RangeError('a plan concerns at least one blade')
  return first
}

const noteOn = (r: Run, blade: BladeName, at: Omit<At, 'run'>, event: string, text: string): Promise<Outcome> =>
  r.hands.bladeActor.note(bladeIn(r.fleet, blade), { run: r.id, ...at }, event, text, {
    deadlineMs: DEADLINE_MS.note,
    signal: new AbortController().signal, // what happened is written down even when the operator has cancelled
  })

/** The configurations as they were read back by the look that the record required. */
const rendered = (fleet: Fleet, action: RecordDocuments, seen: Survey): Rendered[] =>
  action.rendered.flatMap((name) => {
    const config = reportOf(seen, name)?.config
    return config?.state === 'read' ? [{ blade: bladeIn(fleet, name), files: config.value }] : []
  })

function evidenceOf(outcome: Outcome): Evidence {
  switch (outcome.state) {
    case 'done':
      return outcome.evidence
    case 'failed':
      return { ...outcome.evidence, lines: [outcome.because, ...outcome.evidence.lines] }
    case 'unknown':
      return { lines: [outcome.because] }
  }
}

/** Why a run did not come to its end: what the first step that broke has to say. */
const because = (journal: Journal): string =>
  journal.find((entry) => ['refused', 'failed', 'unknown'].includes(entry.event))?.evidence.lines[0] ?? ''

const limits = (signal: AbortSignal, deadlineMs: number): Limits => ({ signal, deadlineMs })
