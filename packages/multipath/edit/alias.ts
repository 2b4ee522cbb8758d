/**
 * Aliases named, renamed and exchanged in place. A change inside one line is proved on that line alone.
 * May come in: a document, WWIDs and names. May not: I/O, the rest of the configuration.
 */
import { MultipathError } from '../errors.ts'
import { complaint } from '../syntax/check.ts'
import type { Document, Section, Statement } from '../syntax/document.ts'
import { tokens } from '../syntax/token.ts'
import { statementValue } from '../syntax/value.ts'
import { documentText, unicodeText } from './address.ts'
import { sectionsWith } from './locate.ts'
import type { Splice } from './splice.ts'
import { notFound, replaceValue } from './statement.ts'

/**
 * Gives the map of one alias another name. @throws MultipathError `not-found` for a name nobody has, `edit-refused` when
 * `to` is taken or the line would not be read as asked
 */
export function renameAlias(document: Document, from: string, to: string): Splice[] {
  const found = sectionsWith(document, 'alias', documentText(from))
  if (found.length === 0) throw notFound(`rename the alias ${from}`, 'no section with it')
  const [taken] = sectionsWith(document, 'alias', documentText(to))
  if (taken !== undefined)
    throw refused(`rename ${from} to ${to}`, `${to} on line ${taken.alias?.line.number}, for another map`)
  return found.flatMap(({ alias }) => (alias === undefined ? [] : [proved(document, alias, to)]))
}

/** Exchanges two names. On live hosts that takes a third name in between: two maps cannot swap at once. */
export function swapAliases(document: Document, one: string, other: string): Splice[] {
  if (one === other) throw refused(`swap ${one} and ${other}`, 'one name')
  const sides = [
    [one, other],
    [other, one],
  ] as const
  return sides.flatMap(([from, to]) => {
    const found = sectionsWith(document, 'alias', documentText(from))
    if (found.length === 0) throw notFound(`swap ${one} and ${other}`, `no section with ${from}`)
    return found.flatMap(({ alias }) => (alias === undefined ? [] : [proved(document, alias, to)]))
  })
}

/** The alias statement that counts for a WWID: of several sections the last since 0.7.8, the first before. */
export function aliasStatement(
  document: Document,
  wwid: string,
): { readonly section: Section; readonly alias: Statement | undefined } | undefined {
  const found = sectionsWith(document, 'wwid', documentText(wwid))
  const merged = document.dialect.number >= 7_008
  return merged ? (found.findLast(({ alias }) => alias !== undefined) ?? found.at(-1)) : found[0]
}

/** Refuses a name that another WWID has already. */
export function checkFree(document: Document, wwid: string, alias: string): void {
  const other = sectionsWith(document, 'alias', documentText(alias)).find((named) => named.wwid !== documentText(wwid))
  if (other !== undefined)
    throw refused(
      `name ${wwid} ${alias}`,
      `${alias} for ${unicodeText(other.wwid ?? 'no WWID')} on line ${other.alias?.line.number}`,
    )
}

/**
 * A new value in an alias statement, proved without reading the rest again: the line stays one line, is read without a
 * complaint, and has the keyword and value that were asked for; so nothing after it can be read differently.
 */
export function proved(document: Document, alias: Statement, to: string): Splice {
  const splice = replaceValue(document, alias, to)
  const { line } = alias
  const from = document.text.slice(line.start, line.end)
  const text = `${from.slice(0, splice.start - line.start)}${splice.text}${from.slice(splice.end - line.start)}`
  const read = tokens(text.replace(/[\r\n]+$/, ''), document.dialect)
  const value = statementValue(read, document.dialect)
  const fits = text.length <= 1023 && from.length <= 1023 && from.endsWith('\n')
  const same =
    read[0]?.text === line.tokens[0]?.text &&
    value?.text === documentText(to) &&
    complaint(read, document.dialect) === undefined
  const slash = document.dialect.number >= 8_008 && to.includes('/')
  if (fits && same && !slash && !/[\0\r]/.test(text.slice(0, -1))) return splice
  throw refused(
    `write the alias ${to} on line ${line.number}`,
    slash ? 'a slash in it' : 'a line that would not be read that way',
  )
}

function refused(attempted: string, found: string): MultipathError {
  return new MultipathError('edit-refused', {
    attempted,
    found,
    hint: 'an alias stands for one map, and has no slash in it',
  })
}
