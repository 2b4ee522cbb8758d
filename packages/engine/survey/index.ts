/** The door of the survey: what is asked, how it was answered, the answers joined. */
export { type Cold, coldOf, heldUpBy } from './cold.ts'
export { lunAt } from './disk.ts'
export type { GuestState, StateFile } from './guest-state.ts'
export { type HostDisks, ROOT_USE } from './host-disks.ts'
export type { HostSetup, RunningArray } from './host-setup.ts'
export type { Initramfs } from './initramfs.ts'
export { heardAt, isInterfaceName, type LanPlace, type LanQuestion, type LanSeen, lanUnion, placeText } from './lan.ts'
export { emulatorFor, isMachine, type Machine, type MachineSeen, machineWord } from './machines.ts'
export { type LunRow, matrix } from './matrix.ts'
export { EMULATOR_BYTES, freeOn, isActive, type Need, neededBy, vcpusOn } from './memory.ts'
export type { GuestMemory, LinkEnd, LinkSpeed } from './moving.ts'
export { isRegistrantOf, type Nexus, nexusesOf, registeredKeyOf } from './nexus.ts'
export { mapNamed, mapOfLun, pathsAtLun, pathsIn, pathsOn, pathsTo } from './paths.ts'
export {
  type BladeQuestion,
  configOn,
  EVERYTHING,
  everythingOn,
  NOTHING,
  type PathScope,
  type Question,
} from './question.ts'
export { excuse, type Reading, read, valueRead } from './reading.ts'
export type {
  ArrayReport,
  ArrayVolume,
  BladeReport,
  DmMap,
  Domain,
  DomainState,
  Emulator,
  FcHost,
  Host,
  HostMemory,
  HugePages,
  Identity,
  JournalLine,
  LunMapping,
  MapPath,
  MultipathFiles,
  PausedBy,
  PuppetAgent,
  RemotePort,
  RunHolder,
  RunReport,
  ScsiDevice,
  Tools,
} from './report.ts'
export { answerIn, keptAs, type PathReservation, type RegisteringDaemon, type Supported } from './reservation.ts'
export { type HeldSeen, type NexusSeen, type ReservationSeen, reservationSeen } from './reservation-seen.ts'
export { type Standstill, standstillOf } from './standstill.ts'
export {
  domainsOf,
  join,
  libvirtSilenceOf,
  type Path,
  reportOf,
  type Survey,
  silenceOf,
  sizeOf,
  wwidOf,
} from './survey.ts'
export type { PortTimers, Timers } from './timers.ts'
export { CREDENTIAL_FILES, type CredentialFile, type Credentials, type Login } from './trust.ts'
export { type Harm, type Link, linksOf, type Outage, type Toll, tollOf } from './what-if.ts'
