/**
 * Who has reserved a LUN, as it says through each path, and under which keys a blade's multipathd registers its paths.
 * May come in: answers, as they were given. May not: a judgement (that is a finding's).
 */
import type {
  FullStatus,
  PrkeysLine,
  ReadKeys,
  ReadReservation,
  ReservationCapabilities,
  ReservationKey,
  WrittenKey,
} from '@anyblade/scsi'
import type { Reading } from './reading.ts'

/** That an array has no such thing is an answer too, and no failed path. */
export type Supported<T> = T | 'not supported'

/** The answer, where one was read of an array that has such a thing. */
export const answerIn = <T>(reading: Reading<Supported<T>> | undefined): T | undefined =>
  reading?.state === 'read' && reading.value !== 'not supported' ? reading.value : undefined

/**
 * As what an array keeps a volume to its registrants: type 7, for it hangs on no single nexus, and 5 only where the array
 * can't do 7. One that says nothing of its types is taken to know 7; undefined: it knows neither.
 */
export function keptAs(capabilities: ReservationCapabilities | undefined): 5 | 7 | undefined {
  const types = capabilities?.types
  return types === undefined ? 7 : ([7, 5] as const).find((type) => types.includes(type))
}

/** One path of a map that was asked about. */
export type PathReservation = {
  /** host:channel:target:lun */
  readonly hctl: string
  readonly sd: string
  /** The relative identifier of the target port that the path leads to, by which the array tells nexuses apart. */
  readonly targetPort: number | undefined
  readonly keys: Reading<Supported<ReadKeys>>
  readonly reservation: Reading<Supported<ReadReservation>>
  readonly capabilities: Reading<Supported<ReservationCapabilities>>
  readonly fullStatus: Reading<Supported<FullStatus>>
}

/** What multipathd does by itself when a path comes back. */
export type RegisteringDaemon = {
  /** `reservation_key` in effect: by WWID of its multipath section, '' for the defaults. */
  readonly configured: ReadonlyMap<string, 'file' | ReservationKey>
  /** By dm-N. `registers`: it has seen the map registered, and registers paths that come. */
  readonly maps: ReadonlyMap<string, { readonly key: WrittenKey | undefined; readonly registers: boolean | 'unknown' }>
  /** Lines of /etc/multipath/prkeys. */
  readonly prkeys: readonly PrkeysLine[]
}
