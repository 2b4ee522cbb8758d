/** A LUN that is there already becomes a volume of the fleet, by its WWID. */
import {
  bladeIn,
  EngineError,
  type LunNumber,
  lunNumber,
  parseExactSize,
  type WriterClass,
  type Wwid,
  wwid,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { newBlade, newVolume } from '../names.ts'
import { goTheRoad } from '../walk.ts'
import { chosenArray } from './chosen-array.ts'

type AdoptFlags = PlanFlags & {
  readonly wwid: string
  readonly array?: string
  readonly lun?: number
  readonly size?: string
  readonly writer?: WriterClass
  readonly home?: string
}

export function adopt(this: Context, flags: AdoptFlags, text: string): Promise<void> {
  return guarded(this, flags, () => {
    const volume = newVolume(text)
    const [id, lun] = [idOf(flags.wwid), flags.lun === undefined ? undefined : numberOf(flags.lun)]
    const size = flags.size === undefined ? undefined : parseExactSize(flags.size)
    return goTheRoad(this, flags, `adopt volume ${volume}`, ({ fleet }) => ({
      kind: 'adopt-volume',
      ...{ volume, wwid: id, lun, size },
      array: chosenArray(fleet, flags.array),
      writer: flags.writer,
      home: flags.home === undefined ? undefined : bladeIn(fleet, newBlade(flags.home)).name,
    }))
  })
}

function idOf(text: string): Wwid {
  const id = wwid(text)
  if (id !== undefined) return id
  throw new EngineError('intent-invalid', {
    attempted: 'read --wwid',
    found: `"${text.slice(0, 80)}"`,
    hint: 'write it as multipath does, such as 36001405…; anyblade survey shows those of all LUNs',
  })
}

function numberOf(typed: number): LunNumber {
  const lun = lunNumber(typed)
  if (lun !== undefined) return lun
  throw new EngineError('intent-invalid', {
    attempted: 'read --lun',
    found: String(typed),
    hint: 'a LUN number from 1 to 16383; at 0 the array itself answers',
  })
}
