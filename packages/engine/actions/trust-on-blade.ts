/**
 * Credentials of the fleet's own by which blades log in at one another for a move: a key pair on each, its public half among
 * what the others let in, and the others' host keys among what it knows. Nothing but keys and lines with the fleet's mark is
 * touched, and what is secret never leaves its blade.
 */
import type { BladeName } from '#documents'
import type { CredentialFile } from '#survey'
import { fewOf } from './few.ts'

/** A key pair for `fleet` where there is none; its evidence is the public half. */
export type MakeKey = { readonly kind: 'make-key'; readonly blade: BladeName; readonly fleet: string }
export type DropKey = { readonly kind: 'drop-key'; readonly blade: BladeName; readonly fleet: string }

/** A line of a file; one that lets in a key which step `keyOf` is to make has it between `head` and `tail`. */
export type TrustLine = string | { readonly head: string; readonly keyOf: number; readonly tail: string }
/** What a file of root's has for `peer`, as it was found and as it shall be. */
export type TrustChange = {
  readonly file: CredentialFile
  readonly peer: BladeName
  readonly before: readonly TrustLine[]
  readonly after: readonly TrustLine[]
}
export type SetTrust = {
  readonly kind: 'set-trust'
  readonly blade: BladeName
  readonly fleet: string
  readonly changes: readonly TrustChange[]
}
export type TrustAction = MakeKey | DropKey | SetTrust

/** A key that goes is another one when it comes back. */
export function inverseOfTrust(action: TrustAction): TrustAction | undefined {
  switch (action.kind) {
    case 'make-key':
      return { ...action, kind: 'drop-key' }
    case 'drop-key':
      return undefined
    case 'set-trust':
      return {
        ...action,
        changes: action.changes.map((change) => ({ ...change, before: change.after, after: change.before })),
      }
  }
}

export function sentenceOfTrust(action: TrustAction): string {
  if (action.kind === 'make-key') return `make a key to log in at other blades with: ${keyFile(action.fleet)}`
  if (action.kind === 'drop-key') return `remove ${keyFile(action.fleet)}`
  const said = (file: CredentialFile, come: string, go: string) => {
    const of = (is: (change: TrustChange) => boolean) =>
      action.changes.filter((change) => change.file === file && is(change)).map(({ peer }) => peer)
    const [coming, going] = [of(({ after }) => after.length > 0), of(({ after }) => after.length === 0)]
    return [
      ...(coming.length === 0 ? [] : [`${come} ${fewOf(coming)}`]),
      ...(going.length === 0 ? [] : [`${go} ${fewOf(going)}`]),
    ]
  }
  return [
    ...said('authorized_keys', 'let in', 'let in no more'),
    ...said('known_hosts', 'know the host key of', 'forget the host key of'),
  ].join('; ')
}

/** Root's private key on a blade for this fleet. */
export const keyFile = (fleet: string): string => `/root/.ssh/anyblade-${fleet}`
