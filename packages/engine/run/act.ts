/**
 * One step, given to the hands that carry it out or take it back, with what a look must tell beforehand. Which step it is,
 * the loop knows. What happens elsewhere than on a blade is written into a blade's journal here.
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
  type RestoreState,
} from '#actions'
import type { BladeName } from '#documents'
import { EngineError } from '#errors'
import { type Claim, questionOf } from '#findings'
import type { At, Barred, Limits, Outcome } from '#hands'
import { arrayIn, bladeIn, type Step } from '#plans'
import { NOTHING, type Question, type Survey } from '#survey'
import { DEADLINE_MS, deadlineOf, lookDeadline } from '../deadlines.ts'
import { look } from '../look.ts'
import type { Carried } from './carried.ts'
import { journalOf, keeper, undoJournalOf } from './join.ts'
import type { Journal } from './journal.ts'
import { pastPivot } from './next.ts'
import { asHeld, configOf, published, ready, resolve } from './prepare.ts'
import { renderedOf } from './rendered.ts'

type ForStep = Pick<Step, 'action'>

export function seenFor(c: Carried, claims: readonly Claim[], steps: readonly ForStep[], signal: AbortSignal) {
  const question = steps.reduce(withConfig, questionOf(claims, c.fleet))
  return look(c.fleet, question, c.hands, signal, lookDeadline(question))
}

/** An alias is made from the configuration as it stands; the question asks for it though no claim does. */
function withConfig(question: Question, step: ForStep): Question {
  const blades = new Map(question.blades)
  for (const blade of configOf(step.action)) blades.set(blade, { ...(blades.get(blade) ?? NOTHING), config: true })
  return { ...question, blades }
}

export async function act(c: Carried, step: Step, journal: Journal, seen: Survey): Promise<Outcome | Barred> {
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
    const rendered = renderedOf(c.fleet, seen, action.rendered) // as they were read back by the look that this required
    return c.hands.recorder.record(c.id, action, rendered, limits(c.signal, DEADLINE_MS.record))
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
    if (action.kind === 'restore-state') return tell({ ...action, content: await stateFrom(c, action) })
    const act = ready(action, seen)
    return tell(act.kind === 'run-agent' ? asHeld(act, await c.hands.publisher.held(act.agent.certname)) : act)
  })

/** @throws EngineError where the blade that has it does not give it */
async function stateFrom({ fleet, hands, signal }: Carried, { from, uuid, vm }: RestoreState): Promise<Uint8Array> {
  const reading = await hands.bladeReader.guestState(bladeIn(fleet, from), uuid, limits(signal, DEADLINE_MS.look))
  if (reading.state === 'read') return reading.value
  throw new EngineError('blade-unreachable', {
    attempted: `take what ${vm} keeps beside its disks from ${from}`,
    found: `${reading.state}: ${reading.because}`,
    hint: `anyblade vm start ${vm} --cold once more, when ${from} answers; or with --lose-local-state`,
  })
}

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
export async function undo(c: Carried, step: Step, journal: Journal): Promise<Outcome | Barred> {
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

export const noteOn = (
  c: Carried,
  step: Step,
  way: At['way'],
  event: string,
  text: string,
): Promise<Outcome | Barred> =>
  c.hands.bladeActor.note(bladeIn(c.fleet, journalBlade(c, step, way)), atOf(c, step, way), event, text, {
    deadlineMs: DEADLINE_MS.note,
    signal: new AbortController().signal, // what happened is written down even when the operator has cancelled
  })

export function evidenceOfOutcome(outcome: Outcome | Barred): Evidence {
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

const limits = (signal: AbortSignal, deadlineMs: number): Limits => ({ signal, deadlineMs })
