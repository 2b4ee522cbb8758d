/**
 * The keywords a release knows, by section, ready to look up.
 * May come in: the facts of `keyword-table.ts`. May not: the text of any file, I/O.
 */
import { type Dialect, dialectOf } from './dialect.ts'
import { KEYWORD_TABLE } from './keyword-table.ts'
import { inRanges } from './release.ts'

/** A setting's value as the tool keeps it: a number, or a word or text. 0 and undefined both mean "unset" for numbers. */
export type Value = string | number

export type Kind =
  | 'arguments'
  | 'attributes'
  | 'callout'
  | 'count'
  | 'delimiter'
  | 'directory'
  | 'drop-in-directory'
  | 'failback'
  | 'files'
  | 'finding'
  | 'flush'
  | 'group'
  | 'group-timeout'
  | 'grouping'
  | 'ignored'
  | 'interval'
  | 'key'
  | 'logging'
  | 'loss'
  | 'marginal'
  | 'mode'
  | 'name'
  | 'number'
  | 'number-or-no'
  | 'owner'
  | 'path'
  | 'pattern'
  | 'reply-timeout'
  | 'resizing'
  | 'retries'
  | 'retry'
  | 'seconds-or-off'
  | 'section'
  | 'text'
  | 'transport'
  | 'vital-page'
  | 'weight'
  | 'yes-no'
  | 'yes-no-unset'

/** One keyword of one section in one release. */
export type Keyword = {
  readonly name: string
  /** What it sets; differs from `name` for other spellings (`checker` sets `path_checker`). */
  readonly field: string
  /** The path of the section it stands in; empty for the top. */
  readonly section: string
  readonly kind: Kind
  /** Numbers: the smallest and largest taken. Argument texts: `least` is where the count stands. */
  readonly least: number
  readonly most: number
  /** False for spellings that are never printed back. */
  readonly shown: boolean
  /** What the setting starts with. */
  readonly initial: Value | undefined
  /** What is shown (and holds) while it is unset. */
  readonly fallback: Value | undefined
  /** May stand several times in its section without a message. */
  readonly repeats: boolean
  /** The path of the section it opens. */
  readonly opens: string | undefined
}

export type SectionKeywords = {
  readonly path: string
  readonly byName: ReadonlyMap<string, Keyword>
  /** In the order the tool prints them. */
  readonly inOrder: readonly Keyword[]
}

/** Every section of a release, by path: `` (the top), `defaults`, `multipaths/multipath` and so on. */
export type KeywordTable = ReadonlyMap<string, SectionKeywords>

const ROOTS = ['defaults', 'blacklist', 'blacklist_exceptions', 'devices', 'overrides', 'multipaths']
const known = new Map<string, KeywordTable>()

/** @throws MultipathError `release-unknown` */
export function keywordsOf(release: string): KeywordTable {
  const dialect = dialectOf(release)
  const seen = known.get(dialect.release)
  if (seen !== undefined) return seen
  const table = build(dialect)
  known.set(dialect.release, table)
  return table
}

function build(dialect: Dialect): KeywordTable {
  const sections = new Map<string, Keyword[]>()
  let path = ''
  for (const line of KEYWORD_TABLE.split('\n')) {
    if (line.startsWith('[')) path = line.slice(1, -1)
    else if (line !== '') {
      const keyword = row(line, path, dialect)
      if (keyword !== undefined) (sections.get(path) ?? fresh(sections, path)).push(keyword)
    }
  }
  sections.set(
    '',
    ROOTS.filter((root) => sections.has(root)).map((root) => opener(root)),
  )
  return new Map([...sections].map(([at, list]) => [at, section(at, list)]))
}

function fresh(sections: Map<string, Keyword[]>, path: string): Keyword[] {
  const list: Keyword[] = []
  sections.set(path, list)
  return list
}

function section(path: string, list: readonly Keyword[]): SectionKeywords {
  return { path, byName: new Map(list.map((keyword) => [keyword.name, keyword])), inOrder: list }
}

function opener(name: string): Keyword {
  return { ...PLAIN, name, field: name, section: '', kind: 'section', shown: false, opens: name }
}

const PLAIN = {
  least: 0,
  most: 0,
  shown: true,
  initial: undefined,
  fallback: undefined,
  repeats: false,
  opens: undefined,
}

function row(line: string, path: string, dialect: Dialect): Keyword | undefined {
  const [name = '', releases = '', kindText = '', compiled = '', noteText = ''] = line
    .split('|')
    .map((cell) => cell.trim())
  if (!inRanges(releases, dialect.number)) return undefined
  const [kind, least = 0, most = 0] = kindOf(kindText)
  const notes = noteText.split(';').map((note) => note.trim())
  const alias = notes.find((note) => note.startsWith('as '))
  const unshown = notes.find((note) => note.startsWith('unshown '))
  const opens = kind === 'section' ? `${path}/${name}` : undefined
  return {
    name,
    field: alias?.slice(3) ?? name,
    section: path,
    kind,
    least,
    most,
    shown: kind !== 'section' && (unshown === undefined || !inRanges(unshown.slice(8), dialect.number)),
    initial: compiledIn(compiled, '=', dialect),
    fallback: compiledIn(compiled, '~', dialect),
    repeats: dialect.number >= 5_000 && (kind === 'section' || (kind === 'pattern' && !path.endsWith('/device'))),
    opens,
  }
}

function kindOf(text: string): [Kind, number?, number?] {
  const [kind = '', ...bounds] = text.split(' ')
  return [checkedKind(kind), ...bounds.map(Number)] as [Kind, number?, number?]
}

function checkedKind(kind: string): Kind {
  const found = KINDS.find((known) => known === kind)
  if (found === undefined) throw new TypeError(`no such kind of value: ${kind}`)
  return found
}

const KINDS: readonly Kind[] = [
  'arguments',
  'attributes',
  'callout',
  'count',
  'delimiter',
  'directory',
  'drop-in-directory',
  'failback',
  'files',
  'finding',
  'flush',
  'group',
  'group-timeout',
  'grouping',
  'ignored',
  'interval',
  'key',
  'logging',
  'loss',
  'marginal',
  'mode',
  'name',
  'number',
  'number-or-no',
  'owner',
  'path',
  'pattern',
  'reply-timeout',
  'resizing',
  'retries',
  'retry',
  'seconds-or-off',
  'section',
  'text',
  'transport',
  'vital-page',
  'weight',
  'yes-no',
  'yes-no-unset',
]

/** `= 5 0.5.0- ; ~ 5 0.7.2-`: the value of the first part of this sort whose releases (if any) hold. */
function compiledIn(cell: string, sort: '=' | '~', dialect: Dialect): Value | undefined {
  for (const part of cell.split(' ; ')) {
    const [, mark, text = '', releases] = /^([=~]) ("[^"]*"|\S+)(?: (\S+))?$/.exec(part) ?? []
    if (mark === sort && (releases === undefined || inRanges(releases, dialect.number))) return literal(text)
  }
  return undefined
}

/** A value as the tables write it: `"text"`, a number, or a word. */
export function literal(text: string): Value {
  if (text.startsWith('"')) return text.slice(1, -1)
  return /^-?\d+$/.test(text) ? Number(text) : text
}
