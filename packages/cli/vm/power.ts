/** Start and stop. */
import { EngineError } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade, parseVm } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type StartFlags = PlanFlags & { readonly degraded?: boolean; readonly on?: string; readonly cold?: boolean }

export function start(this: Context, flags: StartFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `start ${name}`, ({ fleet }) => {
      const [vm, degraded] = [parseVm(fleet, name), flags.degraded === true]
      if (flags.on === undefined && flags.cold !== true) return { kind: 'start-vm', vm, degraded }
      if (flags.on !== undefined && flags.cold === true)
        return { kind: 'start-vm-cold', vm, on: parseBlade(fleet, flags.on), degraded }
      throw new EngineError('intent-invalid', {
        attempted: `start ${name}`,
        found: flags.cold === true ? '--cold without --on' : '--on without --cold',
        hint: `at its home: anyblade vm start ${name}; elsewhere, once its home is fenced: --on BLADE --cold`,
      })
    }),
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
