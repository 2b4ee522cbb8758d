/**
 * Runs as the blades' journals tell them: a run's plan stands on every blade concerned, its steps each where they were
 * done. May come in: what blades report, which is data of another machine. May not: the belief that a run without an
 * end is still going on; whose session is gone was killed.
 */
import { z } from 'zod'
import { placeOf, sentence } from '#actions'
import type { BladeName } from '#documents'
import type { Plan } from '#plans'
import type { JournalLine, RunHolder, RunReport } from '#survey'

/**
 * `killed`: it has no end, and nobody holds its lease on any blade that was asked. `not begun`: nothing of it was done.
 */
export type RunState = 'running' | 'done' | 'undone' | 'stuck' | 'killed' | 'not begun' | 'unreadable'

export type RunStep = {
  readonly number: number
  readonly place: string
  readonly sentence: string
  /** The last thing that happened to it; undefined: nothing yet. */
  readonly event: string | undefined
  readonly evidence: readonly string[]
}

export type RunHistory = {
  readonly run: string
  readonly title: string
  readonly state: RunState
  readonly ageSeconds: number
  /** Blades whose journal has it. */
  readonly blades: readonly BladeName[]
  /** Who carries it out now, as the first blade on which somebody holds its lease says. */
  readonly holder: (RunHolder & { readonly blade: BladeName }) | undefined
  readonly steps: readonly RunStep[]
}

const journaledPlan = z.object({
  title: z.string().max(1000),
  steps: z
    .array(z.object({ number: z.int(), place: z.string().max(1000), sentence: z.string().max(4000) }))
    .max(10_000),
})
type JournaledPlan = z.output<typeof journaledPlan>

/** A plan as it is written into a journal: whole, each step with its place and its sentence for who only reads. */
export const journaled = (plan: Plan): string =>
  JSON.stringify({
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, place: placeOf(step.action), sentence: sentence(step.action) })),
  })

/** All runs that the blades know of, the youngest first. */
export function histories(reports: ReadonlyMap<BladeName, readonly RunReport[]>): RunHistory[] {
  const all = [...reports].flatMap(([blade, runs]) => runs.map((report) => ({ blade, report })))
  const byRun = Map.groupBy(all, ({ report }) => report.run)
  return [...byRun].map(([run, of]) => history(run, of)).sort((a, b) => a.ageSeconds - b.ageSeconds)
}

export function history(run: string, of: readonly { blade: BladeName; report: RunReport }[]): RunHistory {
  const entries = of.flatMap(({ report }) => report.entries)
  const plan = of
    .values()
    .map(({ report }) => planFrom(report.plan))
    .find((candidate) => candidate !== undefined)
  const [holder] = of.flatMap(({ blade, report }) => (report.holder ? [{ ...report.holder, blade }] : []))
  return {
    run,
    title: plan?.title ?? 'its plan can’t be read',
    state: plan === undefined ? 'unreadable' : stateOf(plan, entries, holder !== undefined),
    ageSeconds: Math.min(...of.map(({ report }) => report.ageSeconds)),
    blades: of.map(({ blade }) => blade).sort(),
    holder,
    steps: plan?.steps.map((step) => stepOf(step, entries)) ?? [],
  }
}

function planFrom(text: string): JournaledPlan | undefined {
  try {
    return journaledPlan.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON: a journal that was cut, or another's file
  }
}

/** A run that was stuck may have been resumed since, on blades of which some could not be told of its end. */
function stateOf(plan: JournaledPlan, entries: readonly JournalLine[], held: boolean): RunState {
  const ended = (how: string) => entries.some((entry) => entry.step === 0 && entry.event === `ended ${how}`)
  if (ended('done') || isRecorded(plan, entries)) return 'done'
  if (ended('undone')) return 'undone'
  if (held) return 'running'
  if (ended('stuck')) return 'stuck'
  return entries.length === 0 ? 'not begun' : 'killed'
}

/** What is true then is written down, and that is a run's last step: who died after it has left nothing to do. */
function isRecorded({ steps }: JournaledPlan, entries: readonly JournalLine[]): boolean {
  const last = steps.at(-1)
  return last?.place === 'record' && entries.some(({ step, event }) => step === last.number && event === 'done')
}

function stepOf(step: JournaledPlan['steps'][number], entries: readonly JournalLine[]): RunStep {
  const last = entries.findLast((entry) => entry.step === step.number)
  return { ...step, event: last?.event, evidence: last?.evidence.split('\n').filter((line) => line !== '') ?? [] }
}
