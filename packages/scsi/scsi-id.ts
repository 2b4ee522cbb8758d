/**
 * What udev's scsi_id says of a device: the id that becomes ID_SERIAL, and the properties beside it.
 * May come in: INQUIRY data and vital product data. May not: libmultipath's own reading (libmultipath.ts).
 * Source: systemd src/udev/scsi_id/scsi_serial.c; field names of the tool's --export in capitals
 */
import { byteAt, cText, hexAt, numberAt, textAt } from './bytes.ts'
import type { Inquiry } from './inquiry.ts'

/** Pages as the device answered; one that it refused is absent. */
export type Pages = { readonly page00?: Uint8Array; readonly page80?: Uint8Array; readonly page83?: Uint8Array }

/** The raw texts, up to their first NUL, one character a byte; `serial` begins with the digit of the id's type. */
export type ScsiId = {
  readonly serial: string
  readonly serialShort: string
  /** The first 16 hex digits of an NAA id, and the 16 behind them. */
  readonly wwn?: string
  readonly wwnExtension?: string
  /** Vendor or product hold a NUL where the id needs them: it ends behind its first character, as the tool prints it. */
  readonly namesBroken?: true
}

/** SCSI_INQ_BUFF_LEN: descriptors that begin behind it are never seen (vector p83-naa-at-offset-over-254). */
const bufferBytes = 254
/** MAX_SERIAL_LEN: an id that needs more is passed over. */
const maxSerial = 256
const idTypes = { vendor: 0, t10: 1, eui64: 2, naa: 3, portGroup: 5 } as const
const codes = { binary: 1, ascii: 2 } as const
const associations = { lun: 0x00, port: 0x10 } as const

type Wanted = { readonly type: number; readonly naa?: number; readonly code: number }

/** Which descriptor is taken: the first of the page that fits the first of these that any fits. */
const preference: readonly Wanted[] = [
  { type: idTypes.naa, naa: 6 },
  { type: idTypes.naa, naa: 5 },
  { type: idTypes.naa },
  { type: idTypes.eui64 },
  { type: idTypes.t10 },
  { type: idTypes.vendor },
].flatMap((wanted) => [
  { ...wanted, code: codes.binary },
  { ...wanted, code: codes.ascii },
])

/**
 * The id by scsi_id without `--page`: page 0x83 and then 0x80, each only where page 0x00 lists it.
 * Undefined where the tool gives none: no usable page 0x00, or no page with an id.
 */
export function scsiId(inquiry: Inquiry, pages: Pages): ScsiId | undefined {
  const listed = listedPages(inquiry, pages.page00)
  const by83 = listed.has(0x83) ? scsiIdByPage83(inquiry, pages) : undefined
  if (by83 !== undefined && !by83.namesBroken) return by83
  // A broken id stays in the tool's buffer until the next page writes over it.
  return (listed.has(0x80) ? scsiIdByPage80(inquiry, pages) : undefined) ?? by83
}

/** ID_SCSI_SERIAL: read beside page 0x83, so only where page 0x00 lists that one. */
export function unitSerialBesidePage83(inquiry: Inquiry, pages: Pages): string | undefined {
  const listed = listedPages(inquiry, pages.page00)
  const serial = listed.has(0x83) ? serialOfPage80(pages.page80) : undefined
  return serial === '' ? undefined : serial
}

/** ID_TARGET_PORT: the port's group in hex, found while an id is looked for in page 0x83. */
export function targetPort(inquiry: Inquiry, pages: Pages): string | undefined {
  const page = pageOf(pages.page83, 0x83)
  if (page === undefined || byteAt(page, 6) !== 0 || !listedPages(inquiry, pages.page00).has(0x83)) return undefined
  const at = descriptors(page).findLast((place) => fits(page, place, { type: idTypes.portGroup, code: codes.binary }))
  return at === undefined ? undefined : numberAt(page, at + 6, 2).toString(16)
}

/** The pages of page 0x00; none where it is missing, wrong, or standard INQUIRY data in disguise. */
function listedPages({ vendor }: Inquiry, page00: Uint8Array | undefined): ReadonlySet<number> {
  const page = pageOf(page00, 0x00)
  if (page === undefined || byteAt(page, 3) > bufferBytes) return new Set()
  const count = byteAt(page, 3)
  if (count > 16 && textAt(page, 8, 8) === vendor) return new Set()
  return new Set(Array.from({ length: count }, (_, i) => byteAt(page, 4 + i)))
}

