/** A blade leaves the fleet. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type RemoveFlags = PlanFlags & { readonly keepBaseline?: boolean }

export function remove(this: Context, flags: RemoveFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `remove ${name}`, ({ fleet }) => ({
      kind: 'remove-blade',
      blade: parseBlade(fleet, name),
      keepBaseline: flags.keepBaseline === true,
    })),
  )
}
