/** How an evacuation ended, from what it told: pure. */
import type { Emptiness } from './emptiness.ts'
import type { Moved } from './evacuate.ts'
import type { Placement } from './placement.ts'

/**
 * `empty`: proved. `refused`: what is left may not move. `partly`: the same command goes on with it. `unreachable`:
 * somebody was silent, and nothing was moved.
 */
export type EvacuationEnd = 'empty' | 'refused' | 'partly' | 'unreachable'

export type EvacuationTold = {
  readonly placement: Placement
  readonly moved: readonly Moved[]
  /** undefined: it was called off before. */
  readonly proof: readonly Emptiness[] | undefined
}

const BY_FINDINGS: ReadonlySet<string> = new Set(['done', 'refused'])

/** What became of each VM at last: one that was held may have been moved later. */
export const lastOfEach = (moved: readonly Moved[]): Moved[] => [...new Map(moved.map((one) => [one.vm, one])).values()]

export function evacuationEnd({ placement, moved, proof }: EvacuationTold): EvacuationEnd {
  const ends = lastOfEach(moved).map(({ end }) => end)
  if (proof?.every(({ empty }) => empty) === true && !ends.includes('stuck')) return 'empty'
  const isChanged = ends.some((end) => end !== 'unreachable' && end !== 'not begun')
  if (placement.silent.length > 0 && !isChanged) return 'unreachable'
  if (proof === undefined || ends.some((end) => !BY_FINDINGS.has(end))) return 'partly'
  const { left, strangers } = placement
  const isRefused = left.length + strangers.length > 0 || ends.includes('refused')
  return isRefused ? 'refused' : 'partly'
}

/** What a plan alone comes to. */
export const placementEnd = ({ left, strangers, silent }: Placement): 'planned' | 'refused' | 'unreachable' =>
  silent.length > 0 ? 'unreachable' : left.length + strangers.length > 0 ? 'refused' : 'planned'
