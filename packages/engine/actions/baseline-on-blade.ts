/**
 * What a blade needs changed once so that its host leaves the disks of guests alone: files of the host, multipath's
 * overrides, autostart. Each carries what stood there before, so that its inverse brings that back.
 */
import type { BladeName, VmName } from '#documents'

/** undefined: there is no such file. The blade refuses where something else than `before` or `after` stands there. */
export type InstallHostFile = {
  readonly kind: 'install-host-file'
  readonly blade: BladeName
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}
/** The `overrides` of our own drop-in; the file's text is made from what stands on the blade then (`prepare.ts`). */
export type SetOverrides = {
  readonly kind: 'set-overrides'
  readonly blade: BladeName
  readonly before: Overrides
  readonly after: Overrides
}
export type Overrides = Readonly<Record<string, string>>
type Autostart = { readonly blade: BladeName; readonly vm: VmName; readonly uuid: string }
export type DisableAutostart = Autostart & { readonly kind: 'disable-autostart' }
export type EnableAutostart = Autostart & { readonly kind: 'enable-autostart' }
export type BaselineAction = InstallHostFile | SetOverrides | DisableAutostart | EnableAutostart

export function inverseOfBaseline(action: BaselineAction): BaselineAction {
  switch (action.kind) {
    case 'install-host-file':
      return { ...action, before: action.after, after: action.before }
    case 'set-overrides':
      return { ...action, before: action.after, after: action.before }
    case 'disable-autostart':
      return { ...action, kind: 'enable-autostart' }
    case 'enable-autostart':
      return { ...action, kind: 'disable-autostart' }
  }
}

export function sentenceOfBaseline(action: BaselineAction): string {
  switch (action.kind) {
    case 'install-host-file':
      return action.after === undefined ? `remove ${action.path}` : `write ${action.path}, read back what is in effect`
    case 'set-overrides':
      return 'multipath overrides: write them, check the candidate, put it in effect'
    case 'disable-autostart':
      return `${action.vm} no longer starts with the host`
    case 'enable-autostart':
      return `${action.vm} starts with the host`
  }
}

/** What an action makes of a text, for people to read before it is done. */
export type Difference = { readonly name: string; readonly before: string; readonly after: string }

export function differenceOf(action: InstallHostFile | SetOverrides): Difference {
  if (action.kind === 'set-overrides')
    return { name: 'multipath overrides', before: asLines(action.before), after: asLines(action.after) }
  return { name: action.path, before: action.before ?? '', after: action.after ?? '' }
}

const asLines = (overrides: Overrides): string =>
  Object.entries(overrides)
    .map(([keyword, value]) => `${keyword} ${value}`)
    .join('\n')