function pageOf(page: Uint8Array | undefined, code: number): Uint8Array | undefined {
  return page !== undefined && byteAt(page, 1) === code ? page.subarray(0, bufferBytes) : undefined
}

/** The id by `scsi_id --page=0x80`: `S`, vendor, product and the unit's serial number. */
export function scsiIdByPage80(inquiry: Inquiry, { page80 }: Pages): ScsiId | undefined {
  const serial = serialOfPage80(page80)
  return serial === undefined ? undefined : withNames('S', inquiry, serial)
}

/** Only the low byte of the length counts (vector p80-len16bit). */
function serialOfPage80(page80: Uint8Array | undefined): string | undefined {
  const page = pageOf(page80, 0x80)
  if (page === undefined || 1 + 8 + 16 + byteAt(page, 3) > maxSerial) return undefined
  return cText(textAt(page, 4, byteAt(page, 3)))
}

/** An id that holds the padded names; append_vendor_model() fails where a NUL is in them. */
function withNames(type: string, { vendor, product }: Inquiry, text: string): ScsiId {
  const isWhole = cText(vendor).length === 8 && cText(product).length === 16
  if (!isWhole) return { serial: type, serialShort: '', namesBroken: true }
  return { serial: type + vendor + product + text, serialShort: text }
}

/** The id by `scsi_id --page=0x83`; page 0x00 is not asked. */
export function scsiIdByPage83(inquiry: Inquiry, { page83 }: Pages): ScsiId | undefined {
  const page = pageOf(page83, 0x83)
  if (page === undefined) return undefined
  if (byteAt(page, 6) !== 0) return preSpc3(page)
  let broken: ScsiId | undefined
  for (const wanted of preference)
    for (const at of descriptors(page)) {
      const id = fits(page, at, wanted) ? idAt(page, at, wanted, inquiry) : undefined
      if (id !== undefined && !id.namesBroken) return id
      broken = id ?? broken
    }
  return broken
}

/** The id by `scsi_id --page=pre-spc3-83`: the old form where the page has it, otherwise as page 0x83. */
export function scsiIdByPreSpc3Page83(inquiry: Inquiry, pages: Pages): ScsiId | undefined {
  return scsiIdByPage83(inquiry, pages)
}

/** Old Symmetrix answer with the bare id behind the header; there `serialShort` holds the type digit too. */
function preSpc3(page: Uint8Array): ScsiId {
  const serial = `3${hexAt(page, 4, byteAt(page, 3))}`.slice(0, maxSerial - 1)
  return { serial, serialShort: serial }
}

/** Where each descriptor of the page begins. */
function descriptors(page: Uint8Array): number[] {
  const end = Math.min(numberAt(page, 2, 2) + 4, page.length)
  const places: number[] = []
  for (let at = 4; at < end; at += 4 + byteAt(page, at + 3)) places.push(at)
  return places
}

/** A port's descriptor is looked at for its group only, all others must be the logical unit's. */
function fits(page: Uint8Array, at: number, { type, naa, code }: Wanted): boolean {
  const association = byteAt(page, at + 1) & 0x30
  const allowed = association === associations.lun || (association === associations.port && type === idTypes.portGroup)
  const kind = naa === undefined || byteAt(page, at + 4) >> 4 === naa
  return allowed && kind && (byteAt(page, at + 1) & 0x0f) === type && (byteAt(page, at) & 0x0f) === code
}

function idAt(page: Uint8Array, at: number, { type, code }: Wanted, inquiry: Inquiry): ScsiId | undefined {
  const length = byteAt(page, at + 3)
  const needed = 2 + (code === codes.ascii ? length : 2 * length) + (type === idTypes.vendor ? 24 : 0)
  if (needed > maxSerial) return undefined
  const text = cText(code === codes.ascii ? textAt(page, at + 4, length) : hexAt(page, at + 4, length))
  if (type === idTypes.vendor) return withNames('0', inquiry, text)
  const id = { serial: `${type}${text}`, serialShort: text }
  return type === idTypes.naa ? { ...id, ...wwnOf(text) } : id
}

function wwnOf(text: string): { readonly wwn?: string; readonly wwnExtension?: string } {
  const wwn = text.slice(0, 16)
  const wwnExtension = text.slice(16, 32)
  return { ...(wwn !== '' && { wwn }), ...(wwnExtension !== '' && { wwnExtension }) }
}
