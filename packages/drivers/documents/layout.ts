/**
 * What lies where in a fleet: one document a thing, its kind is its folder, its name is its file's name.
 * May come in: paths from the fleet's directory, with slashes. May not: a path that leads out of it.
 */
import { type DocumentKind, NAME } from '@anyblade/engine'

export const FLEET_FILE = 'fleet.yaml'
export const FOLDERS = ['arrays', 'blades', 'volumes', 'vms'] as const
export type Folder = (typeof FOLDERS)[number]
/** Everything that is the fleet's own; what an operator keeps beside it is not looked at. */
export const OWN_PATHS = [FLEET_FILE, ...FOLDERS, 'rendered'] as const

/** What of a working copy a recorder looks at, and what it may write there. */
export type Kept = {
  /** In its messages. */
  readonly what: string
  readonly paths: readonly string[]
  readonly holds: (path: string) => boolean
  /** A commit that has not come to the upstream is no record. */
  readonly mustArrive: boolean
}

export const FLEET: Kept = {
  what: 'the fleet',
  paths: OWN_PATHS,
  holds: (path) => placeOf(path) !== undefined,
  mustArrive: false,
}

export type Place = { readonly kind: DocumentKind; readonly name: string; readonly form: 'yaml' | 'xml' }

export const isFolder = (name: string): name is Folder => FOLDERS.some((folder) => folder === name)

/** `volumes/ldap.yaml`; the fleet's own document needs no name. */
export const pathOf = (kind: DocumentKind, name: string, form: Place['form'] = 'yaml'): string =>
  kind === 'fleet' ? FLEET_FILE : `${kind}/${name}.${form}`

/** What a path names, or undefined where no document of a fleet can lie. */
export function placeOf(path: string): Place | undefined {
  if (path === FLEET_FILE) return { kind: 'fleet', name: 'fleet', form: 'yaml' }
  const [folder = '', file = '', ...deeper] = path.split('/')
  const [, name = '', form] = /^(.*)\.(yaml|xml)$/.exec(file) ?? []
  if (!isFolder(folder) || deeper.length > 0 || !NAME.test(name)) return undefined
  if (form === 'yaml') return { kind: folder, name, form }
  return form === 'xml' && folder === 'vms' ? { kind: folder, name, form } : undefined
}
