/**
 * The one road of every command that changes something: intent → question → survey → findings → plan → run → record.
 * An async walk that yields what happens; those who render it decide nothing.
 */
import type { Fleet, RunId } from '#documents'
import { type Claim, type Finding, proveAll, questionOf } from '#findings'
import type { Hands } from '#hands'
import { claimsOf, fleetFor, type Intent, type Plan, planOf } from '#plans'
import { type Resumed, type RunEvent, type RunOutcome, resumed, run, type Wish } from '#run'
import type { Survey } from '#survey'
import { DEADLINE_MS } from './deadlines.ts'
import { look } from './look.ts'
import { told } from './queue.ts'

export type RoadEvent =
  | { readonly kind: 'asking'; readonly blades: readonly string[]; readonly arrays: readonly string[] }
  | { readonly kind: 'judged'; readonly findings: readonly Finding[]; readonly survey: Survey }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | RunEvent
  | { readonly kind: 'end'; readonly end: RoadEnd }

/**
 * How a walk ended. `unreachable`: somebody who matters did not answer, and nothing was changed. `refused`: a claim was
 * refuted. `planned`: only the plan was wanted.
 */
export type RoadEnd = 'planned' | 'refused' | 'unreachable' | RunOutcome

export type Walk = {
  readonly fleet: Fleet
  readonly intent: Intent
  readonly hands: Hands
  /** Only to the plan, or on to its end as this run of this operator. */
  readonly to: 'plan' | { readonly run: RunId; readonly operator: string }
  readonly signal: AbortSignal
  /** How long each look before the plan may take; the usual deadline where it is left out. */
  readonly lookMs?: number | undefined
}

/** @throws EngineError where the intent names what the fleet has not */
export async function* walk(w: Walk): AsyncGenerator<RoadEvent> {
  yield* told(toItsEnd((tell) => go(w, tell)))
}

const toItsEnd =
  (walker: (tell: (event: RoadEvent) => void) => Promise<RoadEnd>) => async (tell: (event: RoadEvent) => void) =>
    tell({ kind: 'end', end: await walker(tell) })

export type Resume = Pick<Walk, 'fleet' | 'hands' | 'signal'> & {
  readonly run: RunId
  readonly operator: string
  readonly wish: Wish
}

/**
 * The rest of the road of a run that somebody else began: on to its end, or back.
 * @throws EngineError where there is nothing to go on with
 */
export async function* resume(w: Resume): AsyncGenerator<RoadEvent> {
  yield* told(toItsEnd((tell) => goOn(w, tell)))
}

async function goOn(w: Resume, tell: (event: RoadEvent) => void): Promise<RoadEnd> {
  const { plan, past } = await read(w, tell)
  tell({ kind: 'planned', plan })
  const { run: id, operator, hands, signal } = w
  const fleet = fleetFor(w.fleet, plan.intent)
  const again = async () => (await read(w, tell)).past
  return run({ id, operator, plan, fleet, hands, seen: undefined, past, again, signal, tell })
}

/** @throws EngineError where there is nothing to go on with */
async function read(w: Resume, tell: (event: RoadEvent) => void): Promise<Resumed> {
  const limits = { deadlineMs: DEADLINE_MS.look, signal: w.signal }
  const asked = [...w.fleet.blades.values()]
  tell({ kind: 'asking', blades: asked.map(({ name }) => name), arrays: [] })
  const answers = asked.map(
    async (blade) => [blade.name, await w.hands.bladeReader.journal(blade, w.run, limits)] as const,
  )
  return resumed(w.fleet, w.run, new Map(await Promise.all(answers)), w.wish)
}

async function go(w: Walk, tell: (event: RoadEvent) => void): Promise<RoadEnd> {
  const fleet = fleetFor(w.fleet, w.intent)
  const { claims, survey } = await settle(w, fleet, tell)
  const findings = proveAll(claims, fleet, survey)
  tell({ kind: 'judged', findings, survey })
  const open = findings.filter((finding) => finding.verdict !== 'proved')
  if (open.length > 0) return open.some((finding) => isSilence(finding, survey)) ? 'unreachable' : 'refused'
  const plan = planOf(w.fleet, survey, w.intent)
  tell({ kind: 'planned', plan })
  if (w.to === 'plan') return 'planned'
  const { run: id, operator } = w.to
  return run({ id, operator, plan, fleet, hands: w.hands, seen: survey, past: undefined, signal: w.signal, tell })
}

/** Who was asked has not answered; whom nobody can ask is not silent. */
const isSilence = ({ claim, verdict }: Finding, { arrays }: Survey): boolean =>
  verdict === 'unknown' &&
  ['answers', 'room', 'on-array', 'hidden', 'adoptable'].includes(claim.kind) &&
  !('array' in claim && arrays.get(claim.array)?.state === 'not asked')

const LOOKS_AT_MOST = 3

/** Looks until what is claimed no longer depends on what is seen; once is enough for most. */
async function settle(
  w: Walk,
  fleet: Fleet,
  tell: (event: RoadEvent) => void,
): Promise<{ claims: Claim[]; survey: Survey }> {
  let claims = claimsOf(w.fleet, w.intent)
  for (let looks = 1; ; looks += 1) {
    const question = questionOf(claims, fleet)
    tell({ kind: 'asking', blades: [...question.blades.keys()], arrays: question.arrays })
    const survey = await look(fleet, question, w.hands, w.signal, w.lookMs)
    const then = claimsOf(w.fleet, w.intent, survey)
    if (looks === LOOKS_AT_MOST || JSON.stringify(then) === JSON.stringify(claims)) return { claims: then, survey }
    claims = then
  }
}
