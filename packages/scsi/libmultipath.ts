/**
 * How libmultipath itself reads vital product data, for the hosts whose udev says nothing.
 * May come in: pages 0x83 and 0x80. May not: udev's reading (scsi-id.ts), which is another on 22 of 146 known devices.
 * Source: multipath-tools libmultipath/discovery.c, parse_vpd_pg83() and parse_vpd_pg80() of 0.9.4
 */
import { byteAt, cText, hexAt, numberAt, textAt } from './bytes.ts'

/** WWID_SIZE with its closing NUL: longer ids are cut. */
const wwidBytes = 128
/** VPD_BUFLEN */
const bufferBytes = 4096

/** The id as text of one character a byte, or why there is none, in the daemon's own terms (errno of its return). */
export type VpdAnswer =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: 'no-page' | 'no-designator' | 'invalid-designator' | 'overflow' }

/** The page as do_inq() leaves it: cut or filled up with zeros to the length it tells. */
function pageOf(page: Uint8Array | undefined, code: number): Uint8Array | undefined {
  if (page === undefined || byteAt(page, 1) !== code) return undefined
  const length = Math.min(numberAt(page, 2, 2) + 4, bufferBytes)
  return Uint8Array.from({ length }, (_, i) => byteAt(page, i))
}

/** The serial number by get_vpd_sgio(0x80): without spaces at its ends, of 127 characters at most. */
export function vpd80(page80: Uint8Array | undefined): string | undefined {
  const page = pageOf(page80, 0x80)
  if (page === undefined) return undefined
  const raw = textAt(page, 4, Math.min(numberAt(page, 2, 2), wwidBytes))
  const serial = cText(
    raw
      .replace(/ +$/, '')
      .replace(/^ +/, '')
      .slice(0, wwidBytes - 1),
  )
  return serial === '' ? undefined : serial
}

/** The WWID by get_vpd_sgio(0x83): digit of the type and the id of the designator that ranks highest. */
export function vpd83(page83: Uint8Array | undefined): VpdAnswer {
  if (page83 === undefined) return { ok: false, reason: 'no-page' }
  const page = pageOf(page83, 0x83)
  if (page === undefined) return { ok: false, reason: 'no-designator' }
  const choice = best(page)
  if (typeof choice === 'string') return { ok: false, reason: choice }
  return { ok: true, id: untilLineEnd(idAt(page, choice)) }
}

/** A WWID is one line of the wwids and bindings files: what stands behind a line feed does not come back. */
function untilLineEnd(id: string): string {
  return cText(id).split('\n', 1)[0] ?? ''
}

type Rank = number | 'none' | 'invalid'

/** The place of the best designator, the first among equals. */
function best(page: Uint8Array): number | 'no-designator' | 'invalid-designator' | 'overflow' {
  let place: number | undefined
  let highest = -1
  let failure: 'no-designator' | 'invalid-designator' | 'overflow' = 'no-designator'
  for (let at = 4; at <= page.length - 4; at += 4 + byteAt(page, at + 3)) {
    if (at + 4 + byteAt(page, at + 3) > page.length) {
      failure = 'overflow'
      break
    }
    const rank = rankAt(page, at)
    if (rank === 'invalid' && failure === 'no-designator') failure = 'invalid-designator'
    if (typeof rank !== 'number' || rank <= highest) continue
    highest = rank
    place = at
  }
  return place ?? failure
}

function rankAt(page: Uint8Array, at: number): Rank {
  const association = byteAt(page, at + 1) & 0x30
  if (association !== 0) return association === 0x30 ? 'invalid' : 'none'
  const length = byteAt(page, at + 3)
  switch (byteAt(page, at + 1) & 0x0f) {
    case 3:
      return naaRank(byteAt(page, at + 4) >> 4, length)
    case 2:
      return length === 8 || length === 12 || length === 16 ? 4 : 'invalid'
    case 8:
      return length >= 4 && /^(eui|naa|iqn)\.$/.test(textAt(page, at + 4, 4)) ? 3 : 'invalid'
    case 1:
      return length >= 8 ? 2 : 'invalid'
    case 6:
      return length === 4 ? 'none' : 'invalid'
    case 7:
      return length === 16 ? 'none' : 'invalid'
    case 0:
    case 10:
      return 'none'
    default:
      return 'invalid'
  }
}

/** Registered extended before registered before extended; locally assigned ones rank below all other kinds. */
function naaRank(naa: number, length: number): Rank {
  const rank = new Map([
    [6, 8],
    [5, 7],
    [2, 6],
    [3, 1],
  ]).get(naa)
  return rank !== undefined && length === (naa === 6 ? 16 : 8) ? rank : 'invalid'
}

function idAt(page: Uint8Array, at: number): string {
  const type = byteAt(page, at + 1) & 0x0f
  const length = Math.min(byteAt(page, at + 3), wwidBytes)
  if (type === 1) return t10(textAt(page, at + 4, length))
  if (type === 8) return scsiName(textAt(page, at + 4, length))
  const whole = Math.min(length, Math.floor((wwidBytes - 2) / 2))
  return `${type}${hexAt(page, at + 4, whole)}`
}

/** Digits of an id are lower-cased, an iSCSI name is kept. */
function scsiName(name: string): string {
  const rest = name.slice(4, 4 + wwidBytes - 2)
  if (name.startsWith('eui.')) return `2${rest.toLowerCase()}`
  return name.startsWith('naa.') ? `3${rest.toLowerCase()}` : `8${rest}`
}

/** Each run of spaces one `_`, none at the end; nothing else is replaced. */
function t10(text: string): string {
  return `1${text.replace(/ +$/, '').replace(/ +/g, '_')}`.slice(0, wwidBytes - 1)
}
