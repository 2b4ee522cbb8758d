/**
 * The thin loop that carries a plan out: `next` decides, hands act, the journal grows. It decides nothing itself.
 * Every step's beginning and end stands in the journal of a blade before the next one begins.
 */
import {
  type BladeAct,
  type BladeAction,
  type Evidence,
  inverse,
  isOnArray,
  isOnBlade,
  linesOf,
  NO_EVIDENCE,
  type PublishConfig,
  type RecordDocuments,
} from '#actions'
import type { BladeName, Fleet, RunId } from '#documents'
import { EngineError } from '#errors'
import { type Claim, type Finding, proveAll, questionOf } from '#findings'
import type { At, Barred, Hands, Limits, MigrationProgress, Outcome, Rendered } from '#hands'
import { arrayIn, bladeIn, type Plan, type Step } from '#plans'
import { NOTHING, type Question, reportOf, type Survey } from '#survey'
import { DEADLINE_MS, deadlineOf } from '../deadlines.ts'
import { look } from '../look.ts'
import { claimsToFind, found } from './found.ts'
import { journalOf, keeper, undoJournalOf } from './join.ts'
import { append, type Event, eventFrom, type Journal } from './journal.ts'
import { type Leases, letGo, type Refused, take } from './lease.ts'
import { isBroken, next, pastPivot, type RunOutcome, type Wish } from './next.ts'
import { asHeld, configOf, published, ready, resolve, resolveClaim } from './prepare.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly kind: 'begun'; readonly run: RunId; readonly plan: Plan }
  | { readonly kind: 'waiting'; readonly blade: BladeName; readonly because: string }
  | { readonly kind: 'step'; readonly step: Step; readonly event: Event; readonly evidence: Evidence }
  | { readonly kind: 'progress'; readonly step: Step; readonly progress: MigrationProgress }
  | { readonly kind: 'ended'; readonly run: RunId; readonly outcome: RunOutcome; readonly because: string }

/** What has happened of a run that somebody else began. */
export type Past = {
  readonly journal: Journal
  readonly wish: Wish
  /** The plan's text, as the blades have it. */
  readonly text: string
}

export type Run = {
  readonly id: RunId
  readonly plan: Plan
  readonly fleet: Fleet
  readonly hands: Hands
  /** Who acts, for others to be told. */
  readonly operator: string
  /** The look that the plan was made from, for the first step: nothing has happened since. */
  readonly seen: Survey | undefined
  readonly past: Past | undefined
  /** The past as the blades have it now: who held the leases until we got them may have gone on. */
  readonly again?: () => Promise<Past>
  /** Cancels orderly: no further step is begun, and what was begun is undone. */
  readonly signal: AbortSignal
  readonly tell: (event: RunEvent) => void
}

/** A run with its leases. `signal` fires too when it is asked to end, and when a lease is lost: then for `lost`. */
type Carried = Run & { readonly leases: Leases; readonly signal: AbortSignal; readonly lost: () => Barred | undefined }

/** Carries the plan out to its end, whatever that is. */
export async function run(r: Run): Promise<RunOutcome> {
  const ending = new AbortController()
  let lost: Barred | undefined
  const ended = (barred: Barred) => {
    if (barred.by === 'epoch') lost = barred
    ending.abort()
  }
  const leases = await take(r, ended)
  if ('outcome' in leases) return refused(r, leases)
  // Under the leases: what another has recorded until he gave them back must be in the plan.
  const unready = await whyUnready(r)
  if (unready !== undefined) {
    await letGo(r, leases, undefined)
    return refused(r, { outcome: 'not begun', because: unready })
  }
  const past = await current(r, leases)
  const c: Carried = { ...r, past, leases, signal: AbortSignal.any([r.signal, ending.signal]), lost: () => lost }
  r.tell({ kind: 'begun', run: r.id, plan: r.plan })
  const { outcome, journal } = await carryOut(c, ended)
  const why = lost?.because ?? firstBroken(r.plan, journal)
  const taken = await letGo(r, leases, lost === undefined ? { event: `ended ${outcome}`, text: why } : undefined)
  // With nothing to take back, who slept hears only now that another has gone on with the run, and how far he can't tell.
  const [end, reason] = outcome === 'undone' && taken ? (['stuck', taken.because] as const) : [outcome, why]
  r.tell({ kind: 'ended', run: r.id, outcome: end, because: reason })
  return end
}

