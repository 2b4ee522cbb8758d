/** LUNs that should be there and are not seen are looked for; devices that became another LUN may go first. */
import { volumeIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type RescanFlags = PlanFlags & { readonly purge?: boolean }

export function rescan(this: Context, flags: RescanFlags, ...texts: readonly string[]): Promise<void> {
  return guarded(this, flags, () => {
    const names = texts.map(newVolume)
    return goTheRoad(this, flags, `rescan for ${names.join(', ') || 'all volumes'}`, ({ fleet }) => ({
      kind: 'rescan-volumes',
      volumes: names.map((name) => volumeIn(fleet, name).alias),
      purge: flags.purge === true,
    }))
  })
}
