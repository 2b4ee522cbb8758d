/**
 * The alias of a WWID in a blade's multipath configuration. The plan says only what shall hold; the file's text is made
 * from what stands on the blade at that moment (`prepare.ts`), so that nothing of anybody else's is lost.
 */
import type { Alias, BladeName, Wwid } from '#documents'
import type { WwidRef } from './evidence.ts'
import { fewOf } from './few.ts'

/** Several at once: the file is changed, checked and put in effect once. */
type AliasesOnBlade = {
  readonly blade: BladeName
  readonly aliases: readonly { readonly alias: Alias; readonly wwid: WwidRef }[]
}
export type AddAliases = AliasesOnBlade & { readonly kind: 'add-aliases' }
export type RemoveAliases = AliasesOnBlade & { readonly kind: 'remove-aliases' }
/**
 * No map is made of the WWIDs while their paths go (each is blacklisted by its whole id), and one that nobody has open goes;
 * `let-in` ends that. Without it multipathd makes the map anew as long as a path is there (facts: san.md C3).
 */
export type HoldOut = AliasesOnBlade & { readonly kind: 'hold-out' }
export type LetIn = AliasesOnBlade & { readonly kind: 'let-in' }
/** Maps get another name while they are in use; each `alias` is the name that it gets, and free by then. */
export type RenameAliases = {
  readonly kind: 'rename-aliases'
  readonly blade: BladeName
  readonly aliases: readonly { readonly alias: Alias; readonly from: Alias; readonly wwid: Wwid }[]
}
export type AliasAction = AddAliases | RemoveAliases | RenameAliases | HoldOut | LetIn

/**
 * The ready form of all: files as they were and as they shall be, at least one. The blade checks the candidates with its
 * own `multipath -t` in a private mount namespace, puts them in place by rename, reconfigures once, and compares its maps,
 * their paths and what multipathd has in effect; where one was lost it puts the former files back itself.
 */
export type InstallConfig = {
  readonly kind: 'install-config'
  readonly blade: BladeName
  readonly files: readonly ConfigChange[]
  /** Maps that must exist under this name, with this WWID, afterwards. */
  readonly expect: readonly { readonly alias: string; readonly wwid: string }[]
  /** WWIDs whose maps may be gone afterwards; any other that is lost brings the former file back. */
  readonly mayGo: readonly string[]
}

export type ConfigChange = {
  /** Absolute path of the file. */
  readonly path: string
  /** The file that the candidate was made from, as it was read; undefined where there was none. Else it is refused. */
  readonly before: Uint8Array | undefined
  /** undefined: the file is removed. */
  readonly after: Uint8Array | undefined
}

export function inverseOfAlias(action: AliasAction): AliasAction {
  switch (action.kind) {
    case 'add-aliases':
      return { ...action, kind: 'remove-aliases' }
    case 'remove-aliases':
      return { ...action, kind: 'add-aliases' }
    case 'rename-aliases':
      return { ...action, aliases: action.aliases.map(({ alias, from, wwid }) => ({ alias: from, from: alias, wwid })) }
    case 'hold-out':
      return { ...action, kind: 'let-in' }
    case 'let-in':
      return { ...action, kind: 'hold-out' }
  }
}

export function sentenceOfAlias(action: AliasAction): string {
  switch (action.kind) {
    case 'add-aliases':
      return `${namesOf(action)}: write the ${nounOf(action)}, check the candidate, put it in effect`
    case 'remove-aliases':
      return `${namesOf(action)}: take the ${nounOf(action)} out of the configuration`
    case 'rename-aliases':
      return `/dev/mapper/: ${fewOf(action.aliases.map(({ from, alias }) => `${from} is called ${alias}`))}, put in effect`
    case 'hold-out':
      return `${namesOf(action)}: hold the ${idsOf(action)} out, so that no map is made again`
    case 'let-in':
      return `${namesOf(action)}: let the ${idsOf(action)} in again`
  }
}

const namesOf = ({ aliases }: AliasesOnBlade): string => `/dev/mapper/${fewOf(aliases.map(({ alias }) => alias))}`
const idsOf = ({ aliases }: AliasesOnBlade): string => (aliases.length === 1 ? 'WWID' : 'WWIDs')
const nounOf = ({ aliases }: AliasesOnBlade): string => (aliases.length === 1 ? 'alias' : 'aliases')
