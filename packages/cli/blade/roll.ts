/** Maintenance of the whole fleet, one blade at a time. */
import { loadFleet } from '@anyblade/drivers'
import {
  type BladeName,
  bladesInService,
  EngineError,
  type Fleet,
  migrationsAtOnce,
  roll as rolling,
} from '@anyblade/engine'
import type { Context } from '../context.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import { parseBlade } from '../names.ts'
import { operatorName } from '../operator.ts'
import { paused } from '../paused.ts'
import { followRoll } from '../render/roll.ts'
import { newRunId } from '../run-id.ts'
import { readFleet, withHands } from '../session.ts'
import { cancellable } from '../signals.ts'
import { type TransferFlags, wishesOf } from '../transfer.ts'

type RollFlags = PlanFlags &
  TransferFlags & {
    readonly run: string
    readonly blades?: readonly string[]
    readonly skip?: readonly string[]
    readonly reboot?: boolean
    readonly home?: boolean
    readonly again?: boolean
    readonly withoutSpare?: boolean
    readonly trustNetwork?: boolean
    readonly eject?: boolean
    readonly limit?: number
    readonly pauseBetween?: number
    readonly runTimeout?: number
    readonly rebootTimeout?: number
  }

const RUN_SECONDS = 3600
const REBOOT_SECONDS = 900
const COMMAND_LENGTH = 8192

export function roll(this: Context, flags: RollFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const { fleet, dir, lookMs } = session
    const wish = {
      blades: whichBlades(fleet, flags),
      command: commandOf(flags.run),
      seconds: flags.runTimeout ?? RUN_SECONDS,
      reboot: flags.reboot === true,
      home: flags.home === true,
      withoutSpare: flags.withoutSpare === true,
      trustNetwork: flags.trustNetwork === true,
      eject: flags.eject === true,
      transfer: wishesOf(flags),
      again: flags.again === true,
      limit: flags.limit,
      pauseMs: 1000 * (flags.pauseBetween ?? 0),
      rebootMs: 1000 * (flags.rebootTimeout ?? REBOOT_SECONDS),
    }
    const signal = cancellable(this, 'The same command goes on with it.')
    const to = flags.plan === true ? 'plan' : ({ newRun: newRunId, operator: operatorName() } as const)
    const pause = (ms: number) => paused(ms, signal)
    const atOnce = migrationsAtOnce(fleet)
    // As on the road: what acts keeps its own deadlines.
    return withHands({ ...session, lookMs: undefined }, ({ hands }) =>
      followRoll(
        this,
        flags,
        { wish, atOnce },
        rolling({ fleet: () => loadFleet(dir), wish, hands, atOnce, to, signal, pause, lookMs }),
      ),
    )
  })
}

/** In the order that was typed, or by name. */
function whichBlades(fleet: Fleet, { blades, skip = [] }: RollFlags): BladeName[] {
  const left = skip.map((name) => parseBlade(fleet, name))
  const named = blades?.map((name) => parseBlade(fleet, name)) ?? bladesInService(fleet)
  const chosen = [...new Set(named)].filter((blade) => !left.includes(blade))
  if (chosen.length > 0) return chosen
  throw new EngineError('intent-invalid', {
    attempted: 'read which blades are to be worked on',
    found: 'none is left',
    hint: 'anyblade blade list',
  })
}

/** The text goes to a shell on each blade as it is, and to none here. */
function commandOf(text: string): string {
  if (text.length <= COMMAND_LENGTH && text.trim() !== '' && !text.includes('\0')) return text
  throw new EngineError('intent-invalid', {
    attempted: 'read --run',
    found: text.trim() === '' ? 'nothing' : `${text.length} characters`,
    hint: `give one command for sh, of ${COMMAND_LENGTH} characters at most; put a longer one into a script on the blades`,
  })
}
