/**
 * `show maps json` and `show map X json`, repaired and read: the daemon does not escape what it puts between quotes.
 * May come in: the reply's text. May not: numbers of versions, which never changed although the fields did.
 * Source: multipath-tools libmultipath/print.c, snprint_multipath_map_json() of 0.6.2 to 0.14.3
 */
import { normaliseWwpn } from '@anyblade/scsi'
import { fieldsOf, type JsonFields, listIn, numberIn, textIn } from './json-fields.ts'
import { parseQueueing, type Queueing } from './queueing.ts'
import { repairJson } from './repair.ts'

/** A name of a port is 16 hex digits; absent where the daemon says `[undef]`. */
export type DaemonPath = {
  /** The kernel's name, `sda`. */
  readonly device: string
  /** `8:16` */
  readonly number: string
  /** What device-mapper thinks: `active`, `failed`, `undef`. */
  readonly dmState: string
  /** What the SCSI layer thinks: `running`, `offline`, `transport-offline`, `blocked` … */
  readonly deviceState: string
  /** What the checker saw: `ready`, `ghost`, `faulty`, `shaky`, `delayed`, `i/o pending`, `i/o timeout`, `disconnected`. */
  readonly checkerState: string
  readonly checker: string
  readonly priority: number
  readonly initiatorNode?: string
  readonly targetNode?: string
  readonly initiator?: string
  readonly targetPort?: string
  readonly hostAdapter?: string
  /** 16 hex digits; since 0.8.9. */
  readonly lunHex?: string
  /** Since 0.8.3. */
  readonly marginal?: boolean
}

export type DaemonGroup = {
  readonly number: number
  readonly selector: string
  readonly priority: number
  /** `active`, `enabled`, `disabled`, `undef`. */
  readonly state: string
  readonly marginal?: boolean
  readonly paths: readonly DaemonPath[]
}

/** `activePaths` is the daemon's count of those in use, not the length of any list. There is no size: read sysfs. */
export type DaemonMap = {
  readonly name: string
  readonly wwid: string
  /** `dm-3`; empty before the map is in device-mapper. */
  readonly sysfs: string
  readonly failback: string
  readonly queueing: Queueing
  readonly activePaths: number
  readonly writable: boolean
  /** `active` or `suspend`. */
  readonly state: string
  readonly features: string
  readonly hardwareHandler: string
  readonly action: string
  readonly vendor: string
  readonly product: string
  readonly revision: string
  readonly pathFaults: number
  readonly mapLoads: number
  readonly totalQueueSeconds: number
  readonly queueTimeouts: number
  readonly groups: readonly DaemonGroup[]
}

/** Why a reply gives no maps: `broken` is no JSON even when repaired, `wrong-shape` holds no maps. */
export type MapsAnswer =
  | { readonly ok: true; readonly maps: readonly DaemonMap[] }
  | { readonly ok: false; readonly reason: 'broken' | 'wrong-shape'; readonly text: string }

/** Reads either form; the reply to `show map X json` gives one map. */
export function parseMaps(text: string): MapsAnswer {
  let json: unknown
  try {
    json = JSON.parse(repairJson(text))
  } catch {
    return { ok: false, reason: 'broken', text }
  }
  const fields = fieldsOf(json)
  const found = fields.get('maps') ?? (fields.has('map') ? [fields.get('map')] : undefined)
  if (!Array.isArray(found)) return { ok: false, reason: 'wrong-shape', text }
  return { ok: true, maps: found.map((map) => mapOf(fieldsOf(map))) }
}

function mapOf(map: JsonFields): DaemonMap {
  return {
    name: textIn(map, 'name'),
    wwid: textIn(map, 'uuid'),
    sysfs: textIn(map, 'sysfs'),
    failback: textIn(map, 'failback'),
    queueing: parseQueueing(textIn(map, 'queueing')),
    activePaths: numberIn(map, 'paths'),
    writable: textIn(map, 'write_prot') === 'rw',
    state: textIn(map, 'dm_st'),
    features: textIn(map, 'features'),
    hardwareHandler: textIn(map, 'hwhandler'),
    action: textIn(map, 'action'),
    vendor: textIn(map, 'vend'),
    product: textIn(map, 'prod'),
    revision: textIn(map, 'rev'),
    ...countsOf(map),
    groups: listIn(map, 'path_groups').map(groupOf),
  }
}

function countsOf(map: JsonFields): Pick<DaemonMap, 'pathFaults' | 'mapLoads' | 'totalQueueSeconds' | 'queueTimeouts'> {
  return {
    pathFaults: numberIn(map, 'path_faults'),
    mapLoads: numberIn(map, 'map_loads'),
    totalQueueSeconds: numberIn(map, 'total_q_time'),
    queueTimeouts: numberIn(map, 'q_timeouts'),
  }
}

function groupOf(group: JsonFields): DaemonGroup {
  return {
    number: numberIn(group, 'group'),
    selector: textIn(group, 'selector'),
    priority: numberIn(group, 'pri'),
    state: textIn(group, 'dm_st'),
    ...marginalOf(group),
    paths: listIn(group, 'paths').map(pathOf),
  }
}

function pathOf(path: JsonFields): DaemonPath {
  return {
    device: textIn(path, 'dev'),
    number: textIn(path, 'dev_t'),
    dmState: textIn(path, 'dm_st'),
    deviceState: textIn(path, 'dev_st'),
    checkerState: textIn(path, 'chk_st'),
    checker: textIn(path, 'checker'),
    priority: numberIn(path, 'pri'),
    ...portsOf(path),
    ...marginalOf(path),
  }
}

type Ports = Pick<DaemonPath, 'initiatorNode' | 'targetNode' | 'initiator' | 'targetPort' | 'hostAdapter' | 'lunHex'>

function portsOf(path: JsonFields): Ports {
  const initiatorNode = normaliseWwpn(textIn(path, 'host_wwnn'))
  const targetNode = normaliseWwpn(textIn(path, 'target_wwnn'))
  const initiator = normaliseWwpn(textIn(path, 'host_wwpn'))
  const targetPort = normaliseWwpn(textIn(path, 'target_wwpn'))
  const hostAdapter = textIn(path, 'host_adapter')
  const lunHex = /^0x([0-9a-f]{16})$/.exec(textIn(path, 'lun_hex'))?.[1]
  return {
    ...(initiatorNode !== undefined && { initiatorNode }),
    ...(targetNode !== undefined && { targetNode }),
    ...(initiator !== undefined && { initiator }),
    ...(targetPort !== undefined && { targetPort }),
    ...(hostAdapter !== '' && hostAdapter !== '[undef]' && { hostAdapter }),
    ...(lunHex !== undefined && { lunHex }),
  }
}

function marginalOf(fields: JsonFields): { readonly marginal?: boolean } {
  return fields.has('marginal_st') ? { marginal: textIn(fields, 'marginal_st') === 'marginal' } : {}
}
