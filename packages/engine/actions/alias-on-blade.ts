/**
 * The alias of a WWID in a blade's multipath configuration. The plan says only what shall hold; the file's text is made
 * from what stands on the blade at that moment (`prepare.ts`), so that nothing of anybody else's is lost.
 */
import type { Alias, BladeName } from '#documents'
import type { WwidRef } from './evidence.ts'

type AliasOnBlade = { readonly blade: BladeName; readonly alias: Alias; readonly wwid: WwidRef }
export type AddAlias = AliasOnBlade & { readonly kind: 'add-alias' }
export type RemoveAlias = AliasOnBlade & { readonly kind: 'remove-alias' }
export type AliasAction = AddAlias | RemoveAlias

/**
 * The ready form of both: one file, as it was and as it shall be. The blade checks the candidate with its own
 * `multipath -t` in a private mount namespace, puts it in place by rename, reconfigures once and compares its maps;
 * where one was lost it puts the former file back itself.
 */
export type InstallConfig = {
  readonly kind: 'install-config'
  readonly blade: BladeName
  /** Absolute path of the file. */
  readonly path: string
  /** The file that the candidate was made from, as it was read; undefined where there was none. Else it is refused. */
  readonly before: Uint8Array | undefined
  /** undefined: the file is removed. */
  readonly after: Uint8Array | undefined
  /** Maps that must exist under this name, with this WWID, afterwards. */
  readonly expect: readonly { readonly alias: string; readonly wwid: string }[]
}

export const inverseOfAlias = (action: AliasAction): AliasAction =>
  action.kind === 'add-alias' ? { ...action, kind: 'remove-alias' } : { ...action, kind: 'add-alias' }

export const sentenceOfAlias = (action: AliasAction): string =>
  action.kind === 'add-alias'
    ? `/dev/mapper/${action.alias}: write the alias, check the candidate, put it in effect`
    : `/dev/mapper/${action.alias}: take the alias out of the configuration`
