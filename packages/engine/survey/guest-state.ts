/** What a guest keeps in files of the blade it is on, and not on its disks: told by hashes, for it may hold keys. */
import type { Reading } from './reading.ts'

/** `nvram`: its firmware variables; `tpm`: of the state of an emulated TPM. Owner and group by name: numbers differ between hosts. */
export type StateFile = {
  readonly kind: 'nvram' | 'tpm'
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly owner: string
  readonly group: string
  /** In octal. */
  readonly mode: string
}
export type GuestState = { readonly uuid: string; readonly files: Reading<readonly StateFile[]> }
