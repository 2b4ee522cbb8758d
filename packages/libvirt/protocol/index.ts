/** The door of the protocol: what messages look like. Interface facts in tables of our own; no file of libvirt's. */
export { type DomainRef, isUuidText, readDomainRef, writeDomainRef } from './domain-ref.ts'
export { EVENT_KINDS, type EventKind, eventKindOf, type LibvirtEvent, readEvent } from './events.ts'
export {
  decodeFrame,
  encodeFrame,
  type Frame,
  LONGEST_FRAME_BYTES,
  type MessageType,
  PROGRAM,
  SHORTEST_FRAME_BYTES,
} from './frame.ts'
export { type JobOperation, type JobProgress, type JobType, jobProgress } from './job.ts'
export { type EmulatorChoice, type JobInfo, type Procedure, procedures } from './procedures.ts'
export { readRefusal } from './refusal.ts'
export {
  numberOf,
  readParameters,
  type TypedParameters,
  type TypedValue,
  textOf,
  writeParameters,
} from './typed-parameter.ts'
export { type DomainState, type DomainStateName, domainState, type LifecycleChange, lifecycle } from './words.ts'
