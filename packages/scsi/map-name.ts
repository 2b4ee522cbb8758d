/**
 * The names under which a map can be opened: automatic names, dm uuids, links by id, and dm's own escapes.
 * May come in: aliases and WWIDs as text. May not: the bindings file, a host's maps.
 */

/** DM_NAME_LEN without the closing NUL. */
export const maxMapNameBytes = 127

/** The name that user_friendly_names gives the `number`th binding, counted from 1. Source: libmultipath/alias.c, format_devname() */
export function friendlyName(prefix: string, number: number): string {
  let letters = ''
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(0x61 + ((rest - 1) % 26)) + letters
  return prefix + letters
}

/** The number of a name that user_friendly_names may give; undefined for all others. Source: alias.c, scan_devname() */
export function friendlyNumber(prefix: string, name: string): number | undefined {
  const letters = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  if (!/^[a-z]{1,7}$/.test(letters)) return undefined
  const number = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 0x60, 0)
  return number <= 0x7fffffff ? number : undefined
}

/** The name of a map: alias before binding before WWID. Source: libmultipath/propsel.c, select_alias() */
export function mapName(wwid: string, names: { readonly alias?: string; readonly binding?: string }): string {
  return names.alias ?? names.binding ?? wwid
}

/** The dm uuid of the map of a LUN. */
export function mapUuid(wwid: string): string {
  return `mpath-${wwid}`
}

/** The dm uuid of a partition's map, as kpartx gives it. */
export function partitionUuid(wwid: string, partition: number): string {
  return `part${partition}-mpath-${wwid}`
}

/** The LUN and partition that a dm uuid tells of; undefined where the map is none of multipath's. */
export function parseMapUuid(uuid: string): { readonly wwid: string; readonly partition?: number } | undefined {
  const parts = /^(?:part([1-9][0-9]*)-)?mpath-(.+)$/s.exec(uuid)
  if (parts === null) return undefined
  const [, partition, wwid = ''] = parts
  return partition === undefined ? { wwid } : { wwid, partition: Number(partition) }
}

/**
 * The links below /dev/disk/by-id that udev's rules make for a map; the first is the stable one for a migration.
 * `wwn` is ID_WWN_WITH_EXTENSION where the LUN has it.
 */
export function mapLinks(wwid: string, name: string, wwn?: string): readonly string[] {
  const byId = ['dm-uuid-mpath-', 'dm-name-', 'scsi-'].map((kind) => `${kind}${kind === 'dm-name-' ? name : wwid}`)
  return [...byId, ...(wwn === undefined ? [] : [`wwn-${wwn}`])].map((link) => `/dev/disk/by-id/${link}`)
}

/** Where the map's node is, with dm's escapes. */
export function mapPath(name: string): string {
  return `/dev/mapper/${escapeMapName(name)}`
}

const plain = /[A-Za-z0-9#+\-.:=@_]/

/**
 * The file name of a map below /dev/mapper: each byte but letters, digits and `#+-.:=@_` as `\xNN`. `name` is of one
 * character a byte, or Unicode, whose UTF-8 bytes are escaped. Source: libdevmapper libdm-common.c, mangle_string()
 */
export function escapeMapName(name: string): string {
  return Array.from(name, (character) => (plain.test(character) ? character : escaped(character))).join('')
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const bytes = code <= 0xff ? [code] : Array.from(new TextEncoder().encode(character))
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

/** The name of a map from its file name; one character a byte. */
export function unescapeMapName(fileName: string): string {
  return fileName.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/**
 * Whether device-mapper takes a name as it is: 1 to 127 characters that need no escape, and neither `.` nor `..`.
 */
export function isPlainMapName(name: string): boolean {
  return /^[A-Za-z0-9#+\-.:=@_]{1,127}$/.test(name) && name !== '.' && name !== '..'
}
