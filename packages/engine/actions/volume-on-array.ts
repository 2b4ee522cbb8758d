/**
 * Carving a volume on the array, or taking over what is there, and showing it to the blades; and all of it taken back.
 * Each looks for the tag first: a lost reply makes no second LUN. Deleting is only ever the way back of a carving.
 */
import type { Alias, ArrayName, BladeName, Bytes, LunNumber, Wwpn } from '#documents'
import { formatSize } from '#documents'
import type { WwidRef } from './evidence.ts'

type OnArray = { readonly array: ArrayName; readonly volume: Alias; readonly tag: string }

export type CarveVolume = OnArray & { readonly kind: 'carve-volume'; readonly size: Bytes }
export type DeleteVolume = OnArray & { readonly kind: 'delete-volume'; readonly size: Bytes }
export type MapVolume = OnArray & {
  readonly kind: 'map-volume'
  readonly lun: LunNumber
  readonly initiators: readonly Wwpn[]
  readonly wwid: WwidRef
}
export type UnmapVolume = Omit<MapVolume, 'kind'> & { readonly kind: 'unmap-volume' }
/** Shows a volume to one blade, or hides it from that blade alone; what others see of it stays. */
export type ShowVolume = Omit<MapVolume, 'kind'> & { readonly kind: 'show-volume'; readonly initiatorsOf: BladeName }
export type HideVolume = Omit<ShowVolume, 'kind'> & { readonly kind: 'hide-volume' }
/** Never smaller; to a size that it has already, nothing is done. */
export type GrowVolume = OnArray & { readonly kind: 'grow-volume'; readonly size: Bytes; readonly wwid: WwidRef }
/**
 * What is there already becomes this fleet's own, by its id, or stops being it: its data and who sees it stay as they are.
 * Refused for what bears the mark of another volume, or of another fleet.
 */
export type TagVolume = OnArray & { readonly kind: 'tag-volume'; readonly wwid: WwidRef }
export type UntagVolume = Omit<TagVolume, 'kind'> & { readonly kind: 'untag-volume' }
export type ArrayAction =
  | TagVolume
  | UntagVolume
  | GrowVolume
  | CarveVolume
  | DeleteVolume
  | MapVolume
  | UnmapVolume
  | ShowVolume
  | HideVolume

export function inverseOnArray(action: ArrayAction): ArrayAction | undefined {
  switch (action.kind) {
    case 'grow-volume':
      return undefined // what stands behind the old end would be lost
    case 'tag-volume':
      return { ...action, kind: 'untag-volume' }
    case 'untag-volume':
      return { ...action, kind: 'tag-volume' }
    case 'carve-volume':
      return { ...action, kind: 'delete-volume' }
    case 'delete-volume':
      return { ...action, kind: 'carve-volume' }
    case 'map-volume':
      return { ...action, kind: 'unmap-volume' }
    case 'unmap-volume':
      return { ...action, kind: 'map-volume' }
    case 'show-volume':
      return { ...action, kind: 'hide-volume' }
    case 'hide-volume':
      return { ...action, kind: 'show-volume' }
  }
}

export function sentenceOnArray(action: ArrayAction): string {
  switch (action.kind) {
    case 'grow-volume':
      return `let ${action.volume} grow to ${formatSize(action.size)}`
    case 'tag-volume':
      return `mark what is there as ${action.volume}, by its tag ${action.tag}`
    case 'untag-volume':
      return `take the tag ${action.tag} off again, and leave the rest as it is`
    case 'carve-volume':
      return `carve ${formatSize(action.size)} for ${action.volume}, tagged ${action.tag}`
    case 'delete-volume':
      return `delete ${action.volume} again, by its tag ${action.tag}`
    case 'map-volume':
      return `show ${action.volume} as LUN ${action.lun} to ${action.initiators.length} initiator ports`
    case 'unmap-volume':
      return `show ${action.volume} to nobody`
    case 'show-volume':
      return `show ${action.volume} as LUN ${action.lun} to ${action.initiatorsOf}`
    case 'hide-volume':
      return `hide ${action.volume} from ${action.initiatorsOf}, and from nobody else`
  }
}
