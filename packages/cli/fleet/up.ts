/**
 * A cold start after all has been without power: every VM of the fleet that shall run, at its home and in the order of the
 * documents, each by a run of its own.
 */
import { coldOf, type Finding, type Fleet, heldUpBy, type VmName } from '@anyblade/engine'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import type { PlanFlags } from '../flags.ts'
import { guarded } from '../guarded.ts'
import type { Account } from '../render/walk.ts'
import { readFleet } from '../session.ts'
import { inTurn, printAll, severally, type Walked } from '../several.ts'
import { askDomains } from '../vm/places.ts'

type UpFlags = PlanFlags & { readonly degraded?: boolean; readonly reassert?: boolean }

export function up(this: Context, flags: UpFlags): Promise<void> {
  return guarded(this, flags, async () => {
    const session = await readFleet(this, flags)
    const signal = severally(this)
    const cold = coldOf(session.fleet, await askDomains(this, session, signal))
    const notUp = new Set(cold.left.map(({ vm }) => vm))
    const accounts = await inTurn(this, flags, session, signal, cold.start, async (vm, walked) => {
      const account = heldUp(session.fleet, vm, notUp) ?? (await started(flags, vm, walked))
      if (account.exit !== ExitCode.done) notUp.add(vm)
      return account
    })
    return printAll(this, flags, cold.start, accounts, flags.plan === true ? 'start' : 'started', {
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

/** undefined: nothing that it is to start after is missing. */
function heldUp(fleet: Fleet, vm: VmName, notUp: ReadonlySet<VmName>): Account | undefined {
  const other = heldUpBy(fleet, vm, notUp)
  if (other === undefined) return undefined
  const because = `${other} is not up, which it starts after`
  return { text: `left    ${vm}: ${because}`, data: { because }, exit: ExitCode.refused, findings: [] }
}

/** Where the array has lost reservations, and it is said so, they are put back first. */
export async function started(flags: UpFlags, vm: VmName, walked: Walked): Promise<Account> {
  const start = () => walked(`start ${vm}`, { kind: 'start-vm', vm, degraded: flags.degraded === true })
  const first = await start()
  const lost = flags.reassert === true ? first.findings.flatMap(lostReservation) : []
  if (lost.length === 0) return first
  for (const volume of lost) {
    const put = await walked(`reassert ${volume}`, { kind: 'reassert-volume', volume })
    if (put.exit !== ExitCode.done || flags.plan === true) return put
  }
  return start()
}

const lostReservation = ({ claim, verdict, next }: Finding) =>
  claim.kind === 'reservation' && verdict === 'refuted' && next === `anyblade volume reassert ${claim.volume.alias}`
    ? [claim.volume.alias]
    : []
