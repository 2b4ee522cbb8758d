/**
 * Sections put behind comment signs, and brought out again.
 * May come in: a document. May not: whether the result is what was meant.
 */
import { type Document, type Line, parseText, type Section } from '../syntax/document.ts'
import { sectionsNamed } from './address.ts'
import type { Splice } from './splice.ts'
import { notFound } from './statement.ts'

/** A `#` at the start of each line of the last section of that name. @throws MultipathError `not-found` */
export function commentOut(document: Document, name: string): Splice[] {
  const section = sectionsNamed(document.nodes, name).findLast((found): found is Section => found.close !== undefined)
  if (section?.close === undefined) throw notFound(`comment out ${name}`, 'no such section with an end')
  return linesBetween(document, section.line, section.close.line).map(({ start }) => ({ start, end: start, text: '#' }))
}

const SIGN = /^[ \t]*#/

/**
 * Takes the first `#` from each line of the first commented-out section of that name: its opening and its `}` are
 * comments, and so is every line between them that is not blank. @throws MultipathError `not-found`
 */
export function uncomment(document: Document, name: string): Splice[] {
  const { lines } = document
  for (const [at, line] of lines.entries()) {
    if (!opens(document, line, name)) continue
    const last = closing(document, at)
    if (last !== undefined) return lines.slice(at, last + 1).flatMap((inner) => withoutSign(document, inner))
  }
  throw notFound(`bring back ${name} from its comment`, 'no commented-out section of that name with an end')
}

function opens(document: Document, line: Line, name: string): boolean {
  const text = uncommented(document, line)
  if (text === undefined || !text.includes(name)) return false
  const [node] = parseText(`${text}\n`, document.release).nodes
  return node?.kind === 'section' && node.keyword.name === name
}

/** The index of the line that ends the section which opens at `from`, counting the comment's own braces. */
function closing(document: Document, from: number): number | undefined {
  let text = ''
  for (let at = from; at < document.lines.length; at += 1) {
    const line = document.lines[at]
    if (line === undefined) return undefined
    const bare = uncommented(document, line)
    if (bare === undefined && line.text.trim() !== '') return undefined
    text += `${bare ?? ''}\n`
    if (bare === undefined || !bare.trimStart().startsWith('}')) continue
    const [node] = parseText(text, document.release).nodes
    if (node?.kind === 'section' && node.close !== undefined) return at
  }
  return undefined
}

function uncommented(document: Document, line: Line): string | undefined {
  const text = document.text.slice(line.start, line.end).replace(/[\r\n]+$/, '')
  return SIGN.test(text) ? text.replace('#', '') : undefined
}

function withoutSign(document: Document, line: Line): Splice[] {
  const text = document.text.slice(line.start, line.end)
  if (!SIGN.test(text)) return []
  const at = line.start + text.indexOf('#')
  return [{ start: at, end: at + 1, text: '' }]
}

function linesBetween(document: Document, first: Line, last: Line): readonly Line[] {
  return document.lines.slice(first.number - 1, last.number)
}
