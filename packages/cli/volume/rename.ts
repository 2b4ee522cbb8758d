/** Volumes get other names everywhere: OLD NEW, and again; names may go round among them. */
import { EngineError, volumeIn } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

export function rename(this: Context, flags: PlanFlags, ...texts: readonly string[]): Promise<void> {
  return guarded(this, flags, () => {
    const names = texts.map(newVolume)
    const pairs = names.flatMap((from, at) => {
      const to = names[at + 1]
      return at % 2 === 0 && to !== undefined ? [{ from, to }] : []
    })
    if (names.length % 2 !== 0)
      throw new EngineError('intent-invalid', {
        attempted: 'read which volumes are to be renamed',
        found: `${names.length} names`,
        hint: 'write OLD NEW for each volume; a swap is a b b a',
      })
    return goTheRoad(
      this,
      flags,
      `rename ${pairs.map(({ from, to }) => `${from} to ${to}`).join(', ')}`,
      ({ fleet }) => ({
        kind: 'rename-volumes',
        renames: pairs.map(({ from, to }) => ({ from: volumeIn(fleet, from).alias, to })),
      }),
    )
  })
}
