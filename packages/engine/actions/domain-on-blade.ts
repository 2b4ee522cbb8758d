/**
 * A VM's domain in a blade's libvirt: defined, started, stopped, set going again.
 * Starting, resuming and stopping have no way back of their own: what a guest has done since can't be taken back.
 */
import { type Alias, type BladeName, type Bytes, formatSize, type VmName, type Wwid } from '#documents'

/** A disk of a guest: the map that it has, and the LUN that this must be, by an INQUIRY at the last moment. */
export type GuestLun = { readonly alias: Alias; readonly wwid: Wwid }

type DomainOnBlade = { readonly blade: BladeName; readonly vm: VmName; readonly uuid: string }
export type DefineDomain = DomainOnBlade & { readonly kind: 'define-domain'; readonly xml: string }
/** Takes the definition away; never while the domain is active. */
export type UndefineDomain = DomainOnBlade & { readonly kind: 'undefine-domain'; readonly xml: string }
/** Its disks are asked once more who they are, right before and right after: who has become another is cut off. */
export type StartDomain = DomainOnBlade & { readonly kind: 'start-domain'; readonly disks: readonly GuestLun[] }
/** By whom a guest that shall go on was stopped: by an I/O error alone, or by that or an operator. */
export type PauseWanted = 'io-error' | 'either'
/** Sets a guest going that stands still, from its memory; its disks are asked as for a start, and so is why it stands still. */
export type ResumeDomain = DomainOnBlade & {
  readonly kind: 'resume-domain'
  readonly by: PauseWanted
  readonly disks: readonly GuestLun[]
}
/** `how`: ask the guest to shut down and wait, or cut it off. */
export type StopDomain = DomainOnBlade & { readonly kind: 'stop-domain'; readonly how: 'shutdown' | 'destroy' }
/** Tells the guest, where it runs, that its disk has grown. */
export type ResizeDisk = DomainOnBlade & { readonly kind: 'resize-disk'; readonly alias: Alias; readonly size: Bytes }
/** Takes a file out of one of its drives; a tray that the guest has locked is never forced. */
export type EjectMedium = DomainOnBlade & {
  readonly kind: 'eject-medium'
  /** As libvirt calls the drive: `sda`. */
  readonly drive: string
  readonly path: string
}
/** Puts it back; a drive that holds something else by then keeps it. */
export type InsertMedium = Omit<EjectMedium, 'kind'> & { readonly kind: 'insert-medium' }
export type DomainAction =
  | DefineDomain
  | UndefineDomain
  | StartDomain
  | ResumeDomain
  | StopDomain
  | ResizeDisk
  | EjectMedium
  | InsertMedium

export function inverseOfDomain(action: DomainAction): DomainAction | undefined {
  switch (action.kind) {
    case 'define-domain':
      return { ...action, kind: 'undefine-domain' }
    case 'undefine-domain':
      return { ...action, kind: 'define-domain' }
    case 'eject-medium':
      return { ...action, kind: 'insert-medium' }
    case 'insert-medium':
      return { ...action, kind: 'eject-medium' }
    case 'start-domain':
    case 'resume-domain':
    case 'stop-domain':
    case 'resize-disk':
      return undefined
  }
}

export function sentenceOfDomain(action: DomainAction): string {
  switch (action.kind) {
    case 'define-domain':
      return `define ${action.vm}, autostart off`
    case 'undefine-domain':
      return `undefine ${action.vm}`
    case 'start-domain':
      return `start ${action.vm}`
    case 'resume-domain':
      return `${action.vm} goes on from where it stopped`
    case 'stop-domain':
      return action.how === 'shutdown' ? `ask ${action.vm} to shut down and wait` : `cut ${action.vm} off`
    case 'eject-medium':
      return `eject ${action.path} from the drive ${action.drive} of ${action.vm}`
    case 'insert-medium':
      return `put ${action.path} back into the drive ${action.drive} of ${action.vm}`
    case 'resize-disk':
      return `${action.vm} sees ${action.alias} with ${formatSize(action.size)}`
  }
}
