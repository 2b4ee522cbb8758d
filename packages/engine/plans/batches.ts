/**
 * A change of the configuration goes to one blade first, then to so many at once; before each batch the one before it is
 * looked at anew. A step that fails, or a gate that is not proved, takes all of it back, on every blade.
 */
import type { BladeName, Fleet } from '#documents'
import type { Claim } from '#findings'
import type { Draft } from './plan.ts'

const DEFAULT_BATCH = 8

/** No reconfigure while a path is down, unless the operator has said so. */
export const calm = ({ degraded }: { readonly degraded: boolean }, blade: BladeName): Claim[] =>
  degraded ? [] : [{ kind: 'paths-up', blade }]

/** One draft a blade, in this order. `gate`: what must hold where it was done, before others have it done. */
export function inBatches(
  { settings }: Pick<Fleet, 'settings'>,
  drafts: readonly { readonly blade: BladeName; readonly draft: Draft }[],
  gate: (blade: BladeName) => readonly Claim[],
): Draft[][] {
  const size = settings.policies?.batch ?? DEFAULT_BATCH
  const batches = drafts.length === 0 ? [] : [drafts.slice(0, 1)]
  for (let at = 1; at < drafts.length; at += size) batches.push(drafts.slice(at, at + size))
  return batches.map((batch, i) => {
    const before = (batches[i - 1] ?? []).flatMap(({ blade }) => gate(blade))
    // All of a batch are judged before one of them is begun, so that one of them is enough to bear the gate.
    return batch.map(({ draft }, j) => (j === 0 ? { ...draft, requires: [...before, ...draft.requires] } : draft))
  })
}
