/**
 * A fact as it was read, or how it could not be read. "Unknown" is born here, at the edge, and never invented later.
 * May come in: what a blade or an array answered, and when. May not: a value that stands for silence.
 */
export type Reading<T> =
  | { readonly state: 'read'; readonly value: T }
  /** No answer within the deadline: a disk in D state, a host that hangs. */
  | { readonly state: 'timed out'; readonly because: string }
  /** An answer that says no: permission, connection refused, a SCSI sense. */
  | { readonly state: 'refused'; readonly because: string }
  /** An answer that is none: not what the protocol allows. */
  | { readonly state: 'garbled'; readonly because: string }
  /** There is nobody to ask: an array of the driver `manual`. */
  | { readonly state: 'not asked'; readonly because: string }

export const read = <T>(value: T): Reading<T> => ({ state: 'read', value })

/** The value, or undefined where nothing was read; for places where only a value counts and silence proves nothing. */
export const valueRead = <T>(reading: Reading<T> | undefined): T | undefined =>
  reading?.state === 'read' ? reading.value : undefined

/** What to tell an operator of a reading that is none. */
export const excuse = <T>(reading: Reading<T> | undefined): string => {
  if (reading === undefined) return 'not asked'
  return reading.state === 'read' ? 'read' : `${reading.state}: ${reading.because}`
}
