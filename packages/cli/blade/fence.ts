/** A blade shut out, and taken back. */
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type FenceFlags = PlanFlags & { readonly yes?: boolean }

export function fence(this: Context, flags: FenceFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `fence ${name}`, async ({ fleet }) => {
      const blade = parseBlade(fleet, name)
      if (flags.plan !== true)
        await confirm(this, flags, {
          attempted: `fence ${blade}`,
          consequence: `What runs on ${blade} is cut off from its disks: what it has not written yet is lost.`,
          answer: blade,
        })
      return { kind: 'fence-blade', blade }
    }),
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
