/** Blades are given what they lack of the fleet's volumes. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { goTheRoad } from '../walk.ts'
import { chosen } from './diff.ts'

type RollOutFlags = PlanFlags & { readonly degraded?: boolean }

export function rollOut(this: Context, flags: RollOutFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, names.length === 0 ? 'roll out' : `roll out to ${names.join(', ')}`, ({ fleet }) => ({
      kind: 'roll-out',
      blades: chosen(fleet, names),
      degraded: flags.degraded === true,
    })),
  )
}
