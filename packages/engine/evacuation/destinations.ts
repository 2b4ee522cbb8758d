/** Which blades are to be empty, and where what runs on them may go: by documents alone. */
import type { TransferWishes } from '#actions'
import { type BladeName, bladesInService, type Fleet } from '#documents'
import { EngineError } from '#errors'
import { bladeIn, migrationsAtOnce } from '#plans'

export type EvacuationIntent = {
  /** Those that are to be empty, at least one. */
  readonly blades: readonly BladeName[]
  /** undefined: every other blade in service. */
  readonly to: readonly BladeName[] | undefined
  /** One live fabric is enough for this once. */
  readonly degraded: boolean
  /** The guests' networks are the same there by the operator's word. */
  readonly trustNetwork?: true
  /** What is in guests' drives and not there comes out of them. */
  readonly eject?: true
  /** How the memory of each travels; left out, the usual ladder. */
  readonly transfer?: TransferWishes
}

/** All blades in service but these, which take what runs there. @throws EngineError where nothing would be left to empty */
export function allBut(fleet: Fleet, kept: readonly BladeName[]): Pick<EvacuationIntent, 'blades' | 'to'> {
  const blades = bladesInService(fleet).filter((blade) => !kept.includes(blade))
  if (blades.length > 0) return { blades, to: kept }
  throw new EngineError('intent-invalid', {
    attempted: `empty all blades but ${kept.join(', ')}`,
    found: 'no other blade in service',
    hint: 'anyblade blade list',
  })
}

/** @throws EngineError where there is nowhere to go, or a name is unknown */
export function destinationsOf(fleet: Fleet, { blades, to }: EvacuationIntent): BladeName[] {
  for (const blade of blades) refuseFenced(fleet, blade)
  const empty = blades.join(', ')
  const others = bladesInService(fleet).filter((other) => !blades.includes(other))
  for (const wanted of to ?? []) {
    bladeIn(fleet, wanted)
    if (!others.includes(wanted))
      throw nowhere(empty, blades.includes(wanted) ? `${wanted} itself` : `${wanted}, fenced`)
  }
  const destinations = others.filter((other) => to === undefined || to.includes(other))
  if (destinations.length === 0) throw nowhere(empty, 'no other blade in service')
  return destinations
}

function refuseFenced(fleet: Fleet, blade: BladeName): void {
  if (bladeIn(fleet, blade).fenced !== true) return
  throw new EngineError('intent-invalid', {
    attempted: `move what runs on ${blade} elsewhere`,
    found: `${blade} is fenced: nothing of the fleet can run on it`,
    hint: `start its VMs elsewhere, anyblade vm start NAME --on BLADE --cold, or anyblade blade return ${blade}`,
  })
}

const nowhere = (empty: string, found: string): EngineError =>
  new EngineError('intent-invalid', {
    attempted: `move what runs on ${empty} elsewhere`,
    found,
    hint: 'name blades in service with --to: anyblade blade list',
  })

/** Moves of one evacuation at once, as wished for: out of each blade and into each no more than the fleet allows. */
export function movesAtOnce(fleet: Fleet, intent: EvacuationIntent, wish: number | undefined): number {
  const most = migrationsAtOnce(fleet) * Math.min(intent.blades.length, destinationsOf(fleet, intent).length)
  return Math.min(wish ?? most, most)
}
