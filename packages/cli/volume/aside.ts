/** A volume leaves the blades, comes back, or ends. */
import { asideIn, type Intent, isManual, volumeIn } from '@anyblade/engine'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function putAside(this: Context, flags: PlanFlags, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const volume = newVolume(text)
    return goTheRoad(this, flags, `put volume ${volume} aside`, ({ fleet }) => ({
      kind: 'delete-volume',
      volume: volumeIn(fleet, volume).alias,
    }))
  })
}

export function restore(this: Context, flags: PlanFlags, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const volume = newVolume(text)
    return goTheRoad(this, flags, `restore volume ${volume}`, ({ fleet }) => ({
      kind: 'restore-volume',
      volume: asideIn(fleet, volume, 'restore').alias,
    }))
  })
}

export function purge(this: Context, flags: PlanFlags & { readonly yes?: boolean }, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const volume = newVolume(text)
    return goTheRoad(this, flags, `purge volume ${volume}`, async ({ fleet }): Promise<Intent> => {
      const { alias, array } = asideIn(fleet, volume, 'purge')
      if (flags.plan !== true)
        await confirm(this, flags, {
          attempted: `purge ${alias}`,
          consequence: isManual(fleet, array)
            ? `All blades forget ${alias}: there is no way back. ${array} keeps its data.`
            : `${array} deletes ${alias} with all its data: there is no way back.`,
          answer: alias,
        })
      return { kind: 'purge-volume', volume: alias }
    })
  })
}
