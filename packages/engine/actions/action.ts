/**
 * The one vocabulary: plans are made of actions, journals hold them, hands carry them out. An action is data, and can
 * be printed, compared, journaled and carried out by another process than the one that planned it.
 */
import type { BladeName } from '#documents'
import { type AliasAction, type InstallConfig, inverseOfAlias, sentenceOfAlias } from './alias-on-blade.ts'
import { type BaselineAction, inverseOfBaseline, sentenceOfBaseline } from './baseline-on-blade.ts'
import { inverseOfConfig, type SetConfig, sentenceOfConfig } from './config-on-blade.ts'
import {
  type AgentAct,
  type CheckConfig,
  type ConfigAction,
  type DeliverConfig,
  type DeliveryAction,
  inverseOfDelivery,
  type PublishConfig,
  sentenceOfDelivery,
} from './delivery.ts'
import { type DomainAction, inverseOfDomain, sentenceOfDomain } from './domain-on-blade.ts'
import { type FenceAction, sentenceOfFence } from './fence-on-blade.ts'
import { type HandOverAction, inverseOfHandOver, sentenceOfHandOver } from './hand-over-on-blade.ts'
import { type LeaveFleet, sentenceOfLeaving } from './leave-on-blade.ts'
import { inverseOfLun, type LunAction, sentenceOfLun } from './lun-on-blade.ts'
import { type PowerOff, sentenceOfPower } from './power.ts'
import { type RecordDocuments, sentenceOfRecord } from './record.ts'
import { inverseOfReservation, type ReservationAction, sentenceOfReservation } from './reservation-on-blade.ts'
import {
  type BroughtState,
  inverseOfState,
  type RestoreState,
  type StateAction,
  sentenceOfState,
} from './state-on-blade.ts'
import { inverseOfTrust, sentenceOfTrust, type TrustAction } from './trust-on-blade.ts'
import { type ArrayAction, inverseOnArray, sentenceOnArray } from './volume-on-array.ts'
import { sentenceOfWork, type WorkAction } from './work-on-blade.ts'

export type BladeAction =
  | LunAction
  | AliasAction
  | DomainAction
  | ReservationAction
  | HandOverAction
  | BaselineAction
  | SetConfig
  | CheckConfig
  | DeliverConfig
  | FenceAction
  | LeaveFleet
  | TrustAction
  | WorkAction
  | StateAction
export type Action = BladeAction | ArrayAction | PowerOff | PublishConfig | RecordDocuments
/** What a blade is really told to do: nothing in it is open any more. */
export type BladeAct =
  | Exclude<BladeAction, ConfigAction | DeliveryAction | RestoreState>
  | InstallConfig
  | AgentAct
  | BroughtState

/** The action that takes `action` back, or undefined where there is no way back. */
export const inverse = (action: Action): Action | undefined => told(action).inverse

/** One sentence for people, without the place. */
export const sentence = (action: Action): string => told(action).sentence

/** What an action's own file says of it. */
function told(action: Action): { readonly inverse: Action | undefined; readonly sentence: string } {
  switch (action.kind) {
    case 'tag-volume':
    case 'untag-volume':
    case 'grow-volume':
    case 'carve-volume':
    case 'delete-volume':
    case 'map-volume':
    case 'unmap-volume':
    case 'show-volume':
    case 'hide-volume':
      return { inverse: inverseOnArray(action), sentence: sentenceOnArray(action) }
    case 'check-lun-free':
    case 'remove-paths':
    case 'scan-lun':
    case 'rescan-lun':
    case 'remove-stale':
    case 'flush-map':
    case 'check-unused':
    case 'forget-lun':
    case 'certify-gone':
    case 'rescan-paths':
    case 'resize-map':
      return { inverse: inverseOfLun(action), sentence: sentenceOfLun(action) }
    case 'add-aliases':
    case 'remove-aliases':
    case 'rename-aliases':
    case 'hold-out':
    case 'let-in':
      return { inverse: inverseOfAlias(action), sentence: sentenceOfAlias(action) }
    case 'install-host-file':
    case 'set-overrides':
    case 'disable-autostart':
    case 'enable-autostart':
      return { inverse: inverseOfBaseline(action), sentence: sentenceOfBaseline(action) }
    case 'set-config':
      return { inverse: inverseOfConfig(action), sentence: sentenceOfConfig(action) }
    case 'check-config':
    case 'publish-config':
    case 'deliver-config':
      return { inverse: inverseOfDelivery(action), sentence: sentenceOfDelivery(action) }
    case 'define-domain':
    case 'undefine-domain':
    case 'start-domain':
    case 'resume-domain':
    case 'stop-domain':
    case 'resize-disk':
    case 'eject-medium':
    case 'insert-medium':
      return { inverse: inverseOfDomain(action), sentence: sentenceOfDomain(action) }
    case 'register-key':
    case 'reserve-volume':
    case 'reassert-volume':
    case 'unregister-key':
    case 'preempt-key':
      return { inverse: inverseOfReservation(action), sentence: sentenceOfReservation(action) }
    case 'await-landing':
    case 'dismiss-unit':
    case 'migrate-domain':
    case 'hold-landing':
    case 'ask-source':
    case 'take-landing':
    case 'clear-source':
    case 'drop-landing':
    case 'give-back':
      return { inverse: inverseOfHandOver(action), sentence: sentenceOfHandOver(action) }
    case 'fence-volume':
    case 'hold-fence':
    case 'drop-keys':
      return { inverse: undefined, sentence: sentenceOfFence(action) }
    case 'make-key':
    case 'drop-key':
    case 'set-trust':
      return { inverse: inverseOfTrust(action), sentence: sentenceOfTrust(action) }
    case 'leave-fleet':
      return { inverse: undefined, sentence: sentenceOfLeaving(action) }
    case 'check-command':
    case 'run-command':
    case 'reboot-host':
      return { inverse: undefined, sentence: sentenceOfWork(action) }
    case 'restore-state':
    case 'remove-state':
      return { inverse: inverseOfState(action), sentence: sentenceOfState(action) }
    case 'power-off':
      return { inverse: undefined, sentence: sentenceOfPower(action) }
    case 'record-documents':
      // the next commit says what is true then
      return { inverse: undefined, sentence: sentenceOfRecord(action) }
  }
}

/** Where it happens: a blade, an array, a blade's power, puppet's module, or the fleet's documents. */
export const placeOf = (action: Action): string =>
  'blade' in action ? action.blade : 'array' in action ? action.array : ELSEWHERE[action.kind]

const ELSEWHERE = { 'power-off': 'power', 'publish-config': 'puppet', 'record-documents': 'record' } as const

export const bladesOf = (action: Action): BladeName[] => {
  if (action.kind === 'migrate-domain') return [action.blade, action.destination]
  if (action.kind === 'preempt-key') return [action.blade, action.from]
  return 'blade' in action ? [action.blade] : []
}

export const isOnBlade = (action: Action): action is BladeAction => 'blade' in action
export const isOnArray = (action: Action): action is ArrayAction => 'array' in action
