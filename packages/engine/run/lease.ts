/**
 * The leases of a run: one on every blade concerned, and all given back at the end. Who goes on with a run waits for a lease
 * that another holds, and takes them in sorted order, so that no two wait for each other in a ring; a new run waits for none.
 */
import type { BladeName } from '#documents'
import type { Barred, Held, LeaseAsk, Leased, Outcome, RunEnd } from '#hands'
import { bladeIn, leaseWords } from '#plans'
import { DEADLINE_MS, LEASE_SECONDS } from '../deadlines.ts'
import type { Run } from './carried.ts'
import { journaled } from './history.ts'
import { hasLeft, leavingBy } from './leaving.ts'
import type { RunOutcome } from './next.ts'

/** The epoch on each blade of the plan. */
export type Leases = ReadonlyMap<BladeName, number>
export type Refused = { readonly outcome: RunOutcome; readonly because: string }

/** `ended`: what to do when the run is asked to end, or has lost a lease. */
export async function take(r: Run, ended: (barred: Barred) => void): Promise<Leases | Refused> {
  const leases = new Map<BladeName, number>()
  for (const together of inTurn(r)) {
    const asked = await Promise.all(
      together.map(async (blade) => ({ blade, leased: await leaseOn(r, blade, ended) }) as const),
    )
    for (const { blade, leased } of asked) if (leased.state === 'leased') leases.set(blade, leased.epoch)
    for (const { blade, leased } of asked) {
      // What is planned on a blade that is doubted may fail, and its silence stops nothing.
      if (leased.state === 'leased' || (leased.state === 'unreachable' && r.plan.doubtful?.includes(blade))) continue
      await letGo(r, leases, undefined)
      return refusal(blade, leased)
    }
  }
  return leases
}

/** Who waits holds one after the other. Of two new runs on all blades the first blade tells which one goes on. */
function inTurn({ fleet, plan, past }: Run): readonly (readonly BladeName[])[] {
  const blades = plan.blades.filter((blade) => !hasLeft(fleet, plan, blade))
  return past === undefined ? [blades.slice(0, 1), blades.slice(1)] : blades.map((blade) => [blade])
}

function leaseOn(r: Run, blade: BladeName, ended: (barred: Barred) => void): Promise<Leased> {
  const ask: LeaseAsk = {
    run: r.id,
    operator: r.operator,
    seconds: LEASE_SECONDS,
    words: leaseWords(r.fleet, r.plan, blade),
    plan: r.past?.text ?? journaled(r.plan),
    // A new run can be begun again later; who goes on with one waits for a lease that nobody renews.
    wait:
      r.past &&
      ((held) => r.tell({ kind: 'waiting', blade, because: `${blade} is ${heldText(held)}: waiting for its end` })),
    ended,
  }
  return r.hands.bladeActor.lease(bladeIn(r.fleet, blade), ask, { deadlineMs: DEADLINE_MS.lease, signal: r.signal })
}

function refusal(blade: BladeName, leased: Exclude<Leased, { readonly state: 'leased' }>): Refused {
  switch (leased.state) {
    case 'held':
      return { outcome: 'held', because: `${blade} is ${heldText(leased.by)}` }
    case 'unreachable':
      return { outcome: 'unreachable', because: `${blade} gives no lease: ${leased.because}` }
    case 'refused':
      return { outcome: 'not begun', because: `${blade} gives no lease: ${leased.because}` }
  }
}

/** By that blade's own clock. */
const heldText = ({ run, operator, sinceSeconds, leftSeconds }: Held): string =>
  `held by run ${run} of ${operator} since ${sinceSeconds} s, ` +
  (leftSeconds > 0 ? `for ${leftSeconds} s yet` : 'until the act that is under way has ended')

/**
 * `end`: the last line of the journals; undefined where the run was not begun, or is somebody else's now.
 * @returns that it is somebody else's, where only now a blade says so
 */
export async function letGo(r: Run, leases: Leases, end: RunEnd | undefined): Promise<Barred | undefined> {
  const limits = { deadlineMs: DEADLINE_MS.note, signal: new AbortController().signal }
  const leaving = leavingBy(r.plan)
  const outcomes: (Outcome | Barred)[] = []
  // With its end the journal goes on a blade that leaves the fleet: the others have that line first.
  for (const isLast of [false, true]) {
    const released = [...leases]
      .filter(([blade]) => leaving.has(blade) === isLast)
      .map(([blade, epoch]) => r.hands.bladeActor.release(bladeIn(r.fleet, blade), { run: r.id, epoch }, end, limits))
    outcomes.push(...(await Promise.all(released)))
  }
  return outcomes.find((outcome): outcome is Barred => outcome.state === 'barred' && outcome.by === 'epoch')
}
