/**
 * The door of the room that knows SCSI names: WWIDs out of INQUIRY data, WWPNs, LUN numbers, sizes; and persistent
 * reservations, as bytes and as rules.
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
export {
  type Answer,
  type AnswerFault,
  type FullStatus,
  parseReadFullStatus,
  parseReadKeys,
  parseReadReservation,
  parseReportCapabilities,
  type ReadKeys,
  type ReadReservation,
  type Registrant,
  type ReservationCapabilities,
} from './reservation/answer.ts'
export {
  type OutBytes,
  READ_ACTIONS,
  type ReadAction,
  type ReserveOut,
  reserveIn,
  reserveOut,
} from './reservation/command.ts'
export {
  type KeyParts,
  keyOf,
  keyParts,
  keyText,
  NO_KEY,
  type PrkeysLine,
  parseKey,
  parsePrkeys,
  type ReservationKey,
  type WrittenKey,
} from './reservation/key.ts'
export {
  type Applied,
  applyReservation,
  type Held,
  heldKey,
  type ModelCommand,
  mayRead,
  mayWrite,
  type Nexus,
  powerLost,
  type Registration,
  type ReservationState,
  registeredKey,
  sameNexus,
  UNRESERVED,
  unmapped,
} from './reservation/model.ts'
export { initiatorText, parseTransportId, type TransportId } from './reservation/transport-id.ts'
export {
  isOfAllRegistrants,
  mayReadUnder,
  mayWriteUnder,
  RESERVATION_TYPES,
  type ReservationType,
  type Standing,
  typeOf,
  typeText,
} from './reservation/type.ts'
export { type Pages, type ScsiId, scsiId, scsiIdByPage80, scsiIdByPage83, scsiIdByPreSpc3Page83 } from './scsi-id.ts'
export { formatSerial, replaceCharacters, replaceWhitespace } from './udev-text.ts'
export {
  type Association,
  type CodeSet,
  type Designator,
  designators,
  relativeTargetPort,
  supportedPages,
  unitSerial,
} from './vpd.ts'
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
