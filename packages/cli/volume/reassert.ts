/** Puts back what the array has lost of a volume's reservation. */
import { volumeIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function reassert(this: Context, flags: PlanFlags, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const volume = newVolume(text)
    return goTheRoad(this, flags, `reassert ${volume}`, ({ fleet }) => ({
      kind: 'reassert-volume',
      volume: volumeIn(fleet, volume).alias,
    }))
  })
}
