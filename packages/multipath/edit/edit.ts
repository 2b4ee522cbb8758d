/**
 * Changes to a main file or drop-in, each proved under the document's release before it is given out.
 * May come in: a document, an edit. May not: I/O.
 */
import type { Configuration, Values } from '../explain/configuration.ts'
import type { Effect } from '../explain/effective.ts'
import { type Keyword, keywordsOf, type Value } from '../releases/keyword.ts'
import { aliasesOf } from '../render/aliases.ts'
import { means, type Settings } from '../render/render.ts'
import { type Document, parse } from '../syntax/document.ts'
import { documentText, identity, type SectionAddress } from './address.ts'
import { aliasStatement, checkFree, proved, renameAlias, swapAliases } from './alias.ts'
import { commentOut, uncomment } from './comment.ts'
import { inverse, type Splice, spliced } from './splice.ts'
import {
  addRule,
  addSection,
  removeRule,
  removeSection,
  setStatement,
  unsetStatement,
  wholeLines,
} from './statement.ts'
import { type Promised, verify } from './verify.ts'

type RuleEdit = {
  readonly path: 'blacklist' | 'blacklist_exceptions'
  readonly keyword: 'devnode' | 'wwid' | 'property' | 'protocol'
  readonly pattern: string
}

/** One change. Texts are Unicode. */
export type Edit =
  | { readonly kind: 'set'; readonly section: SectionAddress; readonly keyword: string; readonly value: Value }
  | { readonly kind: 'unset'; readonly section: SectionAddress; readonly keyword: string }
  | ({ readonly kind: 'add-rule' | 'remove-rule' } & RuleEdit)
  | { readonly kind: 'add-section'; readonly section: SectionAddress; readonly settings: Settings }
  | { readonly kind: 'remove-section'; readonly section: SectionAddress }
  | { readonly kind: 'alias'; readonly wwid: string; readonly alias: string }
  | { readonly kind: 'unalias'; readonly wwid: string }
  | { readonly kind: 'rename-alias'; readonly from: string; readonly to: string }
  | { readonly kind: 'swap-aliases'; readonly one: string; readonly other: string }
  | { readonly kind: 'comment' | 'uncomment'; readonly name: string }

/** A change done. `undo` turns `bytes` back into what was, byte for byte. */
export type Edited = {
  readonly bytes: Uint8Array
  readonly splices: readonly Splice[]
  readonly undo: readonly Splice[]
}

/**
 * Does one change; everything else stays byte for byte and keeps its meaning.
 * @throws MultipathError `not-found`, `keyword-unknown`, `render-refused`, or `edit-refused` when the release would not
 * read the result as asked
 */
export function edit(document: Document, change: Edit): Edited {
  const splices = splicesOf(document, change)
  const bytes = spliced(document.bytes, splices)
  const promised = promiseOf(change, document)
  if (promised !== undefined) verify(document, bytes, promised)
  return { bytes, splices, undo: inverse(document.bytes, splices) }
}

/** Does several changes in turn. `undo` lists what to take back, last change first. */
export function editAll(
  document: Document,
  changes: readonly Edit[],
): { readonly bytes: Uint8Array; readonly undo: readonly (readonly Splice[])[] } {
  let current = document
  const undo: (readonly Splice[])[] = []
  for (const change of changes) {
    const done = edit(current, change)
    undo.unshift(done.undo)
    current = parse(done.bytes, document.release)
  }
  return { bytes: current.bytes, undo }
}

function splicesOf(document: Document, change: Edit): Splice[] {
  switch (change.kind) {
    case 'set':
      return setStatement(document, change.section, change.keyword, change.value)
    case 'unset':
      return unsetStatement(document, change.section, change.keyword)
    case 'add-rule':
      return addRule(document, change.path, change.keyword, change.pattern)
    case 'remove-rule':
      return removeRule(document, change.path, change.keyword, change.pattern)
    case 'add-section':
      return addSection(document, change.section, change.settings)
    case 'remove-section':
      return removeSection(document, change.section)
    case 'alias':
      return aliasSplices(document, change.wwid, change.alias)
    case 'unalias':
      return unalias(document, change.wwid)
    case 'rename-alias':
      return renameAlias(document, change.from, change.to)
    case 'swap-aliases':
      return swapAliases(document, change.one, change.other)
    case 'comment':
      return commentOut(document, change.name)
    case 'uncomment':
      return uncomment(document, change.name)
    default:
      throw new TypeError(`no way to do ${JSON.stringify(change satisfies never)}`)
  }
}

function aliasSplices(document: Document, wwid: string, alias: string): Splice[] {
  checkFree(document, wwid, alias)
  const found = aliasStatement(document, wwid)
  if (found?.alias !== undefined) return [proved(document, found.alias, alias)]
  return setStatement(document, { path: 'multipaths/multipath', wwid }, 'alias', alias)
}

function unalias(document: Document, wwid: string): Splice[] {
  const found = aliasStatement(document, wwid)
  const only = found?.section.children.every(
    (node) => node.kind === 'trivia' || (node.kind === 'statement' && ['wwid', 'alias'].includes(node.keyword.name)),
  )
  if (only === true && found?.section.close !== undefined)
    return [wholeLines(found.section.line, found.section.close.line)]
  return unsetStatement(document, { path: 'multipaths/multipath', wwid }, 'alias')
}

