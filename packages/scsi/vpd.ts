/**
 * Vital product data: the list of pages (0x00), the unit serial number (0x80), the designators (0x83).
 * May come in: a page as the device gave it. May not: a choice among the designators (scsi-id.ts, libmultipath.ts).
 */
import { byteAt, numberAt, textAt } from './bytes.ts'

export type CodeSet = 'binary' | 'ascii' | 'utf8' | 'reserved'
export type Association = 'lun' | 'port' | 'target' | 'reserved'

/** One descriptor of page 0x83; `naa` is the first half byte of the designator, which names the kind of an NAA one. */
export type Designator = {
  readonly codeSet: CodeSet
  readonly association: Association
  /** 0 vendor, 1 T10, 2 EUI-64, 3 NAA, 4 relative port, 5 port group, 6 LUN group, 7 MD5, 8 SCSI name, 10 UUID. */
  readonly type: number
  readonly naa: number
  readonly bytes: Uint8Array
}

const codeSets: readonly CodeSet[] = ['reserved', 'binary', 'ascii', 'utf8']
const associations: readonly Association[] = ['lun', 'port', 'target', 'reserved']

/** The codes of the pages that the device supports, or undefined where this is no page 0x00. */
export function supportedPages(page00: Uint8Array): readonly number[] | undefined {
  if (byteAt(page00, 1) !== 0x00 || page00.length < 4) return undefined
  return Array.from(page00.subarray(4, 4 + byteAt(page00, 3)))
}

/** The unit serial number as the device pads it, or undefined where this is no page 0x80. Source: SPC-5, 7.7.17 */
export function unitSerial(page80: Uint8Array): string | undefined {
  if (byteAt(page80, 1) !== 0x80) return undefined
  return textAt(page80, 4, Math.min(numberAt(page80, 2, 2), Math.max(0, page80.length - 4)))
}

/**
 * The designators of page 0x83 in the order of the page; one that runs over the end of the page is left out.
 * Undefined where this is no page 0x83. Source: SPC-5, 7.7.6 Device Identification VPD page
 */
export function designators(page83: Uint8Array): readonly Designator[] | undefined {
  if (byteAt(page83, 1) !== 0x83) return undefined
  const end = Math.min(page83.length, 4 + numberAt(page83, 2, 2))
  const found: Designator[] = []
  for (let at = 4; at + 4 <= end; at += 4 + byteAt(page83, at + 3)) {
    if (at + 4 + byteAt(page83, at + 3) > end) break
    found.push(designatorAt(page83, at))
  }
  return found
}

function designatorAt(page: Uint8Array, at: number): Designator {
  return {
    codeSet: codeSets[byteAt(page, at) & 0x0f] ?? 'reserved',
    association: associations[(byteAt(page, at + 1) >> 4) & 3] ?? 'reserved',
    type: byteAt(page, at + 1) & 0x0f,
    naa: byteAt(page, at + 4) >> 4,
    bytes: page.subarray(at + 4, at + 4 + byteAt(page, at + 3)),
  }
}

/** The number of the target port through which page 0x83 was asked, from 1 on. Source: SPC-5, 7.7.6.7 */
export function relativeTargetPort(page83: Uint8Array): number | undefined {
  const found = designators(page83)?.find(({ type, association }) => type === 4 && association === 'port')
  const number = found === undefined ? 0 : numberAt(found.bytes, 2, 2)
  return number === 0 ? undefined : number
}
