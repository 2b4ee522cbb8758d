/**
 * libvirt's domain XML: read what matters, edit losslessly, write a new one; and what a host says that it can run.
 * Pure. May come in: XML texts and values. May not: I/O, another room.
 */

export {
  type Disk,
  type DiskDriver,
  type DiskReservations,
  type DiskSource,
  type DiskWriter,
  type Domain,
  type DomainCpu,
  type DomainCpuFeature,
  type DomainCpuMode,
  diskWriter,
  type Emulator,
  type Filesystem,
  type Firmware,
  type Graphics,
  type HostDevice,
  isDomainName,
  isMac,
  isUuid,
  type Lease,
  type NetworkInterface,
  type NetworkSource,
  type OperatingSystem,
  parseDomain,
  type SerialPort,
  type Tpm,
} from './domain/index.ts'
export {
  buildDomain,
  type NewBoot,
  type NewCpu,
  type NewDisk,
  type NewDomain,
  type NewInterface,
  type NewSerial,
} from './edits/build.ts'
export { type DiskDriverChange, withDiskDriver, withDiskSource, withEmptyDrive } from './edits/disk.ts'
export { withEmulator, withName, withUuid } from './edits/identity.ts'
export { type Change, managedDomain } from './edits/managed.ts'
export { DomainXmlError, type DomainXmlErrorCode, type Explanation, type Place } from './errors.ts'
export { type Capabilities, parseCapabilities } from './host/capabilities.ts'
export {
  type CustomModel,
  type DomainCapabilities,
  type HostModel,
  parseDomainCapabilities,
} from './host/domain-capabilities.ts'
export { type Fit, processorFits } from './host/processor.ts'
