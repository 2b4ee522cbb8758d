/**
 * A file written for one release, rewritten for another, with notes on what may change on the host.
 * May come in: bytes, two releases. May not: I/O, the WWIDs of real LUNs.
 * Source: facts on multipath, legacy WWID callouts; keywords.tsv, replaced_by
 */
import { explain } from '../explain/explain.ts'
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { type KeywordTable, keywordsOf } from '../releases/keyword.ts'
import { isIgnored } from '../render/render.ts'
import { type Line, type Node, parse, type Statement } from '../syntax/document.ts'
import { unicodeText } from './address.ts'
import { type Splice, spliced } from './splice.ts'

/** What was done to a line, and what it may mean. `wwids` is true where WWIDs may come out differently. */
export type ConversionNote = { readonly line: number; readonly text: string; readonly wwids: boolean }

/** `messages` are those of the new release about the result; none when all of it is understood. */
export type Converted = {
  readonly bytes: Uint8Array
  readonly notes: readonly ConversionNote[]
  readonly messages: readonly string[]
}

type Rewrite = { readonly text: string | undefined; readonly note: string; readonly wwids: boolean }

/** `from` is the release the file was written for; keywords it does not know stay as they are. */
export function convert(bytes: Uint8Array, from: string, to: string): Converted {
  const document = parse(bytes, from)
  const target = dialectOf(to)
  const table = keywordsOf(to)
  const splices: Splice[] = []
  const notes: ConversionNote[] = []
  for (const { node, path } of lines(document.nodes, '')) {
    const rewrite = rewriteOf(node, path, document.dialect, target, table)
    if (rewrite === undefined) continue
    splices.push(splice(node.line, rewrite.text))
    notes.push({ line: node.line.number, text: rewrite.note, wwids: rewrite.wwids })
  }
  const result = spliced(bytes, splices)
  const { messages } = explain({ release: to, main: { path: '/etc/multipath.conf', bytes: result } })
  return { bytes: result, notes, messages }
}

type Written = {
  readonly line: Line
  readonly name: string
  readonly value: string | undefined
  readonly statement: Statement | undefined
}

/** Statements, and lines with keywords the old release does not know but the files of older ones have. */
function lines(nodes: readonly Node[], path: string): { readonly node: Written; readonly path: string }[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'section') return lines(node.children, node.path)
    if (node.kind === 'statement')
      return [{ node: { line: node.line, name: node.keyword.name, value: node.value?.text, statement: node }, path }]
    if (node.kind !== 'unknown' || !LEGACY.has(node.name)) return []
    const [, second, third] = node.line.tokens
    const value = second?.kind === 'quote' ? third?.text : second?.text
    return [{ node: { line: node.line, name: node.name, value, statement: undefined }, path }]
  })
}

/** Keywords of releases before 0.4.9 that are still met, and of 0.4.9 alone. */
const LEGACY = new Set([
  'prio_callout',
  'default_prio_callout',
  'udev_dir',
  'selector',
  'default_selector',
  'default_path_grouping_policy',
  'default_getuid_callout',
  'default_features',
  'default_path_checker',
  'default_uid_attribute',
])

function rewriteOf(node: Written, path: string, from: Dialect, to: Dialect, table: KeywordTable): Rewrite | undefined {
  const value = node.value ?? ''
  const name = renamed(node.name, to)
  if (node.name.endsWith('getuid_callout')) return callout(value, to)
  if (name === 'uid_attribute' && to.number < 5_000) return attribute(value, to)
  if (node.name.endsWith('prio_callout')) return prioritizer(value, to)
  if (name === 'prio' && to.number < 4_009)
    return {
      text: `prio_callout "/sbin/mpath_prio_${value} /dev/%n"`,
      note: `prio ${value} as the program of old`,
      wwids: false,
    }
  const word = wordFor(name, value, from, to)
  if (word !== undefined)
    return { text: `${name} ${word}`, note: `${name} ${value} is ${word} in ${to.release}`, wwids: false }
  const keyword = table.get(path)?.byName.get(name)
  if (to.number >= 4_009 && (keyword === undefined || isIgnored(keyword, to)))
    return {
      text: undefined,
      note: `${node.name} means nothing in ${path} of ${to.release}, so it is a comment now`,
      wwids: false,
    }
  if (keyword?.kind === 'pattern' && !to.invertsPatterns && from.invertsPatterns && /^\\?!/.test(value)) {
    return {
      text: undefined,
      note: `${name} "${value}" cannot be said before 0.8.5 and would blacklist everything, so it is a comment now`,
      wwids: false,
    }
  }
  return name === node.name
    ? undefined
    : { text: `${name} ${written(value)}`, note: `${node.name} is ${name} in ${to.release}`, wwids: false }
}

