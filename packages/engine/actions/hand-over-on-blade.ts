/**
 * A running VM passes from one blade to another (DESIGN "Migration"). A unit at the destination waits from before the
 * move and acts on the landing by itself: preempt, read back, ask whether the source has run since, resume, announce.
 * The actions after the move are for a landing that the unit could not end: whoever reaches both blades ends it, in the
 * same order, forward or, where the source's memory is the newer one, back. None has an inverse: what a guest has done
 * can't be taken back.
 */
import type { ReservationKey } from '@anyblade/scsi'
import type { Alias, BladeName, VmName } from '#documents'
import type { GuestLun } from './domain-on-blade.ts'
import type { AnswerRef } from './evidence.ts'
import type { Transfer } from './transfer.ts'

/** A volume that the array keeps to one writer; `ours` is the acting blade's key, `theirs` the other side's. */
export type HandOverKey = { readonly alias: Alias; readonly ours: ReservationKey; readonly theirs: ReservationKey }

type OfVm = { readonly blade: BladeName; readonly vm: VmName; readonly uuid: string }
type WithKeys = OfVm & { readonly keys: readonly HandOverKey[] }
/** How the VM is and shall be again: one that was paused stays paused. */
export type Pace = 'running' | 'paused'

/** Who goes on with a guest asks each of its disks who it is, right before. */
type WithDisks = WithKeys & { readonly disks: readonly GuestLun[] }

export type AwaitLanding = WithDisks & { readonly kind: 'await-landing'; readonly pace: Pace }
/** Ends the unit; it has not acted yet. */
export type DismissUnit = OfVm & { readonly kind: 'dismiss-unit' }
/**
 * `uri` is the destination's libvirt as the source reaches it; `migrateUri`: where the memory goes, tcp://HOST, left out where
 * the destination's libvirt says it itself.
 */
type Way = { readonly uri: string; readonly migrateUri?: string; readonly transfer: Transfer }

/**
 * Pre-copy, peer to peer: one call to the source, which talks to the destination itself; it lands paused. Where its last rung is
 * post-copy a second one, that lands running. `emulator` runs it there, where that has not the one that runs it here. Answers
 * `taken` or `unsettled`.
 */
export type MigrateDomain = WithKeys &
  Way & { readonly kind: 'migrate-domain'; readonly destination: BladeName; readonly emulator?: string }
/** At the destination: from here on the source can't write. Answers `held`, `taken`, `switched` (by post-copy), or `absent`: nothing is there. */
export type HoldLanding = WithKeys & { readonly kind: 'hold-landing' }
/**
 * At the source, after that: has it run since it was suspended? Answers `gone`, `ran`, or `idle`, and what is idle is made
 * to stay so; where nothing has landed, and nothing comes any more, `stays`. Where it was switched to post-copy what is missing
 * of its memory is brought to the destination, and then it is gone; or `lost`.
 */
export type AskSource = OfVm & Way & { readonly kind: 'ask-source'; readonly pace: Pace; readonly landing: AnswerRef }
/** At the destination: go on from the memory that landed, or end what is left of one that is lost. Refused where the source has run. */
export type TakeLanding = WithDisks & { readonly kind: 'take-landing'; readonly pace: Pace; readonly source: AnswerRef }
/** At the source: what is left of it goes, and multipathd there forgets the key. */
export type ClearSource = WithKeys & { readonly kind: 'clear-source' }
/** At the destination: the copy that landed goes, and nobody goes on from it. Refused where it may have run. */
export type DropLanding = OfVm & { readonly kind: 'drop-landing' }
/** At the source, after that: it may write again, and goes on. */
export type GiveBack = WithKeys & { readonly kind: 'give-back'; readonly pace: Pace }

export type HandOverAction =
  | AwaitLanding
  | DismissUnit
  | MigrateDomain
  | HoldLanding
  | AskSource
  | TakeLanding
  | ClearSource
  | DropLanding
  | GiveBack

export function inverseOfHandOver(action: HandOverAction): DismissUnit | undefined {
  if (action.kind !== 'await-landing') return undefined
  const { blade, vm, uuid } = action
  return { kind: 'dismiss-unit', blade, vm, uuid }
}

const WRAPPED = { tls: 'encrypted by TLS', ssh: 'through ssh' } as const

function onItsWay({ migrateUri, transfer }: MigrateDomain): string {
  const { bandwidthMibPerSecond, connections, compresses, encrypted } = transfer
  return [
    ...(migrateUri === undefined ? [] : [`its memory to ${migrateUri}`]),
    ...(bandwidthMibPerSecond === undefined ? [] : [`at most ${bandwidthMibPerSecond} MiB/s`]),
    ...(connections === undefined ? [] : [`over ${connections} connections`]),
    ...(compresses ? ['compressed'] : []),
    encrypted === undefined ? 'not encrypted' : WRAPPED[encrypted],
  ]
    .map((one) => `, ${one}`)
    .join('')
}

const runBy = ({ emulator }: MigrateDomain): string => (emulator === undefined ? '' : `; ${emulator} runs it there`)

export function sentenceOfHandOver(action: HandOverAction): string {
  switch (action.kind) {
    case 'await-landing':
      return `wait for ${action.vm} to land: a unit that takes it over by itself`
    case 'dismiss-unit':
      return `end the unit that waits for ${action.vm}`
    case 'migrate-domain':
      return `move ${action.vm} to ${action.destination} live, pre-copy, peer to peer, to land paused${onItsWay(action)}${runBy(action)}${action.transfer.postCopy ? '; at last by post-copy' : ''}`
    case 'hold-landing':
      return `make sure that the source of ${action.vm} can't write any more`
    case 'ask-source':
      return `ask whether ${action.vm} has run here since it was suspended`
    case 'take-landing':
      return `go on with ${action.vm} from the memory that landed`
    case 'clear-source':
      return `remove what is left of ${action.vm} here`
    case 'drop-landing':
      return `remove the copy of ${action.vm} that landed: its memory is the older one`
    case 'give-back':
      return `let ${action.vm} write here again, and go on`
  }
}
