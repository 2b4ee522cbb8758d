/**
 * Statements and sections set, added and removed, as splices of the file.
 * May come in: a document, addresses, values. May not: whether the result is what was meant (that is `verify.ts`).
 */
import { MultipathError } from '../errors.ts'
import type { Value } from '../releases/keyword.ts'
import { type Settings, settable } from '../render/render.ts'
import { writtenText, writtenValue } from '../render/value.ts'
import type { Document, Line, Section, Statement } from '../syntax/document.ts'
import { documentText, identity, type SectionAddress, sectionsAt, sectionsNamed, statementsOf } from './address.ts'
import type { Splice } from './splice.ts'

/** Sets a keyword: in its last statement, else in the last section of the address, else in a new one. */
export function setStatement(document: Document, address: SectionAddress, name: string, value: Value): Splice[] {
  const keyword = settable(address.path, name, document.dialect)
  const sections = sectionsAt(document, address)
  const statement = sections.flatMap((section) => statementsOf(section, keyword.field)).at(-1)
  if (statement !== undefined) return [replaceValue(document, statement, value)]
  const section = sections.at(-1)
  if (section !== undefined) return [intoSection(document, section, [`${name} ${written(value, document)}`])]
  return addSection(document, address, { [name]: value })
}

/** Takes every statement of a keyword out of the sections of the address. @throws MultipathError `not-found` */
export function unsetStatement(document: Document, address: SectionAddress, name: string): Splice[] {
  const keyword = settable(address.path, name, document.dialect)
  const statements = sectionsAt(document, address).flatMap((section) => statementsOf(section, keyword.field))
  if (statements.length === 0) throw notFound(`take ${name} out of ${address.path}`, 'no such statement')
  return statements.map(({ line }) => wholeLines(line, line))
}

/** Adds a pattern to a blacklist. */
export function addRule(
  document: Document,
  path: 'blacklist' | 'blacklist_exceptions',
  name: string,
  pattern: string,
): Splice[] {
  settable(path, name, document.dialect)
  const line = `${name} ${documentText(writtenText(pattern, document.dialect))}`
  const section = sectionsAt(document, { path }).at(-1)
  return section === undefined
    ? [atEnd(document, [`${path} {`, `\t${line}`, '}'])]
    : [intoSection(document, section, [line])]
}

/** Takes a pattern out of a blacklist, wherever it stands there. @throws MultipathError `not-found` */
export function removeRule(
  document: Document,
  path: 'blacklist' | 'blacklist_exceptions',
  name: string,
  pattern: string,
): Splice[] {
  const text = documentText(pattern)
  const found = sectionsAt(document, { path })
    .flatMap((section) => statementsOf(section, name))
    .filter((statement) => statement.value?.text === text)
  if (found.length === 0) throw notFound(`take ${name} ${pattern} out of ${path}`, 'no such rule')
  return found.map(({ line }) => wholeLines(line, line))
}

/** A new section with the address's own keywords and `settings`: in the last section around it, else in a new one. */
export function addSection(document: Document, address: SectionAddress, settings: Settings): Splice[] {
  const [root = '', inner] = address.path.split('/')
  const named = identity(address).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
  const body = [...named, ...Object.entries(settings)].map(([name, value]) => {
    settable(address.path, name, document.dialect)
    return `${name} ${written(value, document)}`
  })
  if (inner === undefined) return [atEnd(document, [`${root} {`, ...body.map((line) => `\t${line}`), '}'])]
  const lines = [`${inner} {`, ...body.map((line) => `\t${line}`), '}']
  const around = sectionsNamed(document.nodes, root).at(-1)
  if (around !== undefined) return [intoSection(document, around, lines)]
  return [atEnd(document, [`${root} {`, ...lines.map((line) => `\t${line}`), '}'])]
}

/** Takes out all sections of the address, from their first line to their `}`. @throws MultipathError `not-found` */
export function removeSection(document: Document, address: SectionAddress): Splice[] {
  const sections = sectionsAt(document, address)
  if (sections.length === 0) throw notFound(`take out ${address.path}`, 'no such section')
  return sections.map((section) => {
    if (section.close !== undefined) return wholeLines(section.line, section.close.line)
    throw notFound(`take out ${address.path}`, `a section without an end, from line ${section.line.number}`)
  })
}

/** The value of a statement exchanged, from the end of the keyword to the end of what the tool reads of the line. */
export function replaceValue(document: Document, statement: Statement, value: Value): Splice {
  const { line } = statement
  const [keyword, second] = line.tokens
  const start = line.start + (second?.start ?? keyword?.end ?? 0)
  const end = line.start + (line.tokens.at(-1)?.end ?? 0)
  const quoted = statement.value?.quoted === true && typeof value === 'string'
  const text = quoted ? documentText(writtenText(value, document.dialect)) : written(value, document)
  return second === undefined ? { start: end, end, text: ` ${text}` } : { start, end, text }
}

function written(value: Value, document: Document): string {
  return documentText(writtenValue(value, document.dialect))
}

/** Whole lines, their ends included. */
export function wholeLines(first: Line, last: Line): Splice {
  return { start: first.start, end: last.end, text: '' }
}

/** New lines before the section's `}`, indented like what is there. @throws MultipathError `edit-refused` */
export function intoSection(document: Document, section: Section, lines: readonly string[]): Splice {
  if (section.close === undefined) {
    throw new MultipathError('edit-refused', {
      attempted: `add to the ${section.path} section of line ${section.line.number}`,
      found: 'no } that ends it',
      hint: 'add the missing } first: `anyblade multipath check --fix`',
    })
  }
  const sibling = section.children.findLast((node) => node.kind !== 'trivia' && node.kind !== 'stray')
  const indent = sibling === undefined ? `${blanks(document, section.line)}\t` : blanks(document, sibling.line)
  const at = section.close.line.start
  return { start: at, end: at, text: lines.map((line) => `${indent}${line}\n`).join('') }
}

/** New lines at the end of the file, after giving its last line an end. */
export function atEnd(document: Document, lines: readonly string[]): Splice {
  const at = document.text.length
  const joint = at > 0 && !document.text.endsWith('\n') ? '\n' : ''
  return { start: at, end: at, text: `${joint}${lines.map((line) => `${line}\n`).join('')}` }
}

function blanks(document: Document, line: Line): string {
  return /^[ \t]*/.exec(document.text.slice(line.start, line.end))?.[0] ?? ''
}

export function notFound(attempted: string, found: string): MultipathError {
  return new MultipathError('not-found', { attempted, found, hint: 'look at the file: `anyblade multipath explain`' })
}
