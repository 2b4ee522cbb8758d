/**
 * A cold start of the whole fleet: every VM that is to be started, one after the other, in the order of the documents, each by a
 * run of its own. A schedule of walks, as an evacuation is; one that comes to nothing holds up only those that are to start
 * after it. Decides whose walk comes next, and walks nothing itself.
 */
import type { Alias, Fleet, VmName } from '#documents'
import type { Finding } from '#findings'
import type { Intent } from '#plans'
import { type Cold, heldUpBy } from '#survey'

export type UpIntent = Extract<Intent, { readonly kind: 'start-vm' | 'reassert-volume' }>

export type FleetUp<Walked> = {
  readonly fleet: Fleet
  readonly cold: Pick<Cold, 'start' | 'left'>
  /** One live fabric is enough for this once. */
  readonly degraded: boolean
  /** What the array has lost of a VM's reservations is put back first. */
  readonly reassert: boolean
  /** Nothing is begun, and a start that needs a reassertion first can't be planned. */
  readonly isPlan: boolean
  readonly walked: (intent: UpIntent) => Promise<Walked>
  /** By what its walk has come to: it is up, or may be. */
  readonly isDone: (walked: Walked) => boolean
  /** No further one is begun. */
  readonly signal: AbortSignal
}

/** The last walk of a VM's, or whom it waits for who is not up. */
export type CameUp<Walked> = { readonly vm: VmName } & ({ readonly walked: Walked } | { readonly heldUpBy: VmName })

type Judged = { readonly findings: readonly Finding[] }

export async function* fleetUp<Walked extends Judged>(up: FleetUp<Walked>): AsyncGenerator<CameUp<Walked>> {
  const notUp = new Set(up.cold.left.map(({ vm }) => vm))
  for (const vm of up.cold.start) {
    if (up.signal.aborted) return
    const other = heldUpBy(up.fleet, vm, notUp)
    const one: CameUp<Walked> = other === undefined ? { vm, walked: await started(up, vm) } : { vm, heldUpBy: other }
    if (!('walked' in one && up.isDone(one.walked))) notUp.add(vm)
    yield one
  }
}

/** Where the array has lost reservations, and it is said so, they are put back first. */
async function started<Walked extends Judged>(up: FleetUp<Walked>, vm: VmName): Promise<Walked> {
  const start = () => up.walked({ kind: 'start-vm', vm, degraded: up.degraded })
  const first = await start()
  const lost = up.reassert ? first.findings.flatMap(lostReservation) : []
  if (lost.length === 0) return first
  for (const volume of lost) {
    const put = await up.walked({ kind: 'reassert-volume', volume })
    if (!up.isDone(put) || up.isPlan) return put
  }
  return start()
}

const lostReservation = ({ claim, verdict, next }: Finding): Alias[] =>
  claim.kind === 'reservation' && verdict === 'refuted' && next === `anyblade volume reassert ${claim.volume.alias}`
    ? [claim.volume.alias]
    : []
