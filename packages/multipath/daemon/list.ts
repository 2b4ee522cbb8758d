/**
 * Lists of paths and maps in a format of our own: asked for with the wildcards that a release knows, read back by them.
 * Cheaper for the daemon than JSON, and the only place where paths without a map are seen.
 * May come in: a release, a reply. May not: the printed tables for people.
 */
import { type Release, releaseNumber } from '../releases/release.ts'

/** `wildcard` is the letter behind `%`; a field that may hold any text comes behind those that can't hold `|`. */
type Field<Name extends string> = { readonly name: Name; readonly wildcard: string; readonly since: string }

/** What can be asked of a path; `marginal` and the like say `undef` or `[undef]` where the device has none. */
export type PathField =
  | 'hctl'
  | 'device'
  | 'number'
  | 'dmState'
  | 'deviceState'
  | 'checkerState'
  | 'checker'
  | 'priority'
  | 'size'
  | 'initiatorNode'
  | 'targetNode'
  | 'initiator'
  | 'targetPort'
  | 'hostAdapter'
  | 'foreign'
  | 'failures'
  | 'protocol'
  | 'marginal'
  | 'initState'
  | 'lunHex'
  | 'targetPortGroup'
  | 'maxSectorsKb'
  | 'wwid'
  | 'map'
  | 'serial'
  | 'vendProdRev'

export type MapField =
  | 'sysfs'
  | 'failback'
  | 'queueing'
  | 'paths'
  | 'writeProtection'
  | 'state'
  | 'size'
  | 'action'
  | 'pathFaults'
  | 'switchGroup'
  | 'mapLoads'
  | 'totalQueueSeconds'
  | 'queueTimeouts'
  | 'name'
  | 'wwid'
  | 'features'
  | 'hardwareHandler'
  | 'vendProdRev'

/** Source: multipath-tools libmultipath/print.c, pd[]; first releases from its history. */
const pathFields: readonly Field<PathField>[] = [
  { name: 'hctl', wildcard: 'i', since: '0.4.9' },
  { name: 'device', wildcard: 'd', since: '0.4.9' },
  { name: 'number', wildcard: 'D', since: '0.4.9' },
  { name: 'dmState', wildcard: 't', since: '0.4.9' },
  { name: 'deviceState', wildcard: 'o', since: '0.4.9' },
  { name: 'checkerState', wildcard: 'T', since: '0.4.9' },
  { name: 'priority', wildcard: 'p', since: '0.4.9' },
  { name: 'size', wildcard: 'S', since: '0.4.9' },
  { name: 'checker', wildcard: 'c', since: '0.6.0' },
  { name: 'initiatorNode', wildcard: 'N', since: '0.6.0' },
  { name: 'targetNode', wildcard: 'n', since: '0.6.0' },
  { name: 'initiator', wildcard: 'R', since: '0.6.0' },
  { name: 'targetPort', wildcard: 'r', since: '0.6.0' },
  { name: 'hostAdapter', wildcard: 'a', since: '0.6.0' },
  { name: 'foreign', wildcard: 'G', since: '0.7.5' },
  { name: 'failures', wildcard: '0', since: '0.7.7' },
  { name: 'protocol', wildcard: 'P', since: '0.7.8' },
  { name: 'marginal', wildcard: 'M', since: '0.8.3' },
  { name: 'initState', wildcard: 'I', since: '0.8.8' },
  { name: 'lunHex', wildcard: 'L', since: '0.8.9' },
  { name: 'targetPortGroup', wildcard: 'A', since: '0.9.6' },
  { name: 'maxSectorsKb', wildcard: 'k', since: '0.9.9' },
  { name: 'wwid', wildcard: 'w', since: '0.4.9' },
  { name: 'map', wildcard: 'm', since: '0.6.0' },
  { name: 'serial', wildcard: 'z', since: '0.6.0' },
  { name: 'vendProdRev', wildcard: 's', since: '0.4.9' },
]

