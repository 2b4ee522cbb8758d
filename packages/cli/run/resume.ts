/** A run of anybody's, from any machine: on to its end, or back, from what the blades have of it. */
import { resume as goOn, type Wish } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { CommonFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { operatorName } from '../operator.ts'
import { follow } from '../render/walk.ts'
import { parseRunId } from '../run-id.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

export function resume(this: Context, flags: CommonFlags, id: string): Promise<void> {
  return takenUp(this, flags, id, 'on')
}

export function undo(this: Context, flags: CommonFlags, id: string): Promise<void> {
  return takenUp(this, flags, id, 'back')
}

const TITLES = {
  on: (run: string) => `go on with ${run}`,
  back: (run: string) => `take ${run} back`,
} as const

function takenUp(context: Context, flags: CommonFlags, id: string, wish: Wish): Promise<void> {
  return guarded(context, flags, async () => {
    const run = parseRunId(id)
    const session = await readFleet(context, flags)
    const signal = cancellable(context, `Next: anyblade run resume ${run}`)
    return withHands(session, ({ fleet, hands }) =>
      follow(
        context,
        flags,
        TITLES[wish](run),
        goOn({ fleet, hands, run, operator: operatorName(), wish, signal }),
        wish,
      ),
    )
  })
}
