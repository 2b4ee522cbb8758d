/** The array that a command about a new volume means: the one that was said, or the only one that there is. */
import { type ArrayName, arrayIn, EngineError, type Fleet } from '@anyblade/engine'
import { newArray } from '../names.ts'

export function chosenArray(fleet: Fleet, asked: string | undefined): ArrayName {
  if (asked !== undefined) return arrayIn(fleet, newArray(asked)).name
  const [only, another] = fleet.arrays.keys()
  if (only !== undefined && another === undefined) return only
  throw new EngineError('intent-invalid', {
    attempted: 'choose the array',
    found: only === undefined ? 'the fleet has none' : `there are ${[...fleet.arrays.keys()].join(', ')}`,
    hint: only === undefined ? 'anyblade array add NAME --ssh root@HOST --pool VG/LV' : 'say it with --array',
  })
}
