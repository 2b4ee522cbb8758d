/**
 * The types of persistent reservations, and what each lets a nexus do. The numbers are the field's own.
 * Source: SPC-5, 5.14.3 (persistent reservation types) and table "SPC-5 commands that are allowed"
 */

/** 1 write exclusive, 3 exclusive access, 5 and 6 the same for registrants only, 7 and 8 for all registrants. */
export type ReservationType = 1 | 3 | 5 | 6 | 7 | 8

export const RESERVATION_TYPES = [1, 3, 5, 6, 7, 8] as const

const NAMES: Readonly<Record<ReservationType, string>> = {
  1: 'write exclusive',
  3: 'exclusive access',
  5: 'write exclusive, registrants only',
  6: 'exclusive access, registrants only',
  7: 'write exclusive, all registrants',
  8: 'exclusive access, all registrants',
}

export const typeText = (type: ReservationType): string => NAMES[type]

export const typeOf = (value: number): ReservationType | undefined => RESERVATION_TYPES.find((type) => type === value)

/** Every registrant holds it, and it stays as long as there is one; its holder's key reads as zero. */
export const isOfAllRegistrants = (type: ReservationType): boolean => type === 7 || type === 8

/** Whoever asks, seen from a reservation. */
export type Standing = 'holder' | 'registrant' | 'stranger'

export function mayWriteUnder(type: ReservationType, standing: Standing): boolean {
  return standing === 'holder' || (standing === 'registrant' && type >= 5)
}

/** Write exclusive lets all read. */
export function mayReadUnder(type: ReservationType, standing: Standing): boolean {
  return type === 1 || type === 5 || type === 7 || mayWriteUnder(type, standing)
}