/** Why what is to be written down could not be. */
async function whyUnready({ hands, past, plan }: Run): Promise<string | undefined> {
  const recorder = await hands.recorder.ready(past === undefined ? plan.basis : undefined)
  if (recorder.state !== 'done') return because(recorder)
  if (!plan.steps.some(({ action }) => action.kind === 'publish-config')) return undefined
  const publisher = await hands.publisher.ready()
  return publisher.state === 'done' ? undefined : because(publisher)
}

/** @throws EngineError where there is nothing to go on with any more; then the leases are given back */
async function current({ past, again, ...r }: Run, leases: Leases): Promise<Past | undefined> {
  try {
    return again === undefined ? past : await again()
  } catch (error) {
    await letGo({ ...r, past }, leases, undefined)
    throw error
  }
}

function refused(r: Run, { outcome, because }: Refused): RunOutcome {
  r.tell({ kind: 'ended', run: r.id, outcome, because })
  return outcome
}

const NOTHING_SEEN: Survey = { blades: new Map(), arrays: new Map(), paths: [] }

type Ended = { readonly outcome: RunOutcome; readonly journal: Journal }

async function carryOut(c: Carried, bar: (barred: Barred) => void): Promise<Ended> {
  let journal: Journal = c.past?.journal ?? []
  let seen = c.seen ?? NOTHING_SEEN
  const note = (step: Step, event: Event, evidence: Evidence) => {
    journal = append(journal, { step: step.number, event, evidence })
    c.tell({ kind: 'step', step, event, evidence })
  }
  const carry = (
    steps: readonly Step[],
    begun: Event,
    work: (step: Step, journal: Journal) => Promise<Outcome | Barred>,
    ended: (outcome: Outcome | Barred, evidence: Evidence) => Event,
  ): Promise<void> => {
    for (const step of steps) note(step, begun, NO_EVIDENCE)
    const before = journal
    return atOnce(steps, async (step) => {
      const outcome = await work(step, before)
      if (outcome.state === 'barred') bar(outcome)
      const evidence = evidenceOfOutcome(outcome)
      note(step, ended(outcome, evidence), evidence)
    })
  }
  for (;;) {
    // Another has taken the run over: whatever is left to do, in either direction, is theirs.
    if (c.lost() !== undefined) return { outcome: 'stuck', journal }
    const what = next(c.plan, journal, c.past?.wish)
    switch (what.kind) {
      case 'stop':
        return { outcome: what.outcome, journal }
      case 'look': {
        const { event, evidence } = await lookFor(c, what.step, journal)
        note(what.step, event, evidence)
        break
      }
      case 'observe': {
        const { survey, missing } = await observe(c, what.steps, journal, journal.length === 0 ? c.seen : undefined)
        seen = survey
        for (const step of what.steps) {
          const open = missing.get(step)
          if (open === undefined) note(step, 'proved', NO_EVIDENCE)
          else note(step, 'refused', open)
        }
        break
      }
      case 'act': {
        const known = seen
        await carry(
          what.steps,
          'started',
          (step, before) => act(c, step, before, known),
          ({ state }, evidence) => (state === 'barred' ? 'refused' : eventFrom(state, evidence)),
        )
        break
      }
      case 'skip': {
        const { unless } = what.step
        const lines = [`not needed: step ${unless?.answerOf} answered ${unless?.is}`]
        await noteOn(c, what.step, 'do', 'skipped', lines.join('\n'))
        note(what.step, 'skipped', { lines })
        break
      }
      case 'undo': {
        await carry(
          what.steps,
          'undo started',
          (step, before) => undo(c, step, before),
          ({ state }) => (state === 'done' ? 'undone' : 'undo failed'),
        )
        break
      }
    }
  }
}

