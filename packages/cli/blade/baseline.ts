/** Makes a host leave the disks of guests alone. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function baseline(this: Context, flags: PlanFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `baseline of ${name}`, ({ fleet }) => ({
      kind: 'baseline-blade',
      blade: parseBlade(fleet, name),
    })),
  )
}
