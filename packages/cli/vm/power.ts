/** Start and stop. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseVm } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function start(this: Context, flags: PlanFlags & { readonly degraded?: boolean }, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `start ${name}`, ({ fleet }) => ({
      kind: 'start-vm',
      vm: parseVm(fleet, name),
      degraded: flags.degraded === true,
    })),
  )
}

export function stop(this: Context, flags: PlanFlags & { readonly force?: boolean }, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `stop ${name}`, ({ fleet }) => ({
      kind: 'stop-vm',
      vm: parseVm(fleet, name),
      how: flags.force === true ? 'destroy' : 'shutdown',
    })),
  )
}
