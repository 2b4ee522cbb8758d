/**
 * What a guest keeps in files of its blade, brought to another one before it starts there. The plan and the journal have the
 * hashes alone; the files go through who carries the run out, and are held by nobody after that.
 */
import type { BladeName, VmName } from '#documents'
import type { StateFile } from '#survey'

type OfState = {
  readonly blade: BladeName
  readonly vm: VmName
  readonly uuid: string
  readonly from: BladeName
  readonly files: readonly StateFile[]
}
/** Refused where one of the files is not what it was. What lies here of an earlier time gives way. */
export type RestoreState = OfState & { readonly kind: 'restore-state' }
export type RemoveState = OfState & { readonly kind: 'remove-state' }
export type StateAction = RestoreState | RemoveState
/** With the files, as the blade that has them gave them: text that only the other blade reads. */
export type BroughtState = RestoreState & { readonly content: Uint8Array }

export const inverseOfState = (action: StateAction): StateAction => ({
  ...action,
  kind: action.kind === 'restore-state' ? 'remove-state' : 'restore-state',
})

const NAMES = { nvram: 'firmware variables', tpm: 'TPM’s state' } as const

export function sentenceOfState({ kind, vm, from, files }: StateAction): string {
  const what = [...new Set(files.map((file) => NAMES[file.kind]))].join(' and ')
  if (kind === 'remove-state') return `remove the ${what} of ${vm}, which were brought here`
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `bring the ${what} of ${vm} from ${from}: ${Math.ceil(bytes / 1024)} KiB, by their hashes`
}
