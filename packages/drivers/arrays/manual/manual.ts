/**
 * An array that we can't speak to: its operator does by hand what other drivers do, and types in what came of it. It says
 * nothing and takes nothing, so what is known of its volumes is what blades see. No plan has a step on it.
 */
import type { ArrayActor, ArrayReader, ArrayReport, Outcome, Reading, StorageArray } from '@anyblade/engine'

const BECAUSE = 'its driver is manual, nobody speaks to it'

export class ManualArray implements ArrayReader, ArrayActor {
  report = async (): Promise<Reading<ArrayReport>> => ({ state: 'not asked', because: BECAUSE })

  act = async ({ name }: StorageArray): Promise<Outcome> => ({
    state: 'failed',
    because: `${name}: nothing was begun: ${BECAUSE}`,
    evidence: { lines: [] },
  })

  /** Who was taken over can begin nothing there either. */
  heedsEpochs = (): boolean => true
}
