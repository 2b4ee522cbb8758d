/** Start and stop. */
import { EngineError } from '@anyblade/engine'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade, parseVm } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type StartFlags = PlanFlags & {
  readonly degraded?: boolean
  readonly on?: string
  readonly cold?: boolean
  readonly loseLocalState?: boolean
}

export function start(this: Context, flags: StartFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `start ${name}`, ({ fleet }) => {
      const [vm, degraded] = [parseVm(fleet, name), flags.degraded === true]
      if (flags.on === undefined && flags.cold !== true) return { kind: 'start-vm', vm, degraded }
      if (flags.on !== undefined && flags.cold === true)
        return {
          ...({ kind: 'start-vm-cold', vm, on: parseBlade(fleet, flags.on), degraded } as const),
          ...(flags.loseLocalState === true && { loseLocalState: true }),
        }
      throw new EngineError('intent-invalid', {
        attempted: `start ${name}`,
        found: flags.cold === true ? '--cold without --on' : '--on without --cold',
        hint: `at its home: anyblade vm start ${name}; elsewhere, once its home is fenced: --on BLADE --cold`,
      })
    }),
  )
}

type StopFlags = PlanFlags & { readonly force?: boolean; readonly yes?: boolean }

export function stop(this: Context, flags: StopFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `stop ${name}`, async ({ fleet }) => {
      const vm = parseVm(fleet, name)
      if (flags.force === true && flags.plan !== true)
        await confirm(this, flags, {
          attempted: `cut ${vm} off`,
          consequence: `${vm} ends as if its power failed: what it has not written yet is lost.`,
          answer: 'y',
        })
      return { kind: 'stop-vm', vm, how: flags.force === true ? 'destroy' : 'shutdown' }
    }),
  )
}