function renamed(name: string, to: Dialect): string {
  const selector = to.number < 5_000 ? 'selector' : 'path_selector'
  if (name === 'selector' || name === 'default_selector') return selector
  return to.number >= 4_009 && name.startsWith('default_') ? name.slice(8) : name
}

const CALLOUT_049 = '/lib/udev/scsi_id --whitelisted --device=/dev/%n'
const CALLOUT_048 = '/lib/udev/scsi_id -g -u -s /block/%n'
const MAY_CHANGE =
  'WWIDs of types 0, 1 and S (vendor, T10, serial) may come out with _ for spaces or the other way round; NAA and EUI stay'

/** getuid_callout has no place from 0.5.0 on, though it is still run up to 0.8.9. */
function callout(value: string, to: Dialect): Rewrite | undefined {
  if (to.number < 5_000) return undefined
  const known = /scsi_id\b/.test(value) && !/--page|-p\b/.test(value)
  if (known)
    return {
      text: 'uid_attribute ID_SERIAL',
      note: `getuid_callout is uid_attribute ID_SERIAL: ${MAY_CHANGE}`,
      wwids: true,
    }
  const note = `getuid_callout ${value} has no attribute that says the same; it is a comment now, and WWIDs come from udev's ID_SERIAL`
  return { text: undefined, note, wwids: true }
}

function attribute(value: string, to: Dialect): Rewrite {
  const program = to.number < 4_009 ? CALLOUT_048 : CALLOUT_049
  if (value === 'ID_SERIAL')
    return {
      text: `getuid_callout "${program}"`,
      note: `uid_attribute ID_SERIAL is getuid_callout: ${MAY_CHANGE}`,
      wwids: true,
    }
  return {
    text: undefined,
    note: `uid_attribute ${value} has no callout that says the same; it is a comment now`,
    wwids: true,
  }
}

const PROGRAMS: Readonly<Record<string, string>> = {
  netapp: 'ontap',
  hds_modular: 'hds',
  tpc: 'rdac',
  balance_units: 'const',
}

/** /sbin/mpath_prio_X, from 0.4.9 on the library X. */
function prioritizer(value: string, to: Dialect): Rewrite | undefined {
  if (to.number < 4_009) return undefined
  const program = /mpath_prio_(\w+)/.exec(value)?.[1]
  const constant = /^(?:none|(?:\/usr)?\/bin\/true)\b/.test(value)
  const prio = constant ? 'const' : program === undefined ? undefined : (PROGRAMS[program] ?? program)
  if (prio !== undefined) return { text: `prio ${prio}`, note: `prio_callout is prio ${prio}`, wwids: false }
  return {
    text: undefined,
    note: `prio_callout ${value} has no prioritizer of its name; it is a comment now`,
    wwids: false,
  }
}

/** Words that changed, old and new, with the release of the change. */
const WORDS: readonly (readonly [
  string,
  number,
  Readonly<Record<string, string>>,
  Readonly<Record<string, string>>,
])[] = [
  [
    'find_multipaths',
    7_007,
    { yes: 'on', no: 'off' },
    { on: 'yes', off: 'no', strict: 'yes', greedy: 'no', smart: 'yes', 1: 'yes', 0: 'no' },
  ],
  [
    'flush_on_last_del',
    9_009,
    { yes: 'always', no: 'unused', 1: 'always', 0: 'unused' },
    { always: 'yes', unused: 'no', never: 'no' },
  ],
  ['path_grouping_policy', 9_006, {}, { group_by_tpg: 'group_by_prio' }],
]

function wordFor(name: string, value: string, from: Dialect, to: Dialect): string | undefined {
  const row = WORDS.find(([keyword]) => keyword === name)
  if (row === undefined) return undefined
  const [, since, newer, older] = row
  if (to.number >= since && from.number < since) return newer[value]
  return to.number < since ? older[value] : undefined
}

function written(value: string): string {
  return /^[\w./:%+-]+$/.test(value) ? value : `"${value}"`
}

/** The statement exchanged and the rest of the line kept; or a comment sign put before it. */
function splice(line: Line, text: string | undefined): Splice {
  const [first] = line.tokens
  const start = line.start + (first?.start ?? 0)
  if (text === undefined) return { start, end: start, text: '# ' }
  return { start, end: line.start + (line.tokens.at(-1)?.end ?? 0), text }
}

/** A conversion's notes as lines to read. */
export function noteLines(converted: Converted): string[] {
  return converted.notes.map(({ line, text }) => `line ${line}: ${unicodeText(text)}`)
}
