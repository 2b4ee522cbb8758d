/**
 * Standard INQUIRY data: what a logical unit says of itself.
 * May come in: the bytes of the answer, of any length. May not: vital product data (vpd.ts).
 * Source: SPC-5, 6.7.2 Standard INQUIRY data
 */
import { byteAt, textAt } from './bytes.ts'

/** `vendor`, `product` and `revision` are as the device pads them: 8, 16 and 4 characters, NUL where bytes are missing. */
export type Inquiry = {
  readonly qualifier: 'connected' | 'not-connected' | 'no-logical-unit'
  /** 0 is a disk, 5 a CD, 13 an enclosure, 31 nothing. */
  readonly deviceType: number
  readonly removable: boolean
  /** The version byte: 5 is SPC-3, 6 SPC-4, 7 SPC-5. */
  readonly version: number
  /** Target port group support, bits 5 and 4 of byte 5: ALUA implicit, explicit or both. */
  readonly alua: 'none' | 'implicit' | 'explicit' | 'both'
  readonly vendor: string
  readonly product: string
  readonly revision: string
}

const qualifiers = ['connected', 'not-connected'] as const
const aluaKinds = ['none', 'implicit', 'explicit', 'both'] as const

/** Reads standard INQUIRY data; a short answer gives NUL characters where its bytes end. */
export function parseInquiry(bytes: Uint8Array): Inquiry {
  return {
    qualifier: qualifiers[byteAt(bytes, 0) >> 5] ?? 'no-logical-unit',
    deviceType: byteAt(bytes, 0) & 0x1f,
    removable: (byteAt(bytes, 1) & 0x80) !== 0,
    version: byteAt(bytes, 2),
    alua: aluaKinds[(byteAt(bytes, 5) >> 4) & 3] ?? 'none',
    vendor: textAt(bytes, 8, 8),
    product: textAt(bytes, 16, 16),
    revision: textAt(bytes, 32, 4),
  }
}

/** Standard INQUIRY data of a connected disk with these names, padded with spaces; for reports that have only text. */
export function inquiryOf(vendor: string, product: string, revision: string): Uint8Array {
  const bytes = new Uint8Array(36)
  bytes.set([0x00, 0x00, 0x06, 0x02, 31])
  const names = vendor.padEnd(8).slice(0, 8) + product.padEnd(16).slice(0, 16) + revision.padEnd(4).slice(0, 4)
  bytes.set(
    Array.from(names, (character) => character.charCodeAt(0)),
    8,
  )
  return bytes
}
