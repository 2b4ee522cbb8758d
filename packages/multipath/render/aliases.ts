/**
 * A fleet's aliases as a drop-in of their own, and the question which aliases a configuration has.
 * May come in: WWIDs and names. May not: I/O, the main file (that is `edit/block.ts`).
 */
import { MultipathError } from '../errors.ts'
import type { Configuration, Place } from '../explain/configuration.ts'
import { textOf } from '../explain/configuration.ts'
import type { Explanation } from '../explain/explain.ts'
import { readable } from '../explain/readable.ts'
import { dialectOf } from '../releases/dialect.ts'
import { type RuleSettings, render, type Settings } from './render.ts'

/** A map's name for a WWID. `settings` are further keywords of its section. */
export type AliasEntry = { readonly wwid: string; readonly alias: string; readonly settings?: Settings }

/** The longest name device-mapper takes, and the longest WWID the tool keeps. Source: dm-ioctl.h; structs.h, WWID_SIZE */
const NAME_BYTES = 127
const SAFE_NAME = /^[A-Za-z0-9#+\-.:=@_]+$/
const utf8 = new TextEncoder()

/** Comment lines at the top of what is generated. */
export const GENERATED = [
  'anyblade: aliases of the fleet, generated; changes made here by hand are lost',
  'read after /etc/multipath.conf; a later section of the same WWID wins',
] as const

/**
 * The text of a drop-in with these aliases, one section each, in the order given, after `defaults`, `blacklist` and
 * `overrides` where there are any.
 * @throws MultipathError `render-refused` for a name or WWID given twice, a name that is not safe in /dev/mapper, one
 * longer than 127 bytes, and for releases without drop-ins (before 0.6.0)
 */
export function renderAliases(question: {
  readonly release: string
  readonly aliases: readonly AliasEntry[]
  readonly defaults?: Settings
  readonly overrides?: Settings
  readonly blacklist?: RuleSettings
}): string {
  const dialect = dialectOf(question.release)
  if (dialect.dropIns === 'none') {
    throw new MultipathError('render-refused', {
      attempted: `write a drop-in for multipath-tools ${dialect.release}`,
      found: 'a release that reads none',
      hint: 'put the aliases into a marked block of the main file',
    })
  }
  const { release, aliases, defaults, overrides, blacklist } = question
  return render(release, {
    comment: GENERATED,
    ...(defaults && { defaults }),
    ...(blacklist && { blacklist }),
    ...(overrides && { overrides }),
    multipaths: multipathSettings(aliases),
  })
}

/** The aliases as sections. @throws MultipathError `render-refused` */
export function multipathSettings(aliases: readonly AliasEntry[]): Settings[] {
  const seen = new Map<string, string>()
  return aliases.map(({ wwid, alias, settings }) => {
    checkName(alias)
    checkWwid(wwid)
    for (const key of [`alias ${alias}`, `WWID ${wwid}`]) {
      if (seen.has(key))
        throw refusal(
          `write the aliases of a fleet`,
          `${key} twice`,
          'an alias stands for one WWID, and a WWID has one alias',
        )
      seen.set(key, alias)
    }
    return { wwid, alias, ...settings }
  })
}

function checkName(alias: string): void {
  const attempted = `name a map ${JSON.stringify(alias)}`
  if (!SAFE_NAME.test(alias))
    throw refusal(attempted, 'a character that /dev/mapper shows as \\xNN', 'use A-Z a-z 0-9 # + - . : = @ _')
  if (alias.length > NAME_BYTES) throw refusal(attempted, `${alias.length} bytes`, `device-mapper takes ${NAME_BYTES}`)
}

function checkWwid(wwid: string): void {
  const bytes = utf8.encode(wwid).length
  if (bytes === 0 || bytes > NAME_BYTES)
    throw refusal(`alias the WWID ${JSON.stringify(wwid)}`, `${bytes} bytes`, `a WWID has 1 to ${NAME_BYTES}`)
}

function refusal(attempted: string, found: string, hint: string): MultipathError {
  return new MultipathError('render-refused', { attempted, found, hint })
}

/**
 * The aliases a configuration gives, by WWID: of several sections of a WWID the first counts (releases from 0.7.8 on
 * have merged them by then). Source: config.c, find_mpe()
 */
export function aliasesInEffect(explanation: Explanation): ReadonlyMap<string, string> {
  return explanation.configuration === undefined ? new Map() : aliasesOf(explanation.configuration)
}

export function aliasesOf(configuration: Configuration): ReadonlyMap<string, string> {
  return new Map(Array.from(aliasesWithPlaces(configuration), ([wwid, { alias }]) => [wwid, alias]))
}

/** The same, with the place where each is said. */
export function aliasesWithPlaces(
  configuration: Configuration,
): ReadonlyMap<string, { readonly alias: string; readonly place: Place | undefined }> {
  const seen = new Set<string>()
  const aliases = new Map<string, { alias: string; place: Place | undefined }>()
  for (const { values } of configuration.multipaths) {
    const wwid = textOf(values, 'wwid')
    const alias = textOf(values, 'alias')
    if (wwid === undefined || seen.has(wwid)) continue
    seen.add(wwid)
    if (alias !== undefined) aliases.set(readable(wwid), { alias: readable(alias), place: values.get('alias')?.place })
  }
  return aliases
}
