/**
 * Files of a blade's multipath configuration as they shall be, whoever wrote them: put in effect as one change, by the way
 * that aliases go. Their texts are one character a byte, for an operator's file may hold any.
 */
import { bytesOf } from '@anyblade/multipath'
import type { BladeName } from '#documents'
import type { InstallConfig } from './alias-on-blade.ts'

/** undefined: there is no such file. */
export type ConfigText = {
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}
export type SetConfig = {
  readonly kind: 'set-config'
  readonly blade: BladeName
  readonly files: readonly ConfigText[]
}

export const inverseOfConfig = (action: SetConfig): SetConfig => ({
  ...action,
  files: action.files.map(({ path, before, after }) => ({ path, before: after, after: before })),
})

export const sentenceOfConfig = ({ files }: SetConfig): string =>
  `${files.map(({ path, after }) => (after === undefined ? `${path} (removed)` : path)).join(', ')}: put it as it was, check it, put it in effect`

/** Every map must be called as it is called now, so that none need be named here. */
export const installOf = ({ blade, files }: SetConfig): InstallConfig => ({
  kind: 'install-config',
  blade,
  files: files.map(({ path, before, after }) => ({ path, before: inBytes(before), after: inBytes(after) })),
  expect: [],
  mayGo: [],
})

const inBytes = (text: string | undefined): Uint8Array | undefined => (text === undefined ? undefined : bytesOf(text))
