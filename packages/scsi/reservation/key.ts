/**
 * Reservation keys: 64 bits by which an array knows who registered. Ours say which fleet, which blade and which
 * generation; whoever reads one back knows whom it belongs to.
 * May come in: keys as bytes, and as multipath-tools and sg3-utils write them. May not: a key of zero as a key.
 */
import { hexAt } from '../bytes.ts'

declare const brand: unique symbol
/** 16 lower-case hex digits; zeros only are no key. */
export type ReservationKey = string & { readonly [brand]: 'ReservationKey' }

/** Fleet and blade are of 16 bits and 1 at least, the generation is of 32; a new one at each acquire. */
export type KeyParts = { readonly fleet: number; readonly blade: number; readonly generation: number }

/** What stands in a key's field for none: an unregistered nexus, the holder of an all registrants reservation. */
export const NO_KEY = asKey('0'.repeat(16))

function asKey(digits: string): ReservationKey {
  return digits as ReservationKey
}

/** The key of these parts, or undefined where one of them does not fit. */
export function keyOf({ fleet, blade, generation }: KeyParts): ReservationKey | undefined {
  if (!fits(fleet, 16) || !fits(blade, 16) || !fits(generation, 32) || blade === 0) return undefined
  return asKey(hex(fleet, 4) + hex(blade, 4) + hex(generation, 8))
}

const fits = (value: number, bits: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** bits
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** The parts that a key has if it is one of ours; a stranger's has some too, and they mean nothing. */
export function keyParts(key: ReservationKey): KeyParts {
  const number = (from: number, to: number) => Number.parseInt(key.slice(from, to), 16)
  return { fleet: number(0, 4), blade: number(4, 8), generation: number(8, 16) }
}

/** The key at `at`, which must lie wholly in `bytes`. */
export const keyAt = (bytes: Uint8Array, at: number): ReservationKey => asKey(hexAt(bytes, at, 8))

/** As mpathpersist, sg_persist and multipath.conf take it: `0xb1`. */
export const keyText = (key: ReservationKey): string => `0x${key.replace(/^0+(?=.)/, '')}`

/** A key as multipath-tools writes it; `aptpl`: it is to be registered to outlive the array's power. */
export type WrittenKey = { readonly key: ReservationKey; readonly aptpl: boolean }

/**
 * Reads `0xb1`, `b1`, `0xb1:aptpl` of multipath.conf, mpathpersist and `multipathd getprkey`, and `0X…b1` of the prkeys
 * file, where the capital means aptpl. Undefined for anything else and for zero.
 * Source: multipath-tools libmultipath/prkey.c, parse_prkey_flags() and set_prkey()
 */
export function parseKey(text: string): WrittenKey | undefined {
  const [, prefix = '', digits = '', flag] = /^(0?[xX])?([0-9a-fA-F]{1,16})(:aptpl)?$/.exec(text.trim()) ?? []
  const key = asKey(digits.toLowerCase().padStart(16, '0'))
  if (key === NO_KEY) return undefined
  return { key, aptpl: flag !== undefined || prefix.endsWith('X') }
}

/** A line of the prkeys file: under which key multipathd registers the paths of a map. */
export type PrkeysLine = WrittenKey & { readonly wwid: string }

/** The lines of /etc/multipath/prkeys, those with a # at their beginning left out, and how many were none. */
export function parsePrkeys(text: string): { readonly lines: readonly PrkeysLine[]; readonly brokenCount: number } {
  const rows = text.split('\n').filter((row) => row.trim() !== '' && !row.startsWith('#'))
  const lines = rows.flatMap((row): PrkeysLine[] => {
    const [, key = '', wwid = ''] = /^(\S+) (\S+)$/.exec(row) ?? []
    const written = parseKey(key)
    return written === undefined ? [] : [{ ...written, wwid }]
  })
  return { lines, brokenCount: rows.length - lines.length }
}
