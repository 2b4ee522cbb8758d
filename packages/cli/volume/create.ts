/** Carves LUNs, one or many in one plan, and gives them their names everywhere. */
import { bladeIn, EngineError, type NewVolume, parseSize, type WriterClass } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newBlade, newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'
import { chosenArray } from './chosen-array.ts'

type CreateFlags = PlanFlags & {
  readonly size?: string
  readonly array?: string
  readonly writer?: WriterClass
  readonly home?: string
}

export function create(this: Context, flags: CreateFlags, ...texts: readonly string[]): Promise<void> {
  return guarded(this, flags, async () => {
    const volumes = texts.map((text) => asked(text, flags.size))
    const names = volumes.map(({ volume }) => volume).join(', ')
    return goTheRoad(this, flags, `create volume ${names}`, ({ fleet }) => ({
      kind: 'create-volume',
      volumes,
      array: chosenArray(fleet, flags.array),
      writer: flags.writer,
      home: flags.home === undefined ? undefined : bladeIn(fleet, newBlade(flags.home)).name,
    }))
  })
}

/** NAME, of the size that all have, or NAME=SIZE. */
function asked(text: string, ofAll: string | undefined): NewVolume {
  const [name = '', own] = text.split(/=(.*)/s)
  const [volume, size] = [newVolume(name), own ?? ofAll]
  if (size !== undefined) return { volume, size: parseSize(size) }
  throw new EngineError('intent-invalid', {
    attempted: `create volume ${volume}`,
    found: 'no size',
    hint: `say it for all with --size, or for this one as ${volume}=20G`,
  })
}
