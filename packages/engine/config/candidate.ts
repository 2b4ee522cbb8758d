/**
 * The file that a blade shall have instead of the one it has, for one alias more or less: a drop-in of our own where
 * the release reads drop-ins by the suffix .conf alone (since 0.8.4), a marked block in the main file before that.
 * Everything not ours stays byte for byte.
 */
import {
  type AliasEntry,
  aliasBlock,
  aliasesInEffect,
  dialectOf,
  explain,
  renderAliases,
  type Settings,
  withAliasBlock,
} from '@anyblade/multipath'
import type { AliasAction, InstallConfig } from '#actions'
import { EngineError } from '#errors'
import type { MultipathFiles } from '#survey'
import { DROP_INS, explained, MAIN_FILE, releaseIn } from './aliases.ts'

export const DROP_IN = 'anyblade.conf'

/**
 * @throws EngineError where the blade has no multipath-tools
 * @throws MultipathError where the release can't be made to read what is asked
 */
export function candidate(action: AliasAction, files: MultipathFiles, said: string | undefined): InstallConfig {
  const release = releaseIn(said)
  if (release === undefined)
    throw new EngineError('blade-refused', {
      attempted: `write the alias ${action.alias} on ${action.blade}`,
      found: said === undefined ? 'multipath-tools is not installed there' : `"${said.slice(0, 80)}"`,
      hint: `install multipath-tools on ${action.blade}`,
    })
  const ours =
    dialectOf(release).dropIns === 'ends in .conf' ? dropIn(action, files, release) : block(action, files, release)
  const expect = action.kind === 'add-alias' ? [{ alias: action.alias, wwid: String(action.wwid) }] : []
  return { kind: 'install-config', blade: action.blade, ...ours, expect }
}

type Change = Pick<InstallConfig, 'path' | 'before' | 'after'>

function dropIn(action: AliasAction, files: MultipathFiles, release: string): Change {
  const { dropIns } = files
  const before = dropIns.find((file) => file.name === DROP_IN)?.bytes
  const held = before === undefined ? new Map<string, string>() : aliasesOf(before, release)
  const aliases = changed(held, action)
  const text = () => renderAliases({ release, aliases, defaults: keysKept(files, release) })
  const after = aliases.length === 0 ? undefined : new TextEncoder().encode(text())
  return { path: `${DROP_INS}/${DROP_IN}`, before, after }
}

/**
 * multipathd registers a path that comes back under the key that its own file has for the map. It is said for all maps,
 * for mpathpersist 0.9.4 does not see it in a multipath section (measured). A key that the operator gives himself stays.
 */
function keysKept({ main, dropIns }: MultipathFiles, release: string): Settings {
  const theirs = explained({ main, dropIns: dropIns.filter((file) => file.name !== DROP_IN) }, release)
  const given = theirs.configuration?.defaults.get('reservation_key')
  return given === undefined ? { reservation_key: 'file' } : {}
}

const aliasesOf = (bytes: Uint8Array, release: string): ReadonlyMap<string, string> =>
  aliasesInEffect(explain({ release, main: { path: DROP_IN, bytes } }))

function block(action: AliasAction, { main }: MultipathFiles, release: string): Change {
  const text = main ?? new Uint8Array()
  const after = withAliasBlock(text, release, changed(aliasBlock(text, release), action))
  return { path: MAIN_FILE, before: main, after: main === undefined && after.length === 0 ? undefined : after }
}

/** By name, so that the same aliases always make the same file. */
function changed(held: ReadonlyMap<string, string>, { kind, alias, wwid }: AliasAction): AliasEntry[] {
  const others = [...held].filter(([id, name]) => id !== wwid && name !== alias)
  const mine = kind === 'add-alias' ? [[String(wwid), String(alias)] as const] : []
  return [...others, ...mine]
    .map(([id, name]) => ({ wwid: id, alias: name }))
    .sort((a, b) => (a.alias < b.alias ? -1 : 1))
}
