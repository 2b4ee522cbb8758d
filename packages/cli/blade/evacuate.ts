/** All that runs on a blade is moved elsewhere. */
import { loadFleet } from '@anyblade/drivers'
import { destinationsOf, evacuate as evacuating, migrationsAtOnce } from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { operatorName } from '../operator.ts'
import { followEvacuation } from '../render/evacuation.ts'
import { newRunId } from '../run-id.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'

type EvacuateFlags = PlanFlags & {
  readonly to?: readonly string[]
  readonly limit?: number
  readonly degraded?: boolean
  readonly trustNetwork?: boolean
}

export function evacuate(this: Context, flags: EvacuateFlags, name: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const { fleet, dir, lookMs } = session
    const intent = {
      blade: parseBlade(fleet, name),
      to: flags.to?.map((one) => parseBlade(fleet, one)),
      degraded: flags.degraded === true,
      ...(flags.trustNetwork === true && { trustNetwork: true as const }),
    }
    destinationsOf(fleet, intent)
    const allowed = migrationsAtOnce(fleet)
    const atOnce = Math.min(flags.limit ?? allowed, allowed)
    const signal = cancellable(this, `Next: anyblade blade evacuate ${intent.blade}`)
    const to = flags.plan === true ? 'plan' : ({ newRun: newRunId, operator: operatorName() } as const)
    const pause = (ms: number) => paused(ms, signal)
    // As on the road: what acts keeps its own deadlines.
    return withHands({ ...session, lookMs: undefined }, ({ hands }) =>
      followEvacuation(
        this,
        flags,
        atOnce,
        evacuating({ fleet: () => loadFleet(dir), intent, hands, atOnce, to, signal, pause, lookMs }),
      ),
    )
  })
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
