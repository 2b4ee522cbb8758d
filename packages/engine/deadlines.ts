/** How long anything may take before it counts as hanging, in ms. Emulated and overloaded blades were allowed for. */
import type { Action } from '#actions'
import type { Question } from '#survey'

const SECOND = 1000
/** A lease that nobody renews lasts so long: an operator who is cut off holds others up no longer. */
export const LEASE_SECONDS = 120
export const DEADLINE_MS = {
  /** Where a lease is waited for, it has run out by then. */
  lease: (LEASE_SECONDS + 60) * SECOND,
  look: 45 * SECOND,
  note: 30 * SECOND,
  record: 60 * SECOND,
  onArray: 60 * SECOND,
  power: 60 * SECOND,
} as const

/** For each LUN more that one act is about, up to so many in all. */
const EACH_SECONDS = 10
const MORE_SECONDS = 900
const LOOK_EACH_SECONDS = 5
const LOOK_MORE_SECONDS = 300
const moreFor = (all: readonly unknown[]): number => Math.min(MORE_SECONDS, EACH_SECONDS * (all.length - 1))

/** In the midst of a plan: a blade that has just been given many LUNs is at work on them, and answers later. */
export function lookDeadline({ blades }: Question): number {
  const luns = [...blades.values()].map(({ paths }) => (typeof paths === 'string' ? 0 : paths.luns.length))
  return DEADLINE_MS.look + Math.min(LOOK_MORE_SECONDS, LOOK_EACH_SECONDS * Math.max(0, ...luns)) * SECOND
}

/** An act's deadline: on the blade the act itself is cut off, and says what it was stuck in. */
export function deadlineOf(action: Action): number {
  switch (action.kind) {
    case 'migrate-domain':
      return 6 * 3600 * SECOND // large guests on slow links; `migrate` is cancelled by the operator, not by a clock
    case 'add-aliases':
    case 'remove-aliases':
    case 'rename-aliases':
    case 'hold-out':
    case 'let-in':
    case 'set-overrides':
    case 'set-config':
      // check, install, reconfigure, wait until idle, wait for the maps; udev reads each path of a new one
      return (180 + ('aliases' in action ? moreFor(action.aliases) : 0)) * SECOND
    case 'check-config':
      return deadlineOf(action.change)
    case 'deliver-config':
      // one run of the agent may be under way and is waited for as long as ours may take
      return deadlineOf(action.change) + 2 * action.agent.seconds * SECOND
    case 'stop-domain':
      // cutting off is libvirt's own work and waits for no guest; a fence must not wait for a blade that hangs
      return (action.how === 'shutdown' ? 180 : 60) * SECOND
    case 'check-lun-free':
    case 'remove-paths':
    case 'scan-lun':
    case 'rescan-lun':
    case 'flush-map':
    case 'rescan-paths':
    case 'resize-map':
    case 'forget-lun':
    case 'certify-gone':
      return (90 + moreFor(action.luns)) * SECOND
    case 'run-command':
      // what is left for the lock, for ending what hangs and for the journal
      return (action.seconds + 60) * SECOND
    case 'remove-stale':
      return (90 + moreFor(action.devices)) * SECOND
    default:
      return 90 * SECOND
  }
}
