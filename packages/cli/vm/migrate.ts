/** Moves a running VM. */
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade, parseVm } from '../names.ts'
import { type PostCopyFlag, type TransferFlags, wishesOf } from '../transfer.ts'
import { goTheRoad } from '../walk.ts'

type MigrateFlags = PlanFlags &
  TransferFlags &
  PostCopyFlag & {
    readonly to: string
    readonly degraded?: boolean
    readonly trustNetwork?: boolean
    readonly eject?: boolean
  }

export function migrate(this: Context, flags: MigrateFlags, name: string): Promise<void> {
  return guarded(this, flags, () =>
    goTheRoad(this, flags, `${name} may not move to ${flags.to}`, ({ fleet }) => ({
      kind: 'migrate-vm',
      vm: parseVm(fleet, name),
      to: parseBlade(fleet, flags.to),
      degraded: flags.degraded === true,
      ...(flags.trustNetwork === true && { trustNetwork: true }),
      ...(flags.eject === true && { eject: true }),
      transfer: wishesOf(flags),
    })),
  )
}
