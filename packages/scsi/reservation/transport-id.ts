/**
 * TransportIDs: the name of an initiator port as a target knows it.
 * May come in: the bytes of one, of any length. May not: a guess at a protocol that is not known here.
 * Source: SPC-5, 7.6.4 TransportID identifiers
 */
import { byteAt, cText, hexAt, numberAt, textAt } from '../bytes.ts'

/** `wwpn` and `address` are 16 lower-case hex digits; `isid` is of 12, absent where the name alone was registered. */
export type TransportId =
  | { readonly protocol: 'fc'; readonly wwpn: string }
  | { readonly protocol: 'iscsi'; readonly name: string; readonly isid: string | undefined }
  | { readonly protocol: 'sas'; readonly address: string }
  /** Of another protocol, or not in its form. */
  | { readonly protocol: 'other'; readonly hex: string }

/** Reads a TransportID; it never fails, for what is not understood is given as it is. */
export function parseTransportId(bytes: Uint8Array): TransportId {
  const [format, protocol] = [byteAt(bytes, 0) >> 6, byteAt(bytes, 0) & 0x0f]
  const other = { protocol: 'other', hex: hexAt(bytes, 0, bytes.length) } as const
  if (protocol === 0 && format === 0 && bytes.length >= 16) return { protocol: 'fc', wwpn: hexAt(bytes, 8, 8) }
  if (protocol === 6 && format === 0 && bytes.length >= 12) return { protocol: 'sas', address: hexAt(bytes, 4, 8) }
  if (protocol === 5) return iscsi(bytes, format) ?? other
  return other
}

/** Format 0 is the initiator's name, 1 the port's: the name, `,i,0x` and the session's identifier. */
function iscsi(bytes: Uint8Array, format: number): TransportId | undefined {
  const length = numberAt(bytes, 2, 2)
  if (bytes.length < 4 + length) return undefined
  const text = cText(textAt(bytes, 4, length))
  const [, name = '', isid] = /^([\x21-\x7e]+?)(?:,i,0x([0-9a-fA-F]{12}))?$/.exec(text) ?? []
  if (name === '' || (isid !== undefined) !== (format === 1)) return undefined
  return { protocol: 'iscsi', name, isid: isid?.toLowerCase() }
}

/** The port as people and surveys name it: the WWPN, the iSCSI name with its session. */
export function initiatorText(id: TransportId): string {
  switch (id.protocol) {
    case 'fc':
      return id.wwpn
    case 'sas':
      return id.address
    case 'iscsi':
      return id.isid === undefined ? id.name : `${id.name},i,0x${id.isid}`
    case 'other':
      return id.hex
  }
}
