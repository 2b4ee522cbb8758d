/**
 * A LUN appearing on a blade, and leaving it again without a trace.
 * The way back follows the one order that leaves nothing behind: flush the maps on every blade, unmap on the array, then
 * delete the paths (facts measured: deleting sdX while the array still maps them came back 10 of 10). A plan gets this
 * order by its own: `check-lun-free` stands before the mapping, `scan-lun` behind it.
 */
import { type Alias, type BladeName, type Bytes, formatSize, type LunNumber, type Wwpn } from '#documents'
import type { WwidRef } from './evidence.ts'

type LunOnBlade = {
  readonly blade: BladeName
  readonly volume: Alias
  readonly lun: LunNumber
  /** The array's ports: a path through any other port is none of this volume's. */
  readonly targetPorts: readonly Wwpn[]
  readonly wwid: WwidRef
}

/** Changes nothing: fails when the kernel still has a device at this LUN number, which the array might reuse. */
export type CheckLunFree = LunOnBlade & { readonly kind: 'check-lun-free' }
/** Deletes the sdX of this WWID at this LUN number, by H:C:T:L, each after a fresh INQUIRY or none at all. */
export type RemovePaths = LunOnBlade & { readonly kind: 'remove-paths' }
/** Narrow scan of (channel, target, LUN) on the FC hosts that see the target ports. */
export type ScanLun = LunOnBlade & { readonly kind: 'scan-lun' }
/** Flushes the map of this WWID, if there is one; refused by the kernel while somebody holds it. */
export type FlushMap = LunOnBlade & { readonly kind: 'flush-map' }
/** Changes nothing: fails, and names who it is, when anything on the blade uses the LUN. */
export type CheckUnused = LunOnBlade & { readonly kind: 'check-unused' }
/** Takes away what the tools have written down of a LUN that is gone: lines in multipath's files, LVM's entry, links. */
export type ForgetLun = LunOnBlade & { readonly kind: 'forget-lun' }
/** Changes nothing: looks, place by place, that nothing of the LUN is left on the blade; its evidence is the certificate. */
export type CertifyGone = LunOnBlade & { readonly kind: 'certify-gone' }
/** Lets the kernel read anew how large each path is, once each says itself that it has grown. */
export type RescanPaths = LunOnBlade & { readonly kind: 'rescan-paths'; readonly size: Bytes }
/** Lets the map grow to what all its paths have. */
export type ResizeMap = LunOnBlade & { readonly kind: 'resize-map'; readonly size: Bytes }
export type LunAction =
  | CheckLunFree
  | RemovePaths
  | ScanLun
  | FlushMap
  | CheckUnused
  | ForgetLun
  | CertifyGone
  | RescanPaths
  | ResizeMap

export function inverseOfLun(action: LunAction): LunAction | undefined {
  switch (action.kind) {
    case 'check-lun-free':
      return { ...action, kind: 'remove-paths' }
    case 'remove-paths':
      return { ...action, kind: 'check-lun-free' }
    case 'scan-lun':
      return { ...action, kind: 'flush-map' }
    case 'flush-map':
      return { ...action, kind: 'scan-lun' }
    case 'check-unused':
    case 'forget-lun':
    case 'certify-gone':
      return undefined // what was only looked at, or only remembered, needs no way back
    case 'rescan-paths':
    case 'resize-map':
      return undefined // a guest may have written behind the old end
  }
}

export function sentenceOfLun(action: LunAction): string {
  switch (action.kind) {
    case 'check-lun-free':
      return `nothing sits at LUN ${action.lun} yet`
    case 'remove-paths':
      return `remove the paths at LUN ${action.lun} that lead to ${action.volume}`
    case 'scan-lun':
      return `scan the FC hosts for LUN ${action.lun}`
    case 'flush-map':
      return `flush the map of ${action.volume}`
    case 'check-unused':
      return `nobody uses ${action.volume}`
    case 'forget-lun':
      return `forget what multipath and LVM have noted of ${action.volume}`
    case 'certify-gone':
      return `nothing of ${action.volume} is left`
    case 'rescan-paths':
      return `rescan every path of ${action.volume} for ${formatSize(action.size)}`
    case 'resize-map':
      return `let the map of ${action.volume} grow to ${formatSize(action.size)}`
  }
}
