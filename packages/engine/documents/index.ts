/** The door of documents: names and measures, schemas, the fleet. */
export { writersInDomain } from './domain-writer.ts'
export {
  type Blade,
  type Fleet,
  fabricOf,
  fabricsWanted,
  freeLun,
  hasOneWriter,
  type Misfit,
  misfits,
  type StorageArray,
  type Vm,
  type Volume,
} from './fleet.ts'
export {
  type Alias,
  type ArrayName,
  alias,
  arrayName,
  type BladeName,
  type Bytes,
  bladeName,
  colonWwpn,
  type FabricName,
  fabricName,
  type LunNumber,
  lunNumber,
  NAME,
  type RunId,
  runId,
  type VmName,
  vmName,
  type Wwid,
  type Wwpn,
  wwid,
  wwpn,
} from './names.ts'
export { documentedKey, freeBladeKey, type KeyOwner, keyOwner, ownerText, reservationKey } from './reservation-key.ts'
export {
  type ArrayDocument,
  type BladeDocument,
  type Checked,
  check,
  type DocumentKind,
  type FleetDocument,
  jsonSchema,
  type Problem,
  type VmDocument,
  type VolumeDocument,
  volumeFields,
  type WriterClass,
} from './schema.ts'
export { formatSize, lunSize, parseSize } from './size.ts'
