/**
 * What shows that an action was done, and how one action speaks of what an earlier one will find.
 * May come in: facts read back after the act. May not: the hope that an exit code 0 means success.
 */
import type { Wwid } from '#documents'

/** `lines`: for people and the journal. `wwid`: the id that an array gave to what it carved. */
export type Evidence = { readonly lines: readonly string[]; readonly wwid?: Wwid }

/** A WWID that is not known before step `ofStep` has carved the volume. */
export type WwidRef = Wwid | { readonly ofStep: number }

export const NO_EVIDENCE: Evidence = { lines: [] }
