/**
 * What the host itself stands on: each mount and swap with the block devices below it, resolved by the kernel's word through
 * partitions, LVM, md, crypt and device-mapper down to disks.
 * May come in: kernel names (sda2, dm-0). May not: a judgement of whose they are.
 */
export type HostDisks = {
  /** `use`: `mounted at /`, `swap`; `devices`: from the top down, empty where it lies on no block device (NFS, tmpfs). */
  readonly uses: readonly { readonly use: string; readonly devices: readonly string[] }[]
  /** Uses whose disks nobody could tell, with the source that was named. */
  readonly untold: readonly { readonly use: string; readonly source: string }[]
}

/** How the use of the root file system is called. */
export const ROOT_USE = 'mounted at /'
