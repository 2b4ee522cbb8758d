/**
 * A cold start after all has been without power: every VM of the fleet that shall run, at its home and in the order of the
 * documents, each by a run of its own.
 */
import { type CameUp, coldOf, fleetUp, type UpIntent } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import type { Account } from '../render/walk.ts'
import { readFleet } from '../session.ts'
import { type OfVm, printAll, severally, withWalks } from '../several.ts'
import { askDomains } from '../vm/places.ts'

type UpFlags = PlanFlags & { readonly degraded?: boolean; readonly reassert?: boolean }

export function up(this: Context, flags: UpFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const signal = severally(this)
    const cold = coldOf(session.fleet, await askDomains(this, session, signal))
    const isPlan = flags.plan === true
    const accounts = await withWalks(this, flags, session, signal, async (walked) => {
      const { degraded = false, reassert = false } = flags
      const isDone = ({ exit }: Account) => exit === ExitCode.done
      const one = (intent: UpIntent) => walked(titleOf(intent), intent)
      const up = { fleet: session.fleet, cold, degraded, reassert, isPlan, walked: one, isDone, signal }
      return (await Array.fromAsync(fleetUp(up))).map(accountOf)
    })
    return printAll(this, flags, cold.start, accounts, isPlan ? 'start' : 'started', {
      lines: [
        ...cold.left.map(({ vm, because }) => `left    ${vm}: ${because}`),
        ...(cold.stayOff.length === 0 ? [] : [`off     ${cold.stayOff.join(', ')}: by the documents`]),
        ...(cold.up.length === 0 ? [] : [`up      ${cold.up.join(', ')}`]),
        ...(session.fleet.vms.size === 0 ? ['the fleet has no VM'] : []),
      ],
      data: { left: cold.left, off: cold.stayOff, up: cold.up },
      exits: cold.left.map(({ why }) => (why === 'silent' ? ExitCode.unreachable : ExitCode.refused)),
    })
  })
}

const titleOf = (intent: UpIntent): string =>
  intent.kind === 'start-vm' ? `start ${intent.vm}` : `reassert ${intent.volume}`

function accountOf(came: CameUp<Account>): OfVm {
  const { vm } = came
  if ('walked' in came) return { vm, ...came.walked }
  const because = `${came.heldUpBy} is not up, which it starts after`
  return { vm, text: `left    ${vm}: ${because}`, data: { because }, exit: ExitCode.refused, findings: [] }
}
