/**
 * How long an evacuation takes: from what was measured of each guest and of each link, the moves as they are begun, some at
 * once. Who moves at once out of one blade, or into one, shares its link. Pure; each link was measured alone.
 */
import { type Transfer, transferOf } from '#actions'
import { type Foreseen, foreseen, speedOf } from '#convergence'
import type { BladeName, Fleet, VmName } from '#documents'
import { linkName, questionOf } from '#findings'
import { claimsOf } from '#plans'
import type { Question, Survey } from '#survey'
import type { EvacuationIntent } from './destinations.ts'
import { type Move, moveOf } from './placement.ts'

/** `moves`: seconds and pause of each alone; `untold`: why nothing is foretold of these; `never`: those that won't converge. */
export type Timetable = {
  readonly seconds: number
  readonly moves: readonly { readonly vm: VmName; readonly seconds: number; readonly pauseMs: number }[]
  readonly never: readonly VmName[]
  readonly untold: readonly { readonly vm: VmName; readonly because: string }[]
  readonly links: readonly { readonly from: BladeName; readonly to: BladeName; readonly bytesPerSecond: number }[]
}

/** Moves of one pair of blades, and what has to be asked to tell of them. */
export type Leg = { readonly moves: readonly Move[]; readonly question: Question }

/** One for each pair: asked one after the other, for links measured at once would be each other's load. */
export function legsOf(fleet: Fleet, survey: Survey, intent: EvacuationIntent, moves: readonly Move[]): Leg[] {
  return [...Map.groupBy(moves, ({ from, to }) => linkName(from, to)).values()].map((of) => {
    const claims = of
      .flatMap(({ vm, to }) => claimsOf(fleet, moveOf(vm, to, intent), survey))
      .filter(({ kind }) => kind === 'converges')
    return { moves: of, question: questionOf(claims, fleet) }
  })
}

/** `answers`: what each leg's question was answered with. `atOnce` in all, `allowed` out of each blade and into each. */
export function timetableOf(
  fleet: Fleet,
  intent: EvacuationIntent,
  answers: readonly { readonly leg: Leg; readonly survey: Survey }[],
  { atOnce, allowed }: { readonly atOnce: number; readonly allowed: number },
): Timetable {
  const transfer = transferOf(intent.transfer)
  const seen = answers
    .flatMap(({ leg, survey }) => leg.moves.map((move) => ({ move, seen: seenOf(fleet, survey, move, transfer) })))
    .toSorted((a, b) => b.move.bytes - a.move.bytes || (a.move.vm < b.move.vm ? -1 : 1))
  const told = seen.flatMap(({ move, seen: { state, ...rest } }) =>
    state === 'foretold' && 'forecast' in rest && rest.forecast.end === 'converges'
      ? [{ move, ...rest.forecast, linkBytesPerSecond: rest.measured.linkBytesPerSecond }]
      : [],
  )
  const links = new Map(
    seen.flatMap(({ move: { from, to }, seen: one }) =>
      one.state === 'foretold'
        ? [[linkName(from, to), { from, to, bytesPerSecond: one.measured.linkBytesPerSecond }] as const]
        : [],
    ),
  )
  return {
    seconds: lastEnd(told, transfer, atOnce, allowed),
    moves: told.map(({ move: { vm }, seconds, pauseMs }) => ({ vm, seconds, pauseMs })),
    never: seen.flatMap(({ move: { vm }, seen: one }) =>
      one.state === 'foretold' && one.forecast.end === 'never' ? [vm] : [],
    ),
    untold: seen.flatMap(({ move: { vm }, seen: one }) =>
      one.state === 'foretold' ? [] : [{ vm, because: one.because }],
    ),
    links: [...links.values()],
  }
}

function seenOf(fleet: Fleet, survey: Survey, { vm, from, to }: Move, transfer: Transfer): Foreseen {
  const uuid = fleet.vms.get(vm)?.uuid ?? ''
  return foreseen(survey, { blade: from, uuid, link: linkName(from, to), transfer })
}

type Told = { readonly move: Move; readonly seconds: number; readonly linkBytesPerSecond: number }

/** Begun in their order as slots are free; each goes as fast as it would alone, or as its share of the link lets it. */
function lastEnd(told: readonly Told[], transfer: Transfer, atOnce: number, allowed: number): number {
  const ahead = [...told]
  let running: { readonly one: Told; left: number }[] = []
  let now = 0
  const count = (of: (move: Move) => boolean) => running.filter(({ one }) => of(one.move)).length
  const hasSlot = ({ move: { from, to } }: Told) =>
    count((other) => other.from === from) < allowed && count((other) => other.to === to) < allowed
  for (;;) {
    for (let next = 0; next >= 0 && running.length < atOnce; ) {
      next = ahead.findIndex(hasSlot)
      running.push(...ahead.splice(next, next < 0 ? 0 : 1).map((one) => ({ one, left: one.seconds })))
    }
    if (running.length === 0) return now
    const rates = running.map(({ one: { move, linkBytesPerSecond: link } }) => {
      const sharers = Math.max(
        count(({ from }) => from === move.from),
        count(({ to }) => to === move.to),
      )
      return Math.min(1, link / (sharers * speedOf(link, transfer)))
    })
    const step = Math.min(...running.map(({ left }, i) => left / (rates[i] ?? 1)))
    now += step
    for (const [i, one] of running.entries()) one.left -= step * (rates[i] ?? 1)
    running = running.filter(({ left }) => left > 1e-9)
  }
}
