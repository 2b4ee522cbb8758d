/**
 * LUN numbers and their codings: what an array calls 300, Linux may call 300 or 16684.
 * May come in: numbers, the last part of an H:C:T:L, by-path names, the eight bytes of a LUN.
 * May not: a decision which coding an array uses; that is read, not assumed.
 */

/** How the first two bytes of a LUN hold its number. Source: SAM-5, 4.7.7 */
export type LunCoding = 'peripheral' | 'flat' | 'logical-unit' | 'extended'

/** The codings by which arrays are known: SAM all plain, SAM-2 flat from 256 on, SAM-3 flat always. */
export type LunAddressing = 'sam' | 'sam2' | 'sam3-flat'

const codings: readonly LunCoding[] = ['peripheral', 'flat', 'logical-unit', 'extended']
const flatBit = 0x4000

/**
 * The array's number and coding of Linux's `l` (H:C:T:l). Only the flat coding is taken off; a peripheral number of 256
 * and more, which some arrays send, stays what it is, and so do the other codings (49409 is REPORT LUNS itself).
 * Source: Linux scsi_common.c, scsilun_to_int()
 */
export function lunOfLinux(l: number): { readonly lun: number; readonly coding: LunCoding } {
  const coding = l > 0xffff ? 'extended' : (codings[(l >> 14) & 3] ?? 'peripheral')
  return { lun: coding === 'flat' ? l - flatBit : l, coding }
}

/** Linux's `l` for the array's number. Source: os-brick linuxscsi.py, lun_for_addressing() */
export function linuxOfLun(lun: number, addressing: LunAddressing): number {
  const isFlat = addressing === 'sam3-flat' || (addressing === 'sam2' && lun >= 256)
  return isFlat ? lun + flatBit : lun
}

/** Each `l` under which an array's number may appear, the plain one first. */
export function linuxCandidates(lun: number): readonly number[] {
  return lun <= 0x3fff ? [lun, lun + flatBit] : [lun]
}

/**
 * The part behind `lun-` of a by-path name: the number below 256, from there on the eight bytes in hex.
 * Source: systemd udev-builtin-path_id.c, format_lun_number()
 */
export function byPathLun(l: number): string {
  return l < 256 ? String(l) : `0x${lunHex(l)}`
}

/** Linux's `l` from the part behind `lun-` of a by-path name; undefined where it is no LUN. */
export function linuxOfByPath(text: string): number | undefined {
  if (/^[0-9]{1,5}$/.test(text)) return Number(text)
  return /^0x[0-9a-f]{16}$/i.test(text) ? linuxOfLunHex(text) : undefined
}

/** The eight bytes of a LUN as 16 hex digits, as multipathd prints them in `lun_hex` behind `0x`. */
export function lunHex(l: number): string {
  const words = [l % 0x10000, Math.floor(l / 0x10000) % 0x10000, Math.floor(l / 0x100000000) % 0x10000, 0]
  return words.map((word) => word.toString(16).padStart(4, '0')).join('')
}

/** Linux's `l` from the eight bytes in hex, `0x` before them or not; undefined for other texts and beyond 2^48. */
export function linuxOfLunHex(hex: string): number | undefined {
  const digits = hex.toLowerCase().replace(/^0x/, '')
  if (!/^[0-9a-f]{12}0000$/.test(digits)) return undefined
  const word = (index: number) => Number.parseInt(digits.slice(4 * index, 4 * index + 4), 16)
  return word(0) + word(1) * 0x10000 + word(2) * 0x100000000
}
