/** The door of the findings. */
export type { BaselinePart, Claim, ClaimOf, DomainWanted, Finding, VolumeClaim } from './finding.ts'
export { BASELINE_PARTS } from './finding.ts'
export { type Holder, holderIn } from './holder.ts'
export { pathsAt } from './lun-free.ts'
export { isShownTo } from './on-array.ts'
export { prove, proveAll } from './prove.ts'
export { questionOf } from './question.ts'
export { type ReservationTier, reservationTier } from './reservation-tier.ts'
