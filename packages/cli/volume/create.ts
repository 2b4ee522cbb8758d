/** Carves a LUN and gives it its name everywhere. */
import {
  type ArrayName,
  arrayIn,
  bladeIn,
  EngineError,
  type Fleet,
  parseSize,
  type WriterClass,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newArray, newBlade, newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'

type CreateFlags = PlanFlags & {
  readonly size: string
  readonly array?: string
  readonly writer?: WriterClass
  readonly home?: string
}

export function create(this: Context, flags: CreateFlags, text: string): Promise<void> {
  return guarded(this, flags, async () => {
    const [volume, size] = [newVolume(text), parseSize(flags.size)]
    return goTheRoad(this, flags, `create volume ${volume}`, ({ fleet }) => ({
      kind: 'create-volume',
      volume,
      size,
      array: chosen(fleet, flags.array),
      writer: flags.writer,
      home: flags.home === undefined ? undefined : bladeIn(fleet, newBlade(flags.home)).name,
    }))
  })
}

function chosen(fleet: Fleet, asked: string | undefined): ArrayName {
  if (asked !== undefined) return arrayIn(fleet, newArray(asked)).name
  const [only, another] = fleet.arrays.keys()
  if (only !== undefined && another === undefined) return only
  throw new EngineError('intent-invalid', {
    attempted: 'choose the array to carve from',
    found: only === undefined ? 'the fleet has none' : `there are ${[...fleet.arrays.keys()].join(', ')}`,
    hint: only === undefined ? 'anyblade array add NAME --ssh root@HOST --pool VG/LV' : 'say it with --array',
  })
}
