/**
 * A blade leaves the fleet: what runs have kept there goes too. That is their journal, so it goes by itself when the run
 * that says so has come to a good end, and no earlier; another blade has the run's last line by then.
 */
import type { BladeName } from '#documents'

export type LeaveFleet = { readonly kind: 'leave-fleet'; readonly blade: BladeName }

export const sentenceOfLeaving = (_: LeaveFleet): string => 'journal and leases go when this run has come to its end'