/** Source: multipath-tools libmultipath/print.c, mpd[] */
const mapFields: readonly Field<MapField>[] = [
  { name: 'sysfs', wildcard: 'd', since: '0.4.9' },
  { name: 'failback', wildcard: 'F', since: '0.4.9' },
  { name: 'queueing', wildcard: 'Q', since: '0.4.9' },
  { name: 'paths', wildcard: 'N', since: '0.4.9' },
  { name: 'writeProtection', wildcard: 'r', since: '0.4.9' },
  { name: 'state', wildcard: 't', since: '0.4.9' },
  { name: 'size', wildcard: 'S', since: '0.4.9' },
  { name: 'action', wildcard: 'A', since: '0.4.9' },
  { name: 'pathFaults', wildcard: '0', since: '0.4.9' },
  { name: 'switchGroup', wildcard: '1', since: '0.4.9' },
  { name: 'mapLoads', wildcard: '2', since: '0.4.9' },
  { name: 'totalQueueSeconds', wildcard: '3', since: '0.4.9' },
  { name: 'queueTimeouts', wildcard: '4', since: '0.4.9' },
  { name: 'name', wildcard: 'n', since: '0.4.9' },
  { name: 'wwid', wildcard: 'w', since: '0.4.9' },
  { name: 'features', wildcard: 'f', since: '0.4.9' },
  { name: 'hardwareHandler', wildcard: 'h', since: '0.4.9' },
  { name: 'vendProdRev', wildcard: 's', since: '0.4.9' },
]

/** Between the fields; three characters, so that a product named `V|V` does no harm. */
const separator = '|:|'

/** `command` is what to send. Before 0.6.0 there is no `raw`: a head line comes first, and columns are padded. */
export type ListFormat<Name extends string> = {
  readonly command: string
  readonly fields: readonly Name[]
  readonly padded: boolean
}

/** The list of all paths, those without a map too, with every field the release has. */
export function pathListFormat(release: Release): ListFormat<PathField> {
  return formatOf('show paths', pathFields, release)
}

/** The list of maps, for polls. */
export function mapListFormat(release: Release): ListFormat<MapField> {
  return formatOf('show maps', mapFields, release)
}

function formatOf<Name extends string>(show: string, all: readonly Field<Name>[], release: Release): ListFormat<Name> {
  const number = releaseNumber(release)
  const known = all.filter(({ since }) => releaseNumber(since) <= number)
  const padded = number < releaseNumber('0.6.0')
  const wildcards = known.map(({ wildcard }) => `%${wildcard}`).join(separator)
  const command = `${show} ${padded ? 'format' : 'raw format'} "${wildcards}"`
  return { command, fields: known.map(({ name }) => name), padded }
}

/** `unreadable` are lines with more or fewer fields than asked for; they are not to be passed over in silence. */
export type List<Name extends string> = {
  readonly rows: readonly Readonly<Partial<Record<Name, string>>>[]
  readonly unreadable: readonly string[]
}

/** Reads the reply; an empty list is `ok` or no text. Values of raw lists are as they are, with blanks. */
export function parseList<Name extends string>(text: string, format: ListFormat<Name>): List<Name> {
  const lines = text.replaceAll('\0', '').split('\n')
  const body = lines.slice(format.padded ? 1 : 0).filter((line) => line.trim() !== '' && line.trim() !== 'ok')
  const rows: Partial<Record<Name, string>>[] = []
  const unreadable: string[] = []
  for (const line of body) {
    const cells = line.split(separator)
    if (cells.length !== format.fields.length) unreadable.push(line)
    else rows.push(rowOf(format, cells))
  }
  return { rows, unreadable }
}

function rowOf<Name extends string>(format: ListFormat<Name>, cells: readonly string[]): Partial<Record<Name, string>> {
  const row: Partial<Record<Name, string>> = {}
  for (const [index, name] of format.fields.entries()) {
    const cell = cells[index] ?? ''
    row[name] = format.padded ? cell.trim() : cell
  }
  return row
}
