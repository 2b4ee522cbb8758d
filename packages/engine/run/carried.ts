/** A run that is being carried out: what it is given, and what it tells while it goes on. */
import type { Evidence } from '#actions'
import type { BladeName, Fleet, RunId } from '#documents'
import type { Barred, Hands, MigrationProgress } from '#hands'
import type { Plan, Step } from '#plans'
import type { Survey } from '#survey'
import type { Event, Journal } from './journal.ts'
import type { Leases } from './lease.ts'
import type { RunOutcome, Wish } from './next.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly kind: 'begun'; readonly run: RunId; readonly plan: Plan }
  | { readonly kind: 'waiting'; readonly blade: BladeName; readonly because: string }
  | { readonly kind: 'step'; readonly step: Step; readonly event: Event; readonly evidence: Evidence }
  | { readonly kind: 'progress'; readonly step: Step; readonly progress: MigrationProgress }
  | { readonly kind: 'ended'; readonly run: RunId; readonly outcome: RunOutcome; readonly because: string }

/** What has happened of a run that somebody else began. */
export type Past = {
  readonly journal: Journal
  readonly wish: Wish
  /** The plan's text, as the blades have it. */
  readonly text: string
}

export type Run = {
  readonly id: RunId
  readonly plan: Plan
  readonly fleet: Fleet
  readonly hands: Hands
  /** Who acts, for others to be told. */
  readonly operator: string
  /** The look that the plan was made from, for the first step: nothing has happened since. */
  readonly seen: Survey | undefined
  readonly past: Past | undefined
  /** The past as the blades have it now: who held the leases until we got them may have gone on. */
  readonly again?: () => Promise<Past>
  /** Cancels orderly: no further step is begun, and what was begun is undone. */
  readonly signal: AbortSignal
  readonly tell: (event: RunEvent) => void
}

/** A run with its leases. `signal` fires too when it is asked to end, and when a lease is lost: then for `lost`. */
export type Carried = Run & {
  readonly leases: Leases
  readonly signal: AbortSignal
  readonly lost: () => Barred | undefined
}
