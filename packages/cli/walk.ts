/** A command that changes something: from an intent to the end of the road, rendered. */
import { type Intent, walk } from '@anyblade/engine'
import type { Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'
import type { PlanFlags } from './flags.ts'
import { operatorName } from './operator.ts'
import { follow } from './render/walk.ts'
import { newRunId } from './run-id.ts'
import { readFleet, type Session, withHands } from './session.ts'
import { cancellable } from './signals.ts'

/** Walks from the intent that `intend` makes of the fleet. `title` says in short what was asked. */
export async function goTheRoad(
  context: Context,
  flags: PlanFlags,
  title: string,
  intend: (session: Session) => Intent | Promise<Intent>,
): Promise<ExitCode> {
  const session = await readFleet(context, flags)
  const intent = await intend(session)
  const run = newRunId()
  const signal = cancellable(context, `Next: anyblade run resume ${run}`)
  const to = flags.plan === true ? 'plan' : ({ run, operator: operatorName() } as const)
  // Once a run has begun, what it looks at belongs to its acts and keeps their deadlines: a look that is cut short would
  // end the run. So the hands are unbounded, and only the looks before the plan are told how long they may take.
  const { lookMs } = session
  return withHands({ ...session, lookMs: undefined }, ({ fleet, hands }) =>
    follow(context, flags, title, walk({ fleet, intent, hands, to, signal, lookMs })),
  )
}
