/** All that runs on a blade, or on all but some, is moved elsewhere. */
import { loadFleet } from '@anyblade/drivers'
import {
  allBut,
  destinationsOf,
  EngineError,
  type EvacuationIntent,
  evacuate as evacuating,
  type Fleet,
  movesAtOnce,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { operatorName } from '../operator.ts'
import { paused } from '../paused.ts'
import { followEvacuation } from '../render/evacuation.ts'
import { newRunId } from '../run-id.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { type TransferFlags, wishesOf } from '../transfer.ts'

type EvacuateFlags = PlanFlags &
  TransferFlags & {
    readonly to?: readonly string[]
    readonly allBut?: readonly string[]
    readonly limit?: number
    readonly degraded?: boolean
    readonly trustNetwork?: boolean
    readonly eject?: boolean
  }

export function evacuate(this: Context, flags: EvacuateFlags, name?: string): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const { fleet, dir, lookMs } = session
    const intent = {
      ...whichBlades(fleet, flags, name),
      degraded: flags.degraded === true,
      ...(flags.trustNetwork === true && { trustNetwork: true as const }),
      ...(flags.eject === true && { eject: true as const }),
      transfer: wishesOf(flags),
    }
    destinationsOf(fleet, intent)
    const atOnce = movesAtOnce(fleet, intent, flags.limit)
    const again = `anyblade blade evacuate ${flags.allBut === undefined ? intent.blades.join() : `--all-but ${flags.allBut.join()}`}`
    const signal = cancellable(this, `Next: ${again}`)
    const to = flags.plan === true ? 'plan' : ({ newRun: newRunId, operator: operatorName() } as const)
    const pause = (ms: number) => paused(ms, signal)
    // As on the road: what acts keeps its own deadlines.
    return withHands({ ...session, lookMs: undefined }, ({ hands }) =>
      followEvacuation(
        this,
        flags,
        { atOnce, again },
        evacuating({ fleet: () => loadFleet(dir), intent, hands, atOnce, to, signal, pause, lookMs }),
      ),
    )
  })
}

function whichBlades(
  fleet: Fleet,
  flags: EvacuateFlags,
  name: string | undefined,
): Pick<EvacuationIntent, 'blades' | 'to'> {
  const named = (names: readonly string[] | undefined) => names?.map((one) => parseBlade(fleet, one))
  if (name !== undefined && flags.allBut === undefined)
    return { blades: [parseBlade(fleet, name)], to: named(flags.to) }
  const kept = named(flags.allBut)
  if (name === undefined && kept !== undefined && flags.to === undefined) return allBut(fleet, kept)
  throw new EngineError('intent-invalid', {
    attempted: 'read which blades are to be empty',
    found: kept === undefined ? 'neither a blade nor --all-but' : '--all-but, and a blade or --to beside it',
    hint: 'anyblade blade evacuate NAME [--to NAME,…], or anyblade blade evacuate --all-but NAME,…',
  })
}
