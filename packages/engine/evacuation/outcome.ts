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
  readonly proof: Emptiness | undefined
}

const BY_FINDINGS: ReadonlySet<string> = new Set(['done', 'refused'])

export function evacuationEnd({ placement, moved, proof }: EvacuationTold): EvacuationEnd {
  if (proof?.empty === true && moved.every(({ end }) => end !== 'stuck')) return 'empty'
  const isChanged = moved.some(({ end }) => end !== 'unreachable')
  if (placement.silent.length > 0 && !isChanged) return 'unreachable'
  if (proof === undefined || moved.some(({ end }) => !BY_FINDINGS.has(end))) return 'partly'
  return placement.left.length + placement.strangers.length > 0 || moved.some(({ end }) => end === 'refused')
    ? 'refused'
    : 'partly'
}

/** What a plan alone comes to. */
export const placementEnd = ({ left, strangers, silent }: Placement): 'planned' | 'refused' | 'unreachable' =>
  silent.length > 0 ? 'unreachable' : left.length + strangers.length > 0 ? 'refused' : 'planned'
