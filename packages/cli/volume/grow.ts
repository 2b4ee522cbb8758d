/** Lets a volume grow while it is in use: the array, every path, every map, the guest. */
import { isManual, parseExactSize, parseSize, volumeIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function grow(this: Context, flags: PlanFlags & { readonly size: string }, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const [name, size] = [newVolume(text), parseExactSize(flags.size)]
    return goTheRoad(this, flags, `let volume ${name} grow`, ({ fleet }) => {
      const { alias, array } = volumeIn(fleet, name)
      return { kind: 'grow-volume', volume: alias, size: isManual(fleet, array) ? size : parseSize(flags.size) }
    })
  })
}
