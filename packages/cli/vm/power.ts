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
  readonly eject?: boolean
  readonly loseLocalState?: boolean
}

export function start(this: Context, flags: StartFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `start ${name}`, ({ fleet }) => {
      const [vm, degraded] = [parseVm(fleet, name), flags.degraded === true]
      const clash = clashOf(flags)
      if (clash !== undefined)
        throw new EngineError('intent-invalid', {
          attempted: `start ${name}`,
          found: clash,
          hint: `at its home: anyblade vm start ${name}; elsewhere, once its home is fenced: --on BLADE --cold`,
        })
      if (flags.on === undefined) return { kind: 'start-vm', vm, degraded }
      return {
        ...({ kind: 'start-vm-cold', vm, on: parseBlade(fleet, flags.on), degraded } as const),
        ...(flags.eject === true && { eject: true }),
        ...(flags.loseLocalState === true && { loseLocalState: true }),
      }
    }),
  )
}

/** A cold start is on another blade, and what is only for one says nothing of a start at home. */
function clashOf({ on, cold, eject, loseLocalState }: StartFlags): string | undefined {
  if (cold === true) return on === undefined ? '--cold without --on' : undefined
  if (on !== undefined) return '--on without --cold'
  if (eject === true) return '--eject without --cold'
  return loseLocalState === true ? '--lose-local-state without --cold' : undefined
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
