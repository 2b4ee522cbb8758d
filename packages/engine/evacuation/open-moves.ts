/**
 * Moves off a blade that somebody has begun and that are not at their end, as the journals tell. What was killed or is
 * stuck is gone on with; what somebody carries out now is his.
 */
import { type BladeName, type RunId, runId, type VmName } from '#documents'
import { parsePlan } from '#plans'
import { histories } from '#run'
import type { RunReport } from '#survey'

export type OpenMove = {
  readonly run: RunId
  readonly vm: VmName
  readonly to: BladeName
  /** Who carries it out; undefined: nobody does. */
  readonly by: string | undefined
}

export function openMoves(blade: BladeName, reports: ReadonlyMap<BladeName, readonly RunReport[]>): OpenMove[] {
  const plans = new Map([...reports.values()].flat().map(({ run, plan }) => [run, plan]))
  return histories(reports).flatMap(({ run: text, state, holder }): OpenMove[] => {
    if (state !== 'killed' && state !== 'stuck' && state !== 'running') return []
    const plan = parsePlan(plans.get(text) ?? '')
    const run = runId(text)
    if (typeof plan === 'string' || plan.intent.kind !== 'migrate-vm' || run === undefined) return []
    const { vm, to } = plan.intent
    if (to === blade || !plan.blades.includes(blade)) return []
    return [{ run, vm, to, by: state === 'running' ? (holder?.operator ?? 'somebody') : undefined }]
  })
}