/** What a change promises beyond its lines; undefined for those that are proved line by line. */
function promiseOf(change: Edit, document: Document): Promised | undefined {
  switch (change.kind) {
    case 'set': {
      const { section, keyword, value } = change
      const asked = (configuration: Configuration) => missing(configuration, section, { [keyword]: value }, document)
      return {
        attempted: `set ${keyword} ${value} in ${section.path}`,
        asked,
        touches: (effect) => touches(effect, section, [keyword]),
      }
    }
    case 'unset': {
      const { section, keyword } = change
      const asked = (configuration: Configuration) => remaining(configuration, section, keyword, document)
      return {
        attempted: `take ${keyword} out of ${section.path}`,
        asked,
        touches: (effect) => touches(effect, section, [keyword]),
      }
    }
    case 'add-section': {
      const { section, settings } = change
      const asked = (configuration: Configuration) => missing(configuration, section, settings, document)
      return { attempted: `add ${section.path}`, asked, touches: (effect) => touches(effect, section, undefined) }
    }
    case 'remove-section':
      return {
        attempted: `take out ${change.section.path}`,
        asked: () => undefined,
        touches: (effect) => touches(effect, change.section, undefined),
      }
    case 'add-rule':
    case 'remove-rule':
      return rulePromise(change)
    case 'comment':
    case 'uncomment':
      return {
        attempted: `${change.kind} ${change.name}`,
        asked: () => undefined,
        touches: (effect) => effect.section.split('/')[0] === change.name,
      }
    case 'alias':
      if (aliasStatement(document, change.wwid)?.alias !== undefined) return undefined
      return aliasPromise(change.wwid, change.alias)
    case 'unalias':
      return aliasPromise(change.wwid, undefined)
    case 'rename-alias':
    case 'swap-aliases':
      return undefined
    default:
      throw new TypeError(`no promise for ${JSON.stringify(change satisfies never)}`)
  }
}

function aliasPromise(wwid: string, alias: string | undefined): Promised {
  const section = { path: 'multipaths/multipath', wwid } as const
  return {
    attempted: alias === undefined ? `take the alias from ${wwid}` : `name ${wwid} ${alias}`,
    asked: (configuration) => {
      const found = aliasesOf(configuration).get(wwid)
      return found === alias ? undefined : `the name ${found ?? 'missing'}`
    },
    touches: (effect) => touches(effect, section, undefined),
  }
}

function rulePromise(change: RuleEdit & { readonly kind: 'add-rule' | 'remove-rule' }): Promised {
  const { path, keyword, pattern, kind } = change
  return {
    attempted: `${kind === 'add-rule' ? 'add' : 'take out'} ${keyword} ${pattern} in ${path}`,
    asked: (configuration) => {
      const rules = path === 'blacklist' ? configuration.blacklist : configuration.exceptions
      const there = rules[keyword].some((rule) => rule.place !== undefined && rule.pattern === documentText(pattern))
      return there === (kind === 'add-rule') ? undefined : `the rule ${there ? 'still there' : 'not there'}`
    },
    touches: (effect) => effect.section === path && effect.values[keyword] !== undefined,
  }
}

function valuesAt(configuration: Configuration, address: SectionAddress): Values | undefined {
  const wanted = identity(address).map(
    ([name, text]) => [name, text === undefined ? undefined : documentText(text)] as const,
  )
  const fits = (values: Values) => wanted.every(([name, text]) => values.get(name)?.value === text)
  switch (address.path) {
    case 'defaults':
      return configuration.defaults
    case 'overrides':
      return configuration.overrides
    case 'devices/device':
      return configuration.devices.findLast(({ values }) => fits(values))?.values
    case 'multipaths/multipath':
      return configuration.multipaths.find(({ values }) => fits(values))?.values
    case 'overrides/protocol':
      return configuration.protocols.find(({ values }) => fits(values))?.values
    default:
      return undefined
  }
}

function missing(
  configuration: Configuration,
  address: SectionAddress,
  settings: Settings,
  document: Document,
): string | undefined {
  const values = valuesAt(configuration, address)
  for (const [name, value] of Object.entries(settings)) {
    const keyword = keywordOf(address, name, document)
    const held = keyword === undefined ? undefined : values?.get(keyword.field)
    if (keyword === undefined || held === undefined || !means(keyword, held.value, value, document.dialect)) {
      return `${name} ${held === undefined ? 'not in effect' : `read as ${held.value}`}`
    }
  }
  return undefined
}

/** A field taken out must come from nowhere in a file any more. */
function remaining(
  configuration: Configuration,
  address: SectionAddress,
  name: string,
  document: Document,
): string | undefined {
  const keyword = keywordOf(address, name, document)
  const held = keyword === undefined ? undefined : valuesAt(configuration, address)?.get(keyword.field)
  const said = held?.place !== undefined && address.path !== 'defaults'
  return said ? `${name} still set on line ${held?.place?.line}` : undefined
}

function keywordOf(address: SectionAddress, name: string, document: Document): Keyword | undefined {
  return keywordsOf(document.release).get(address.path)?.byName.get(name)
}

/** Settings that move with others: the tool derives one from the other. */
const MOVED: Readonly<Record<string, readonly string[]>> = {
  polling_interval: ['max_polling_interval'],
  max_polling_interval: ['polling_interval'],
}

function touches(effect: Effect, address: SectionAddress, keywords: readonly string[] | undefined): boolean {
  const inner = address.path.includes('/')
  if (effect.section !== address.path)
    return keywords === undefined && !inner && effect.section.startsWith(`${address.path}/`)
  if (inner)
    return identity(address).every(
      ([name, text]) => effect.values[name]?.[0] === text || (text === undefined && effect.values[name] === undefined),
    )
  if (keywords === undefined) return true
  const names = new Set(keywords.flatMap((name) => [name, ...(MOVED[name] ?? [])]))
  return [...Object.keys(effect.values), ...effect.unset].some((name) => names.has(name))
}
