/**
 * libvirt's RPC over any two-way stream: the connection, the procedures we need, events, migration.
 * May come in: a connected stream and values. May not: how the stream was made (drivers), reading of domain XML,
 * decisions.
 */
export {
  defineDomain,
  destroyDomain,
  findByName,
  findByUuid,
  listDomains,
  resizeDisk,
  resumeDomain,
  shutdownDomain,
  startDomain,
  stateOf,
  suspendDomain,
  undefineDomain,
  xmlOf,
} from './domains/domain.ts'
export { unwatchEvents, watchEvents } from './domains/events.ts'
export { abortJob, jobInfoOf, jobOf } from './domains/job.ts'
export { MIGRATE_FLAGS, type MigrateFlag, type Migration, migrate, startPostCopy } from './domains/migration.ts'
export { type DomainStats, type StatsGroup, statsOfAll } from './domains/stats.ts'
export {
  type Explanation,
  LibvirtError,
  type LibvirtErrorCode,
  LibvirtLost,
  LibvirtRefused,
  REFUSAL,
  type Refusal,
} from './errors.ts'
export { type CpuComparison, capabilities, compareCpu, domainCapabilities, hostname, libVersion } from './host/host.ts'
export { close, type OpenOptions, open, USUAL_KEEPALIVE } from './host/open.ts'
export {
  type DomainRef,
  type DomainState,
  type DomainStateName,
  type EmulatorChoice,
  type EventKind,
  isUuidText,
  type JobInfo,
  type JobOperation,
  type JobProgress,
  type JobType,
  type LibvirtEvent,
  type LifecycleChange,
  numberOf,
  type TypedParameters,
  type TypedValue,
  textOf,
} from './protocol/index.ts'
export { type Ending, type KeepaliveOptions, type Limits, Session, type SessionOptions } from './session/index.ts'
