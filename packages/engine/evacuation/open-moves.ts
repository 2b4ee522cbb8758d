/**
 * Moves off these blades that somebody has begun and that are not at their end, as the journals tell. What was killed or is
 * stuck is gone on with; what somebody carries out now is his.
 */
import { type BladeName, type RunId, runId, type VmName } from '#documents'
import { parsePlan } from '#plans'
import { histories } from '#run'
import type { RunReport } from '#survey'

export type OpenMove = {
  readonly run: RunId
  readonly vm: VmName
  readonly from: BladeName
  readonly to: BladeName
  /** Who carries it out; undefined: nobody does. */
  readonly by: string | undefined
}

export function openMoves(
  blades: readonly BladeName[],
  reports: ReadonlyMap<BladeName, readonly RunReport[]>,
): OpenMove[] {
  const plans = new Map([...reports.values()].flat().map(({ run, plan }) => [run, plan]))
  return histories(reports).flatMap(({ run: text, state, holder }): OpenMove[] => {
    if (state !== 'killed' && state !== 'stuck' && state !== 'running') return []
    const plan = parsePlan(plans.get(text) ?? '')
    const run = runId(text)
    if (typeof plan === 'string' || plan.intent.kind !== 'migrate-vm' || run === undefined) return []
    const { vm, to } = plan.intent
    const from = plan.steps.flatMap(({ action }) => (action.kind === 'migrate-domain' ? [action.blade] : []))[0]
    if (from === undefined || blades.includes(to) || !blades.includes(from)) return []
    return [{ run, vm, from, to, by: state === 'running' ? (holder?.operator ?? 'somebody') : undefined }]
  })
}
