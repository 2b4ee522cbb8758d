/**
 * The fleet's aliases as a marked block of a main file, for releases without drop-ins or by choice.
 * May come in: the file's bytes, aliases. May not: I/O, text outside the block.
 */
import { MultipathError } from '../errors.ts'
import { explain } from '../explain/explain.ts'
import { type Dialect, dialectOf } from '../releases/dialect.ts'
import { type AliasEntry, aliasesInEffect, multipathSettings } from '../render/aliases.ts'
import { render } from '../render/render.ts'
import { type Document, type Line, parse, type Section } from '../syntax/document.ts'
import { type Splice, spliced } from './splice.ts'

export const BLOCK_BEGIN = '# anyblade: begin aliases (generated; changes between these two lines are lost)'
export const BLOCK_END = '# anyblade: end aliases'
const BEGIN = /^\s*# anyblade: begin\b/
const END = /^\s*# anyblade: end\b/

/**
 * The main file with exactly these aliases in its marked block; without aliases the block goes. The rest stays byte for
 * byte. Before 0.6.0 a second `multipaths` section forgets the first, so there the block stands inside the last one.
 * @throws MultipathError `block-broken` when the marks do not pair up; `render-refused` for aliases that cannot be
 * written; `edit-refused` when the release would not read the result as asked, or would lose or rename another alias
 */
export function withAliasBlock(main: Uint8Array, release: string, aliases: readonly AliasEntry[]): Uint8Array {
  const dialect = dialectOf(release)
  const document = parse(main, release)
  const block = findBlock(document)
  const without = block === undefined ? document : parse(spliced(main, [remove(document, block)]), release)
  const bare = aliases.length === 0 ? without : withLastLine(without)
  const splices = aliases.length === 0 ? [] : [insertion(bare, dialect, aliases, block)]
  const result = spliced(bare.bytes, splices)
  check(without.bytes, result, dialect, aliases)
  return result
}

/** The aliases that stand in a file's marked block; empty without one. @throws MultipathError `block-broken` */
export function aliasBlock(main: Uint8Array, release: string): ReadonlyMap<string, string> {
  const document = parse(main, release)
  const block = findBlock(document)
  if (block === undefined) return new Map()
  const inner = document.lines.slice(block.first + 1, block.last)
  const text = inner.map((line) => document.text.slice(line.start, line.end)).join('')
  const bytes = new TextEncoder().encode(text.includes('multipaths') ? text : `multipaths {\n${text}}\n`)
  return aliasesInEffect(explain({ release, main: { path: 'the block', bytes } }))
}

/** Before 0.6.0 a last line without an end is not read; it gets its end. */
function withLastLine(document: Document): Document {
  const { dialect, bytes, text } = document
  if (dialect.readsByFgets || !/[^\r\n]$/.test(text)) return document
  return parse(spliced(bytes, [{ start: text.length, end: text.length, text: '\n' }]), dialect.release)
}

/** Line indices of the two marks. */
type Block = { readonly first: number; readonly last: number }

function findBlock(document: Document): Block | undefined {
  const begins = indices(document.lines, BEGIN)
  const ends = indices(document.lines, END)
  const [first, last] = [begins[0], ends[0]]
  if (first === undefined && last === undefined) return undefined
  if (begins.length === 1 && ends.length === 1 && first !== undefined && last !== undefined && first < last)
    return { first, last }
  throw new MultipathError('block-broken', {
    attempted: "find anyblade's block in the main file",
    found: `${begins.length} beginnings and ${ends.length} ends`,
    hint: 'put the two marks back in order, or delete both and what is between them',
  })
}

function indices(lines: readonly Line[], pattern: RegExp): number[] {
  return lines.flatMap((line, at) => (pattern.test(line.text) ? [at] : []))
}

function remove(document: Document, block: Block): Splice {
  const start = document.lines[block.first]?.start ?? 0
  return { start, end: document.lines[block.last]?.end ?? start, text: '' }
}

/** Where the block was, else at the end; before 0.6.0 before the `}` of the last `multipaths`. */
function insertion(
  document: Document,
  dialect: Dialect,
  aliases: readonly AliasEntry[],
  old: Block | undefined,
): Splice {
  const body = render(dialect.release, { multipaths: multipathSettings(aliases) })
  const home = dialect.number < 6_000 ? lastMultipaths(document) : undefined
  const lines =
    home === undefined
      ? body
      : body
          .split('\n')
          .slice(1, -2)
          .map((line) => `${line}\n`)
          .join('')
  const indent = home === undefined ? '' : '\t'
  const at = home?.close?.line.start ?? place(document, old)
  const joint = home === undefined && at === document.text.length && /[^\n]$/.test(document.text) ? '\n' : ''
  return { start: at, end: at, text: `${joint}${indent}${BLOCK_BEGIN}\n${lines}${indent}${BLOCK_END}\n` }
}

function place(document: Document, old: Block | undefined): number {
  return old === undefined ? document.text.length : (document.lines[old.first]?.start ?? document.text.length)
}

function lastMultipaths(document: Document): Section | undefined {
  return document.nodes.findLast((node): node is Section => node.kind === 'section' && node.path === 'multipaths')
}

/** Reads both files as the release does: the new aliases are in effect, and every other one is as before. */
function check(before: Uint8Array, after: Uint8Array, dialect: Dialect, aliases: readonly AliasEntry[]): void {
  const path = '/etc/multipath.conf'
  const old = explain({ release: dialect.release, main: { path, bytes: before } })
  const now = explain({ release: dialect.release, main: { path, bytes: after } })
  const attempted = `put ${aliases.length} aliases into the main file for multipath-tools ${dialect.release}`
  const refuse = (found: string, hint: string) => new MultipathError('edit-refused', { attempted, found, hint })
  if (!now.loads && (old.loads || aliases.length > 0))
    throw refuse(now.messages.at(-1) ?? now.ending, 'mend the main file first: `anyblade multipath check`')
  if (!now.loads) return
  const inEffect = aliasesInEffect(now)
  const asked = new Map(aliases.map(({ wwid, alias }) => [wwid, alias]))
  for (const [wwid, alias] of asked) {
    const found = inEffect.get(wwid)
    if (found !== alias)
      throw refuse(
        `${wwid} named ${found ?? 'nothing'}`,
        `another section or an open brace keeps ${alias} from its place`,
      )
  }
  for (const [wwid, alias] of aliasesInEffect(old)) {
    if (!asked.has(wwid) && inEffect.get(wwid) !== alias)
      throw refuse(`the alias ${alias} of ${wwid} lost`, 'the main file names it outside the block')
  }
  const wwids = new Map<string, string>()
  for (const [wwid, alias] of inEffect) {
    const other = wwids.get(alias)
    if (other !== undefined && (asked.has(wwid) || asked.has(other)))
      throw refuse(`${alias} for both ${other} and ${wwid}`, 'rename one of them')
    wwids.set(alias, wwid)
  }
}
