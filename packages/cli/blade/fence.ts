/** A blade shut out, and taken back. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function fence(this: Context, flags: PlanFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `fence ${name}`, ({ fleet }) => ({ kind: 'fence-blade', blade: parseBlade(fleet, name) })),
  )
}

export function takeBack(this: Context, flags: PlanFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `take ${name} back`, ({ fleet }) => ({
      kind: 'return-blade',
      blade: parseBlade(fleet, name),
    })),
  )
}