/** Ends when all have ended; only then is a failure of ours thrown, so that none goes on unheard. */
async function atOnce(steps: readonly Step[], carry: (step: Step) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(steps.map(carry))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** What became of a step that somebody who is gone has begun. What is found done is journaled, so that it stays so. */
async function lookFor(c: Carried, step: Step, journal: Journal) {
  const action = resolve(step.action, journal)
  const claims = claimsToFind(action)
  const result = found(action, c.fleet, await seenFor(c, claims, [step], c.signal))
  if (result.event === 'done') await noteOn(c, step, 'do', 'done', linesOf(result.evidence).join('\n'))
  return result
}

type Observed = { readonly survey: Survey; readonly missing: ReadonlyMap<Step, Evidence> }

/** Judges what the steps require from one new look; `missing` says what was not proved of which. */
async function observe(
  c: Carried,
  steps: readonly Step[],
  journal: Journal,
  fresh: Survey | undefined,
): Promise<Observed> {
  const required = steps.map((step) => ({ step, claims: step.requires.map((claim) => resolveClaim(claim, journal)) }))
  const openIn = (survey: Survey) =>
    required.map(({ step, claims }) => ({
      step,
      open: proveAll(claims, c.fleet, survey).filter(({ verdict }) => verdict !== 'proved'),
    }))
  // The look before the plan was not asked what steps alone require: it counts where it proves all of that.
  if (fresh !== undefined && openIn(fresh).every(({ open }) => open.length === 0) && !c.signal.aborted)
    return { survey: fresh, missing: new Map() }
  const survey = await seenFor(
    c,
    required.flatMap(({ claims }) => claims),
    steps,
    c.signal,
  )
  const ended = { lines: [c.lost()?.because ?? 'it was asked to end'] }
  if (c.signal.aborted) return { survey, missing: new Map(steps.map((step) => [step, ended])) }
  const missing = new Map(
    openIn(survey).flatMap(({ step, open }) => (open.length === 0 ? [] : [[step, { lines: open.flatMap(told) }]])),
  )
  for (const [step, { lines }] of missing) await noteOn(c, step, 'do', 'refused', lines.join('\n'))
  return { survey, missing }
}

const told = (finding: Finding): string[] => [
  `${finding.verdict} ${finding.claim.kind}: ${finding.because}`,
  ...finding.evidence,
]

type ForStep = Pick<Step, 'action'>

const seenFor = (c: Carried, claims: readonly Claim[], steps: readonly ForStep[], signal: AbortSignal) =>
  look(c.fleet, steps.reduce(withConfig, questionOf(claims, c.fleet)), c.hands, signal)

/** An alias is made from the configuration as it stands; the question asks for it though no claim does. */
function withConfig(question: Question, step: ForStep): Question {
  const blades = new Map(question.blades)
  for (const blade of configOf(step.action)) blades.set(blade, { ...(blades.get(blade) ?? NOTHING), config: true })
  return { ...question, blades }
}

async function act(c: Carried, step: Step, journal: Journal, seen: Survey): Promise<Outcome | Barred> {
  const action = resolve(step.action, journal)
  const way = step.phase === 'back' || (pastPivot(c.plan, journal) && step.phase === 'forward') ? 'onward' : 'do'
  const within = limits(c.signal, deadlineOf(action))
  if (isOnBlade(action) && !c.leases.has(action.blade))
    return elsewhere(c, step, way, async () => ({ state: 'unknown', because: `${action.blade} has given no lease` }))
  if (isOnBlade(action))
    return withReady(c, action, seen, (act) =>
      c.hands.bladeActor.act(bladeIn(c.fleet, action.blade), atOf(c, step, way), act, within, (progress) =>
        c.tell({ kind: 'progress', step, progress }),
      ),
    )
  return elsewhere(c, step, way, () => {
    if (isOnArray(action))
      return c.hands.arrayActor.act(
        arrayIn(c.fleet, action.array),
        atOf(c, step, way),
        action,
        limits(c.signal, DEADLINE_MS.onArray),
      )
    if (action.kind === 'publish-config') return publish(c, action, seen, c.signal)
    if (action.kind === 'power-off')
      return c.hands.powerActor.off(bladeIn(c.fleet, action.powerOf), limits(c.signal, DEADLINE_MS.power))
    return c.hands.recorder.record(c.id, action, rendered(c.fleet, action, seen), limits(c.signal, DEADLINE_MS.record))
  })
}

const publish = (c: Carried, action: PublishConfig, seen: Survey, signal: AbortSignal): Promise<Outcome> =>
  made(() =>
    c.hands.publisher[action.former ? 'restore' : 'publish'](
      ...([c.id, action.message, published(action, seen), limits(signal, DEADLINE_MS.record)] as const),
    ),
  )

const withReady = (
  c: Carried,
  action: BladeAction,
  seen: Survey,
  tell: (ready: BladeAct) => Promise<Outcome | Barred>,
): Promise<Outcome | Barred> =>
  made(async () => {
    const act = ready(action, seen)
    return tell(act.kind === 'run-agent' ? asHeld(act, await c.hands.publisher.held(act.agent.certname)) : act)
  })

/** What can't be made ready is a step that failed, not the end of the run: a blade may not say what it has. */
async function made<Made extends Outcome | Barred>(make: () => Promise<Made>): Promise<Made | Outcome> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { state: 'failed', because: error.message, evidence: NO_EVIDENCE }
  }
}

