/**
 * A blade is shut out of volumes by another one, which holds them from then on (DESIGN "One writer"); and a blade that
 * comes back gives up what is left of its keys. None has a way back: who was shut out may have lost writes.
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { Alias, BladeName, Wwid } from '#documents'

/** `key`: the holder's own. `theirs`: a key of the other blade; those of its other generations go with it. */
export type BarredVolume = {
  readonly alias: Alias
  readonly wwid: Wwid
  readonly key: ReservationKey
  readonly theirs: ReservationKey
}
type ByHolder = { readonly blade: BladeName; readonly other: BladeName }

/** Preempts the other blade's keys as just read, ending its commands on their way, and reads back that they are gone. */
export type FenceVolume = ByHolder & BarredVolume & { readonly kind: 'fence-volume' }
/**
 * Reads until nothing comes back, preempting what does: multipath-tools before 0.13 can register a preempted key again
 * when a path returns.
 */
export type HoldFence = ByHolder & { readonly kind: 'hold-fence'; readonly volumes: readonly BarredVolume[] }
/** On the blade that returns: whatever key of its own is still registered, and what multipathd remembers of it. */
export type DropKeys = Omit<BarredVolume, 'theirs'> & { readonly kind: 'drop-keys'; readonly blade: BladeName }
export type FenceAction = FenceVolume | HoldFence | DropKeys

export function sentenceOfFence(action: FenceAction): string {
  switch (action.kind) {
    case 'fence-volume':
      return `shut ${action.other} out of ${action.alias}: preempt its keys and abort its commands`
    case 'hold-fence':
      return `read ${action.volumes.map(({ alias }) => alias).join(', ')} until no key of ${action.other} comes back`
    case 'drop-keys':
      return `give up what is left of this blade's keys at ${action.alias}`
  }
}
