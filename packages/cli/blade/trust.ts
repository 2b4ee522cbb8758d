/** Lets blades log in at one another, as moves between them need it. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function trust(this: Context, flags: PlanFlags, ...names: readonly string[]): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, 'blades may not be made to log in at one another', ({ fleet }) => ({
      kind: 'trust-blades',
      blades: names.map((name) => parseBlade(fleet, name)),
    })),
  )
}
