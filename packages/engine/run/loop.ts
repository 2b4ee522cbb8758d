/**
 * The thin loop that carries a plan out: `next` decides, hands act, the journal grows. It decides nothing itself.
 * Every step's beginning and end stands in the journal of a blade before the next one begins.
 */
import { type Evidence, linesOf, NO_EVIDENCE } from '#actions'
import { type Finding, proveAll } from '#findings'
import type { Barred, Outcome } from '#hands'
import type { Plan, Step } from '#plans'
import type { Survey } from '#survey'
import { act, evidenceOfOutcome, noteOn, seenFor, undo } from './act.ts'
import type { Carried, Past, Run } from './carried.ts'
import { claimsToFind, found } from './found.ts'
import { append, type Event, eventFrom, type Journal } from './journal.ts'
import { type Leases, letGo, type Refused, take } from './lease.ts'
import { isBroken, next, type RunOutcome } from './next.ts'
import { resolve, resolveClaim } from './prepare.ts'

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

const LOOKS_AT_MOST = 3

/** Something is unknown that has to be known, and nothing is otherwise than it must be. */
function isSilence(all: readonly { readonly step: Step; readonly open: readonly Finding[] }[]): boolean {
  const needed = all.flatMap(({ step, open }) => (step.mayFail === true ? [] : open.map(({ verdict }) => verdict)))
  return needed.includes('unknown') && !needed.includes('refuted')
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
  const claimed = required.flatMap(({ claims }) => claims)
  let survey = await seenFor(c, claimed, steps, c.signal)
  let judged = openIn(survey)
  // What a plan has just done keeps a blade busy, and a busy one may say nothing once: no plan is broken off for that.
  for (let looks = 1; looks < LOOKS_AT_MOST && isSilence(judged) && !c.signal.aborted; looks += 1) {
    survey = await seenFor(c, claimed, steps, c.signal)
    judged = openIn(survey)
  }
  const ended = { lines: [c.lost()?.because ?? 'it was asked to end'] }
  if (c.signal.aborted) return { survey, missing: new Map(steps.map((step) => [step, ended])) }
  const missing = new Map(
    judged.flatMap(({ step, open }) => (open.length === 0 ? [] : [[step, { lines: open.flatMap(told) }]])),
  )
  for (const [step, { lines }] of missing) await noteOn(c, step, 'do', 'refused', lines.join('\n'))
  return { survey, missing }
}

const told = (finding: Finding): string[] => [
  `${finding.verdict} ${finding.claim.kind}: ${finding.because}`,
  ...finding.evidence,
]

const because = (outcome: Exclude<Outcome, { readonly state: 'done' }>): string => outcome.because

/** Why a run did not come to its end: what the first step that broke, and may not, has to say. */
function firstBroken(plan: Plan, journal: Journal): string {
  const mayFail = new Set(plan.steps.flatMap((step) => (step.mayFail === true ? [step.number] : [])))
  return journal.find(({ step, event }) => isBroken(event) && !mayFail.has(step))?.evidence.lines[0] ?? ''
}
