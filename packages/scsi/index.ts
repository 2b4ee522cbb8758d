/**
 * The door of the room that knows SCSI names: WWIDs out of INQUIRY data, WWPNs, LUN numbers, sizes.
 * Names each public thing, has no code.
 */
export { bytesOfHex } from './bytes.ts'
export { type Capacity, parseReadCapacity10, parseReadCapacity16 } from './capacity.ts'
export { type Answers, type Identity, identify, idSerialOf } from './identify.ts'
export { type Inquiry, inquiryOf, parseInquiry } from './inquiry.ts'
export { type VpdAnswer, vpd80, vpd83 } from './libmultipath.ts'
export {
  byPathLun,
  type LunAddressing,
  type LunCoding,
  linuxCandidates,
  linuxOfByPath,
  linuxOfLun,
  linuxOfLunHex,
  lunHex,
  lunOfLinux,
} from './lun.ts'
export {
  escapeMapName,
  friendlyName,
  friendlyNumber,
  isPlainMapName,
  mapLinks,
  mapName,
  mapPath,
  mapUuid,
  maxMapNameBytes,
  parseMapUuid,
  partitionUuid,
  unescapeMapName,
} from './map-name.ts'
export { type Pages, type ScsiId, scsiId, scsiIdByPage80, scsiIdByPage83, scsiIdByPreSpc3Page83 } from './scsi-id.ts'
export { formatSerial, replaceCharacters, replaceWhitespace } from './udev-text.ts'
export { type Association, type CodeSet, type Designator, designators, supportedPages, unitSerial } from './vpd.ts'
export {
  dasdWwid,
  maxWwidBytes,
  type NvmeNamespace,
  nvmeWwid,
  type WwidKind,
  wwidKind,
  wwidOfNaa,
  wwidOfProperty,
} from './wwid.ts'
export { normaliseWwpn, wwpnOfSysfs, wwpnWithColons } from './wwpn.ts'
