/** The door of the actions: the vocabulary of plans, journals and hands. */
export {
  type Action,
  type BladeAct,
  type BladeAction,
  bladesOf,
  inverse,
  isOnArray,
  isOnBlade,
  placeOf,
  sentence,
} from './action.ts'
export type { AliasAction, ConfigChange, InstallConfig } from './alias-on-blade.ts'
export {
  type BaselineAction,
  type Difference,
  differenceOf,
  type Overrides,
  type SetOverrides,
} from './baseline-on-blade.ts'
export { type ConfigText, installOf, type SetConfig } from './config-on-blade.ts'
export {
  type AgentAct,
  type ConfigAction,
  type DeliveryAction,
  isConfig,
  type PublishConfig,
} from './delivery.ts'
export type { DomainAction, EjectMedium, GuestLun, InsertMedium, PauseWanted } from './domain-on-blade.ts'
export { type AnswerRef, type Evidence, evidenceOf, linesOf, NO_EVIDENCE, type WwidRef } from './evidence.ts'
export type { BarredVolume, FenceAction } from './fence-on-blade.ts'
export { fewOf } from './few.ts'
export type { HandOverAction, HandOverKey, MigrateDomain, Pace } from './hand-over-on-blade.ts'
export type { LunAction, RemoveStale, ShownLun } from './lun-on-blade.ts'
export type { PowerOff } from './power.ts'
export type { DocumentChange, Field, RecordDocuments } from './record.ts'
export type { ReservationAction } from './reservation-on-blade.ts'
export type { BroughtState, RemoveState, RestoreState } from './state-on-blade.ts'
export {
  clashOf,
  ENCRYPTIONS,
  type Encryption,
  type Transfer,
  type TransferWishes,
  transferOf,
} from './transfer.ts'
export { keyFile, type SetTrust, type TrustAction, type TrustChange, type TrustLine } from './trust-on-blade.ts'
export type { ArrayAction, ShowVolume } from './volume-on-array.ts'
