/**
 * Whether the loss of one more blade could be borne, by memory alone: what runs on it would have to start on those that
 * are left. Judged before anything moves, as things will stand once all moves are made.
 */
import { type BladeName, bladesInService, type Fleet } from '#documents'
import { domainsOf, type Survey } from '#survey'
import { freeOn, isActive, neededBy } from './memory.ts'
import type { Move } from './placement.ts'

export type Spare =
  | { readonly holds: 'yes' }
  | { readonly holds: 'no'; readonly because: string }
  | { readonly holds: 'not told'; readonly because: string }

export function spareOf(fleet: Fleet, survey: Survey, empty: BladeName, moves: readonly Move[]): Spare {
  const blades = bladesInService(fleet).filter((blade) => blade !== empty)
  const free = new Map<BladeName, number>()
  const runs = new Map<BladeName, number[]>()
  for (const blade of blades) {
    const comes = moves.filter(({ to }) => to === blade).map(({ bytes }) => bytes)
    const before = freeOn(survey, blade)
    const there = (domainsOf(survey, blade) ?? []).filter(isActive).map(neededBy)
    const known = there.filter((bytes) => typeof bytes === 'number')
    if (before === undefined || known.length < there.length)
      return { holds: 'not told', because: `${blade} does not tell how much memory is free, or its guests have` }
    free.set(blade, before - sum(comes))
    runs.set(blade, [...known, ...comes])
  }
  for (const lost of blades) {
    const others = blades.filter((blade) => blade !== lost).map((blade) => free.get(blade) ?? 0)
    const wanted = runs.get(lost) ?? []
    if (!holdsAll(others, wanted))
      return { holds: 'no', because: `what will run on ${lost} would not find its memory on the others` }
  }
  return { holds: 'yes' }
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)

/** Largest first, each where most is free: what comes out so is possible; what does not might be. */
function holdsAll(room: readonly number[], wanted: readonly number[]): boolean {
  const free = [...room]
  return [...wanted]
    .sort((a, b) => b - a)
    .every((bytes) => {
      const most = free.indexOf(Math.max(...free))
      const there = free[most] ?? 0
      free[most] = there - bytes
      return there >= bytes
    })
}
