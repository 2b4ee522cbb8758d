/**
 * Blades that a run lets go: once the record is written they are in no document any more, and can't be asked. Pure.
 */
import { isOnBlade } from '#actions'
import type { BladeName, Fleet } from '#documents'
import type { Plan } from '#plans'
import { type Journal, lastOf } from './journal.ts'

export const leavingBy = ({ steps }: Plan): ReadonlySet<BladeName> =>
  new Set(steps.flatMap(({ action }) => (action.kind === 'leave-fleet' ? [action.blade] : [])))

/** The record was made, whoever could still say so. */
export const hasLeft = (fleet: Fleet, plan: Plan, blade: BladeName): boolean =>
  leavingBy(plan).has(blade) && !fleet.blades.has(blade)

/** What had to be done there stands before the record in every plan, and so was done. */
export function withoutThose(fleet: Fleet, plan: Plan, journal: Journal): Journal {
  const there = plan.steps.filter(
    ({ number, action }) =>
      isOnBlade(action) && hasLeft(fleet, plan, action.blade) && lastOf(journal, number) === undefined,
  )
  const evidence = { lines: ['the blade has left the fleet since'] }
  return [...journal, ...there.map(({ number }) => ({ step: number, event: 'done', evidence }) as const)]
}
