/** The door of the findings. */
export type { Claim, ClaimOf, DomainWanted, Finding, VolumeClaim } from './finding.ts'
export { prove, proveAll } from './prove.ts'
export { questionOf } from './question.ts'
export { type ReservationTier, reservationTier } from './reservation-tier.ts'
