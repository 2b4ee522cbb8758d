/** Whether blades can log in at one another as a move needs it, and what of the fleet's own stands on each for that. */
import type { Reading } from './reading.ts'

/** One try to log in at another blade, from the blade that was asked. */
export type Login = {
  /** As it was asked for: the far end as ssh on this blade names it. */
  readonly host: string
  /** The name under which ssh there looks up the host's key. */
  readonly knownAs: string
  /** Who was reached, by machine-id; `byOurs`: the fleet's own key was offered beside what else the blade has. */
  readonly reached: Reading<{ readonly machineId: string; readonly byOurs: boolean }>
}

export const CREDENTIAL_FILES = ['authorized_keys', 'known_hosts'] as const
export type CredentialFile = (typeof CREDENTIAL_FILES)[number]

export type Credentials = {
  /** The public half of the blade's own key for this fleet, type and base64; undefined: there is none. */
  readonly key: string | undefined
  /** Public halves of the host's own keys, type and base64. */
  readonly hostKeys: readonly string[]
  /** From where it connects to others. */
  readonly addresses: readonly string[]
  /** Lines of root's files that bear this fleet's mark, in their order. */
  readonly lines: readonly { readonly file: CredentialFile; readonly text: string }[]
}