/** Undoing is not cancelled: half undone helps nobody. */
async function undo(c: Carried, step: Step, journal: Journal): Promise<Outcome | Barred> {
  const back = inverse(step.action)
  if (back === undefined) return { state: 'failed', because: 'this has no way back', evidence: NO_EVIDENCE }
  const never = new AbortController().signal
  const action = resolve(back, journal)
  if (isOnBlade(action)) {
    const survey = await seenFor(c, [], [{ action }], never)
    const nobody = () => {}
    const on = bladeIn(c.fleet, action.blade)
    const within = limits(never, deadlineOf(action))
    return withReady(c, action, survey, (act) => c.hands.bladeActor.act(on, atOf(c, step, 'undo'), act, within, nobody))
  }
  if (action.kind === 'publish-config')
    return elsewhere(c, step, 'undo', async () => publish(c, action, await seenFor(c, [], [{ action }], never), never))
  if (!isOnArray(action)) return { state: 'failed', because: 'a record has no way back', evidence: NO_EVIDENCE }
  return elsewhere(c, step, 'undo', () =>
    c.hands.arrayActor.act(
      arrayIn(c.fleet, action.array),
      atOf(c, step, 'undo'),
      action,
      limits(never, DEADLINE_MS.onArray),
    ),
  )
}

/** What happens on an array or in the record is written into a blade's journal before and after. */
async function elsewhere(
  c: Carried,
  step: Step,
  way: At['way'],
  doIt: () => Promise<Outcome>,
): Promise<Outcome | Barred> {
  const begun = await noteOn(c, step, way, way === 'undo' ? 'undo started' : 'started', '')
  if (begun.state !== 'done') return begun
  const outcome = await doIt()
  const event = way === 'undo' ? UNDO_EVENTS[outcome.state] : outcome.state
  await noteOn(c, step, way, event, linesOf(evidenceOfOutcome(outcome)).join('\n'))
  return outcome
}

const UNDO_EVENTS = { done: 'undone', failed: 'undo failed', unknown: 'undo failed' } as const

/** Where the step's lines stand, and by which lease. */
function atOf(c: Carried, step: Step, way: At['way']): At {
  const epoch = c.leases.get(journalBlade(c, step, way))
  if (epoch === undefined) throw new RangeError(`step ${step.number} is on a blade which the plan does not name`)
  return { run: c.id, epoch, step: step.number, way }
}

/** A blade that the plan doubted, and that gave no lease, has no journal either: the keeper's has those lines. */
function journalBlade(c: Carried, step: Step, way: At['way']): BladeName {
  const blade = way === 'undo' ? undoJournalOf(c.plan, step) : journalOf(c.plan, step)
  return c.leases.has(blade) ? blade : keeper(c.plan)
}

const noteOn = (c: Carried, step: Step, way: At['way'], event: string, text: string): Promise<Outcome | Barred> =>
  c.hands.bladeActor.note(bladeIn(c.fleet, journalBlade(c, step, way)), atOf(c, step, way), event, text, {
    deadlineMs: DEADLINE_MS.note,
    signal: new AbortController().signal, // what happened is written down even when the operator has cancelled
  })

/** The configurations as they were read back by the look that the record required. */
const rendered = (fleet: Fleet, action: RecordDocuments, seen: Survey): Rendered[] =>
  action.rendered.flatMap((name) => {
    const config = reportOf(seen, name)?.config
    return config?.state === 'read' ? [{ blade: bladeIn(fleet, name), files: config.value }] : []
  })

function evidenceOfOutcome(outcome: Outcome | Barred): Evidence {
  switch (outcome.state) {
    case 'done':
      return outcome.evidence
    case 'failed':
      return { ...outcome.evidence, lines: [outcome.because, ...outcome.evidence.lines] }
    case 'unknown':
    case 'barred':
      return { lines: [outcome.because] }
  }
}

const because = (outcome: Exclude<Outcome, { readonly state: 'done' }>): string => outcome.because

/** Why a run did not come to its end: what the first step that broke, and may not, has to say. */
function firstBroken(plan: Plan, journal: Journal): string {
  const mayFail = new Set(plan.steps.flatMap((step) => (step.mayFail === true ? [step.number] : [])))
  return journal.find(({ step, event }) => isBroken(event) && !mayFail.has(step))?.evidence.lines[0] ?? ''
}

const limits = (signal: AbortSignal, deadlineMs: number): Limits => ({ signal, deadlineMs })
