/**
 * The file that a blade shall have instead of the one it has, for one alias more or less: a drop-in of our own where
 * the release reads drop-ins by the suffix .conf alone (since 0.8.4), a marked block in the main file before that.
 * Everything not ours stays byte for byte.
 */
import {
  type AliasEntry,
  aliasBlock,
  aliasesInEffect,
  type Configuration,
  dialectOf,
  type Explanation,
  explain,
  parseShownConfig,
  renderAliases,
  type Settings,
  withAliasBlock,
} from '@anyblade/multipath'
import type { AliasAction, ConfigChange, InstallConfig, Overrides, SetOverrides } from '#actions'
import { EngineError } from '#errors'
import type { MultipathFiles } from '#survey'
import { DROP_INS, explained, MAIN_FILE, releaseIn } from './aliases.ts'

export const DROP_IN = 'anyblade.conf'

type ConfigAction = AliasAction | SetOverrides

/** The releases that get a file of their own from us; a block in the main file holds aliases only. */
export const readsDropIns = (release: string): boolean => dialectOf(release).dropIns === 'ends in .conf'

/**
 * @throws EngineError where the blade has no multipath-tools
 * @throws MultipathError where the release can't be made to read what is asked
 */
export function candidate(action: ConfigAction, files: MultipathFiles, said: string | undefined): InstallConfig {
  const release = releaseIn(said)
  if (release === undefined)
    throw new EngineError('blade-refused', {
      attempted: `write the multipath configuration of ${action.blade}`,
      found: said === undefined ? 'multipath-tools is not installed there' : `"${said.slice(0, 80)}"`,
      hint: `install multipath-tools on ${action.blade}`,
    })
  const ours = readsDropIns(release) ? dropIn(action, files, release) : block(action, files, release)
  const expect = action.kind === 'let-in' ? entriesOf(action) : addedBy(action)
  const mayGo = action.kind === 'hold-out' ? entriesOf(action).map(({ wwid }) => wwid) : []
  return { kind: 'install-config', blade: action.blade, files: [ours], expect, mayGo }
}

function dropIn(action: ConfigAction, files: MultipathFiles, release: string): ConfigChange {
  const before = ownDropIn(files)
  const held = before === undefined ? new Map<string, string>() : aliasesOf(before, release)
  const aliases = changed(held, action)
  const overrides = action.kind === 'set-overrides' ? action.after : overridesOf(before)
  const out = heldOut(before === undefined ? [] : heldOutBy(before, release), action)
  const blacklist = out.length === 0 ? {} : { blacklist: { wwid: out.map(wholly) } }
  const text = () => renderAliases({ release, aliases, defaults: keysKept(files, release), overrides, ...blacklist })
  const isEmpty = aliases.length === 0 && Object.keys(overrides).length === 0 && out.length === 0
  const after = isEmpty ? undefined : new TextEncoder().encode(text())
  return { path: `${DROP_INS}/${DROP_IN}`, before, after }
}

/** The configuration as the operator's own files give it. */
export const withoutOurs = (files: MultipathFiles, release: string): Configuration | undefined =>
  explained(theirs(files), release).configuration

const theirOwn = new WeakMap<MultipathFiles, MultipathFiles>()

/** The same for the same files, so that they are explained once. */
function theirs(files: MultipathFiles): MultipathFiles {
  const before = theirOwn.get(files)
  if (before !== undefined) return before
  const others = { ...files, dropIns: files.dropIns.filter((file) => file.name !== DROP_IN) }
  theirOwn.set(files, others)
  return others
}

/**
 * multipathd registers a path that comes back under the key that its own file has for the map. It is said for all maps,
 * for mpathpersist 0.9.4 does not see it in a multipath section (measured). A key that the operator gives himself stays.
 */
function keysKept(files: MultipathFiles, release: string): Settings {
  const given = withoutOurs(files, release)?.defaults.get('reservation_key')
  return given === undefined ? { reservation_key: 'file' } : {}
}

