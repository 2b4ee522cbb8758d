/** Which driver speaks to which array: a line each. */
import type { ArrayActor, ArrayReader, StorageArray } from '@anyblade/engine'
import type { CommandRunner } from '#blade'
import { LioArray } from './lio/lio.ts'
import { ManualArray } from './manual/manual.ts'

type ArrayDriver = ArrayReader & ArrayActor

export function arrayHands(runner: CommandRunner): ArrayDriver {
  const drivers: Readonly<Record<StorageArray['driver'], ArrayDriver>> = {
    lio: new LioArray(runner),
    manual: new ManualArray(),
  }
  return {
    report: (array, limits) => drivers[array.driver].report(array, limits),
    act: (array, by, action, limits) => drivers[array.driver].act(array, by, action, limits),
    heedsEpochs: (array) => drivers[array.driver].heedsEpochs(array),
  }
}
