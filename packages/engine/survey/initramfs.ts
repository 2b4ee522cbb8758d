/**
 * What the running kernel's initramfs holds of multipath: maps are made by it before the host's own files are there.
 * May come in: the copies byte for byte, dates. May not: half an archive taken for a whole one.
 */
import type { MultipathFiles } from './report.ts'

export type Initramfs = {
  readonly image: string
  /** Seconds since 1970; `configured`: of the newest of multipath's files on the host, undefined where there is none. */
  readonly built: number
  readonly configured: number | undefined
  readonly contents:
    | { readonly state: 'read'; readonly holdsMultipath: boolean; readonly files: MultipathFiles }
    /** Cut off or damaged; what was read before that does not count. */
    | { readonly state: 'damaged'; readonly because: string }
    /** Packed in a way that nothing on the blade can unpack. */
    | { readonly state: 'packed'; readonly because: string }
}
