/**
 * A LUN appearing on a blade, and leaving it again without a trace.
 * The way back follows the one order that leaves nothing behind: flush the maps on every blade, unmap on the array, then
 * delete the paths (facts measured: deleting sdX while the array still maps them came back 10 of 10). A plan gets this
 * order by its own: `check-lun-free` stands before the mapping, `scan-lun` behind it.
 */
import { type Alias, type BladeName, type Bytes, formatSize, type LunNumber, type Wwid, type Wwpn } from '#documents'
import type { WwidRef } from './evidence.ts'
import { fewOf } from './few.ts'

/** A volume as its array shows it. */
export type ShownLun = { readonly volume: Alias; readonly lun: LunNumber; readonly wwid: WwidRef }
type OnBlade = {
  readonly blade: BladeName
  /** The array's ports: a path through any other port is none of this volume's. */
  readonly targetPorts: readonly Wwpn[]
}
type LunOnBlade = OnBlade & ShownLun
/** Several at once, all of one array: a blade is asked, scanned and cleared in one round trip. */
type LunsOnBlade = OnBlade & { readonly luns: readonly ShownLun[] }

/** Changes nothing: fails when the kernel still has a device at one of the LUN numbers, which the array might reuse. */
export type CheckLunFree = LunsOnBlade & { readonly kind: 'check-lun-free' }
/** Deletes the sdX of each WWID at its LUN number, by H:C:T:L, each after a fresh INQUIRY or none of that LUN at all. */
export type RemovePaths = LunsOnBlade & { readonly kind: 'remove-paths' }
/** Narrow scan of (channel, target, LUN) on the FC hosts that see the target ports. */
export type ScanLun = LunsOnBlade & { readonly kind: 'scan-lun' }
/** The same for LUNs that were there before; it is not taken back, for what hangs on their other paths would go with it. */
export type RescanLun = LunsOnBlade & { readonly kind: 'rescan-lun' }
/** A device that the host takes for `was` and that is `is`. */
export type Stale = { readonly hctl: string; readonly was: Wwid; readonly is: Wwid }
/**
 * Deletes devices that became another LUN, by H:C:T:L: each only where a fresh INQUIRY says again that it is another than
 * the kernel, or the map that holds it, has it for, and only where nobody uses it.
 */
export type RemoveStale = {
  readonly kind: 'remove-stale'
  readonly blade: BladeName
  readonly devices: readonly Stale[]
  /** Whose names the devices bear, or should. */
  readonly volumes: readonly Alias[]
}
/** Flushes the map of each WWID, where there is one; refused by the kernel while somebody holds it. */
export type FlushMap = LunsOnBlade & { readonly kind: 'flush-map' }
/** Changes nothing: fails, and names who it is, when anything on the blade uses the LUN. */
export type CheckUnused = LunOnBlade & { readonly kind: 'check-unused' }
/** Takes away what the tools have written down of LUNs that are gone: lines in multipath's files, LVM's entries, links. */
export type ForgetLun = LunsOnBlade & { readonly kind: 'forget-lun' }
/** Changes nothing: looks, place by place, that nothing of any LUN is left on the blade; its evidence is the certificate. */
export type CertifyGone = LunsOnBlade & { readonly kind: 'certify-gone' }
/** Lets the kernel read anew how large each path is, once each says itself that it has grown to `size`. */
export type RescanPaths = LunsOnBlade & { readonly kind: 'rescan-paths'; readonly size: Bytes }
/** Lets each map grow to what all its paths have. */
export type ResizeMap = LunsOnBlade & { readonly kind: 'resize-map'; readonly size: Bytes }
export type LunAction =
  | CheckLunFree
  | RemovePaths
  | ScanLun
  | RescanLun
  | RemoveStale
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
    case 'rescan-lun':
    case 'remove-stale':
      return undefined // what was only looked at, remembered or believed needs no way back
    case 'rescan-paths':
    case 'resize-map':
      return undefined // a guest may have written behind the old end
  }
}

export function sentenceOfLun(action: LunAction): string {
  switch (action.kind) {
    case 'check-lun-free':
      return `nothing sits at LUN ${numbersOf(action)} yet`
    case 'remove-paths':
      return `remove the paths at LUN ${numbersOf(action)} that lead to ${volumesOf(action)}`
    case 'remove-stale':
      return `delete ${fewOf(action.devices.map(({ hctl }) => hctl))}, which became another LUN`
    case 'scan-lun':
    case 'rescan-lun':
      return `scan the FC hosts for LUN ${numbersOf(action)}`
    case 'flush-map':
      return `flush the map of ${volumesOf(action)}`
    case 'check-unused':
      return `nobody uses ${action.volume}`
    case 'forget-lun':
      return `forget what multipath and LVM have noted of ${volumesOf(action)}`
    case 'certify-gone':
      return `nothing of ${volumesOf(action)} is left`
    case 'rescan-paths':
      return `rescan every path of ${volumesOf(action)} for ${formatSize(action.size)}`
    case 'resize-map':
      return `let the map of ${volumesOf(action)} grow to ${formatSize(action.size)}`
  }
}

const numbersOf = ({ luns }: LunsOnBlade): string => fewOf(luns.map(({ lun }) => lun))
const volumesOf = ({ luns }: LunsOnBlade): string => fewOf(luns.map(({ volume }) => volume))
