/**
 * How far a blade's reservations can be relied on, by what its multipath-tools does with them. Pure; DESIGN's tiers.
 * Source: multipath-tools NEWS.md; 0.13.0 "Major rework of the SCSI Persistent Reservation code", 0.12.0 (a failed
 * command is tried on another path). `reservation_key file` is known since 0.7.4; drop-ins can be relied on from 0.8.4 on.
 */
import { parseRelease, releaseNumber } from '@anyblade/multipath'
import type { Blade } from '#documents'
import type { Tools } from '#survey'

/**
 * `full`: what was fenced stays fenced. `guarded`: multipathd may register a preempted key again when a path returns, so
 * a fence is read until it is stable and done again. `none`: the blade holds no volume against others.
 */
export type ReservationTier = { readonly tier: 'full' | 'guarded' | 'none'; readonly because: string }

const FULL_FROM = releaseNumber('0.13.0')
const GUARDED_FROM = releaseNumber('0.8.4')

export function reservationTier(blade: Pick<Blade, 'key'>, { multipath }: Pick<Tools, 'multipath'>): ReservationTier {
  const release = multipath === undefined ? undefined : parseRelease(multipath)?.release
  if (release === undefined) return { tier: 'none', because: 'it has no multipath-tools' }
  const number = releaseNumber(release)
  if (number < GUARDED_FROM) return { tier: 'none', because: `multipath-tools ${release} is older than 0.8.4` }
  if (blade.key === undefined) return { tier: 'none', because: 'its document has no key number' }
  if (number >= FULL_FROM) return { tier: 'full', because: `multipath-tools ${release}` }
  return {
    tier: 'guarded',
    because: `multipath-tools ${release}: before 0.13 a preempted key may come back with a path`,
  }
}
