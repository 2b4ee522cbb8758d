/** The door of the reading stage: what a domain's XML says. */
export { type DomainCpu, type DomainCpuFeature, type DomainCpuMode, readFeature } from './cpu.ts'
export type { Filesystem, Graphics, HostDevice, Lease, SerialPort, Tpm } from './device.ts'
export type { Disk, DiskDriver, DiskReservations, DiskSource } from './disk.ts'
export { type Domain, type DomainDocument, documentOf, type Emulator, parseDomain } from './domain.ts'
export { isDomainName, isMac, isUuid, uuidOf } from './names.ts'
export type { NetworkInterface, NetworkSource } from './network-interface.ts'
export type { Firmware, OperatingSystem } from './operating-system.ts'
export { type DiskWriter, diskWriter } from './writer.ts'
