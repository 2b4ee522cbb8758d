/**
 * WWIDs as multipath keeps them: opaque text of up to 127 bytes, of SCSI, NVMe and DASD devices.
 * May come in: what udev or sysfs says of a device. May not: the assumption that an id is an NAA one.
 */
import { bytesOf } from './bytes.ts'

/** WWID_SIZE of libmultipath without the closing NUL. */
export const maxWwidBytes = 127

/**
 * The WWID that libmultipath makes of a udev property or a sysfs attribute: cut to 127 bytes ("wwid overflow"), but
 * NVMe ids that are too long lose the zero padding of serial and model first.
 * Source: libmultipath/discovery.c, get_udev_uid() and fix_broken_nvme_wwid()
 */
export function wwidOfProperty(value: string): string {
  const fitting = bytesOf(value).length > maxWwidBytes ? shortNvme(value) : value
  const bytes = bytesOf(fitting)
  if (bytes.length <= maxWwidBytes) return fitting
  return fitting.length === bytes.length
    ? fitting.slice(0, maxWwidBytes)
    : new TextDecoder().decode(bytes.subarray(0, maxWwidBytes))
}

function shortNvme(value: string): string {
  const parts = /^(nvme\.[0-9a-f]{4})-([0-9a-f]*)-([0-9a-f]*)-([0-9a-f]{8})$/i.exec(value)
  if (parts === null) return value
  const [, head = '', serial = '', model = '', namespace = ''] = parts
  const short = `${head}-${withoutPadding(serial)}-${withoutPadding(model)}-${namespace}`
  return short.length <= maxWwidBytes ? short : value
}

function withoutPadding(hex: string): string {
  return hex.replace(/(00)+$/, '')
}

/** What an NVMe namespace says of itself; ids of zeros only count as none. `serial` and `model` are as padded. */
export type NvmeNamespace = {
  readonly uuid?: string
  /** 32 hex digits. */
  readonly nguid?: string
  /** 16 hex digits. */
  readonly eui64?: string
  readonly vendorId: number
  readonly serial: string
  readonly model: string
  readonly namespaceId: number
}

/** The kernel's `wwid` attribute of a namespace, which udev copies into ID_WWN. Source: Linux nvme/host/sysfs.c, wwid_show() */
export function nvmeWwid(namespace: NvmeNamespace): string {
  const { uuid, nguid, eui64 } = namespace
  if (isSet(uuid)) return `uuid.${uuid.toLowerCase()}`
  if (isSet(nguid)) return `eui.${nguid.toLowerCase()}`
  if (isSet(eui64)) return `eui.${eui64.toLowerCase()}`
  const hex = (text: string) =>
    Array.from(bytesOf(text.replace(/[ \0]+$/, '')), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const vendor = namespace.vendorId.toString(16).padStart(4, '0')
  const id = namespace.namespaceId.toString(16).padStart(8, '0')
  return `nvme.${vendor}-${hex(namespace.serial)}-${hex(namespace.model)}-${id}`
}

function isSet(id: string | undefined): id is string {
  return id !== undefined && /[1-9a-f]/i.test(id)
}

/**
 * The WWID of a DASD: the first four parts of the `uid` attribute of its ccw device, such as
 * `IBM.750000000VXE11.1b00.0d`; undefined where there are fewer. Source: libmultipath/discovery.c, get_ccw_uid()
 */
export function dasdWwid(uid: string): string | undefined {
  const parts = uid.trim().split('.')
  return parts.length < 4 || parts.includes('') ? undefined : parts.slice(0, 4).join('.')
}

/** What kind of id a WWID shows itself to be; `other` is as good as any, ids are opaque. */
export type WwidKind = 'naa' | 'eui64' | 't10' | 'vendor' | 'serial' | 'scsi-name' | 'nvme' | 'dasd' | 'other'

const kinds: readonly (readonly [WwidKind, RegExp])[] = [
  ['nvme', /^(uuid\.[0-9a-f-]{36}|eui\.([0-9a-f]{16}){1,2}|nvme\.[0-9a-f]{4}-.*)$/],
  ['naa', /^3([0-9a-f]{16}){1,2}$/],
  ['eui64', /^2([0-9a-f]{16}|[0-9a-f]{24}|[0-9a-f]{32})$/],
  ['dasd', /^[A-Z0-9]{3}\.[^.]+\.[^.]+\.[^.]+$/],
  ['t10', /^1/],
  ['vendor', /^0/],
  ['serial', /^S/],
  ['scsi-name', /^8/],
]

/** A guess for people to read; nothing may be decided on it. */
export function wwidKind(wwid: string): WwidKind {
  return kinds.find(([, form]) => form.test(wwid))?.[0] ?? 'other'
}

/**
 * The WWID of an NAA id as arrays print it (`600a0980…`, `0x600a…`, `naa.600A…`, with `:` or `-` between): `3` and
 * the digits in lower case. It is the only WWID that can be derived from an array's word; undefined for other texts.
 */
export function wwidOfNaa(naa: string): string | undefined {
  const digits = naa
    .trim()
    .toLowerCase()
    .replace(/^(0x|naa\.)/, '')
    .replace(/[:-]/g, '')
  return /^[2356][0-9a-f]{15}([0-9a-f]{16})?$/.test(digits) ? `3${digits}` : undefined
}