/** The overrides in a drop-in of ours: it is generated, and so reads as the daemon prints. */
export function overridesOf(ours: Uint8Array | undefined): Overrides {
  const sections = parseShownConfig(new TextDecoder().decode(ours))
  const values = sections.find(({ section }) => section === 'overrides')?.values ?? new Map<string, string[]>()
  return Object.fromEntries([...values].map(([keyword, [value = '']]) => [keyword, value]))
}

/** The drop-in of ours, as it stands. */
export const ownDropIn = ({ dropIns }: MultipathFiles): Uint8Array | undefined =>
  dropIns.find((file) => file.name === DROP_IN)?.bytes

const own = new WeakMap<Uint8Array, Explanation>()

/** Our drop-in alone, as the release reads it; each change asks several things of it. */
function ownExplained(bytes: Uint8Array, release: string): Explanation {
  const before = own.get(bytes)
  if (before?.release === release) return before
  const explanation = explain({ release, main: { path: DROP_IN, bytes } })
  own.set(bytes, explanation)
  return explanation
}

const aliasesOf = (bytes: Uint8Array, release: string): ReadonlyMap<string, string> =>
  aliasesInEffect(ownExplained(bytes, release))

/** The pattern of one WWID and no other, and back. */
const wholly = (wwid: string): string => `^${wwid.replace(/[.^$*+?()[\]{}|\\]/g, '\\$&')}$`
const unwrapped = (pattern: string): string => pattern.slice(1, -1).replace(/\\(.)/g, '$1')

/** The WWIDs that our drop-in holds out: no other pattern ever stands in it. */
const heldOutBy = (bytes: Uint8Array, release: string): string[] =>
  ownExplained(bytes, release).configuration?.blacklist.wwid.flatMap(({ pattern, place }) =>
    place === undefined ? [] : [unwrapped(pattern)],
  ) ?? []

/** Whatever else is done with an alias, its WWID is held out no longer. */
function heldOut(held: readonly string[], action: ConfigAction): string[] {
  if (action.kind === 'set-overrides') return [...held]
  const about = new Set(entriesOf(action).map(({ wwid }) => wwid))
  const others = held.filter((wwid) => !about.has(wwid))
  return action.kind === 'hold-out' ? [...others, ...about].sort() : others
}

/** Here `multipath -w`, which flushes with the map, is all that holds a WWID out: the block takes no other section. */
function block(action: ConfigAction, { main }: MultipathFiles, release: string): ConfigChange {
  const text = main ?? new Uint8Array()
  const after = withAliasBlock(text, release, changed(aliasBlock(text, release), action))
  return { path: MAIN_FILE, before: main, after: main === undefined && after.length === 0 ? undefined : after }
}

/** The aliases that an action is about. */
function entriesOf(action: ConfigAction): readonly AliasEntry[] {
  if (action.kind === 'set-overrides') return []
  return action.aliases.map(({ alias, wwid }) => ({ alias: String(alias), wwid: String(wwid) }))
}

const addedBy = (action: ConfigAction): readonly AliasEntry[] =>
  action.kind === 'add-aliases' || action.kind === 'rename-aliases' ? entriesOf(action) : []

/** By name, so that the same aliases always make the same file. */
function changed(held: ReadonlyMap<string, string>, action: ConfigAction): AliasEntry[] {
  const isOfAliases = action.kind !== 'hold-out' && action.kind !== 'let-in'
  const entries = isOfAliases ? entriesOf(action) : []
  const [ids, names] = [new Set(entries.map(({ wwid }) => wwid)), new Set(entries.map(({ alias }) => alias))]
  const others = [...held].filter(([id, name]) => !ids.has(id) && !names.has(name))
  return [...others.map(([id, name]) => ({ wwid: id, alias: name })), ...addedBy(action)].sort((a, b) =>
    a.alias < b.alias ? -1 : 1,
  )
}
