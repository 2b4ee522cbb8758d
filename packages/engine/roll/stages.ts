/** How far which blade is with which roll, as the blades' journals tell: whoever types it again goes on from there. Pure. */
import { type BladeName, type RunId, runId, type VmName } from '#documents'
import { type Intent, type Plan, parsePlan } from '#plans'
import { histories, type RunState } from '#run'
import type { RunReport } from '#survey'

export type RollIntent = Extract<Intent, { readonly kind: 'roll-blade' }>
export type Stage = RollIntent['stage']

export type StageRun = {
  readonly run: RunId
  readonly intent: RollIntent
  readonly plan: Plan
  readonly state: RunState
  readonly ageSeconds: number
  /** Who carries it out now. */
  readonly by: string | undefined
}

/** All runs of such work, the youngest first; what came to nothing is none. */
export function stageRuns(reports: ReadonlyMap<BladeName, readonly RunReport[]>): StageRun[] {
  const texts = new Map([...reports.values()].flat().map(({ run, plan }) => [run, plan]))
  return histories(reports).flatMap(({ run: text, state, ageSeconds, holder }): StageRun[] => {
    const plan = parsePlan(texts.get(text) ?? '')
    const run = runId(text)
    if (typeof plan === 'string' || plan.intent.kind !== 'roll-blade' || run === undefined) return []
    if (state === 'undone' || state === 'not begun') return []
    return [{ run, intent: plan.intent, plan, state, ageSeconds, by: holder?.operator }]
  })
}

/** What a roll does; two that do the same are one, until all its blades are done. */
export type Work = Pick<RollIntent, 'command' | 'reboot'>

/** The youngest roll that does this. */
export const latestOf = (runs: readonly StageRun[], { command, reboot }: Work): RunId | undefined =>
  runs.find(({ intent }) => intent.command === command && intent.reboot === reboot)?.intent.roll

export type Progress = Readonly<Partial<Record<Stage, StageRun>>>

/** The last run of each stage on a blade. */
export function progressOf(runs: readonly StageRun[], roll: RunId | undefined, blade: BladeName): Progress {
  const of = runs.filter(({ intent }) => intent.roll === roll && intent.blade === blade)
  const last = (stage: Stage) => of.find(({ intent }) => intent.stage === stage)
  const [open, work, close] = [last('open'), last('work'), last('close')]
  return { ...(open && { open }), ...(work && { work }), ...(close && { close }) }
}

export const isClosed = ({ close }: Progress): boolean => close?.state === 'done'

/** The boot that the work has ended, where it was to end one. */
export const bootEndedBy = (plan: Plan): string | undefined =>
  plan.steps.flatMap(({ action }) => (action.kind === 'reboot-host' ? [action.bootId] : []))[0]

/** Who was at home there when the work began. */
export const homesOf = ({ open }: Progress): readonly VmName[] => open?.intent.vms ?? []
