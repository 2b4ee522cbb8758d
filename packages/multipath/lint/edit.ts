/**
 * Changes of a file as ranges of its bytes; what lies between them stays byte for byte.
 * May come in: places that the parser gave. May not: a change that nobody asked for.
 */
import type { Splice } from '../edit/splice.ts'
import type { Document, Line } from '../syntax/document.ts'

/** Replaces the bytes from `start` up to `end`; offsets in the file, `text` is one character a byte. */
export type TextEdit = Splice

/** Takes a line out, with its end. */
export function removeLine(line: Line): TextEdit {
  return { start: line.start, end: line.end, text: '' }
}

/** Makes a comment of a line, behind its indentation. */
export function commentOut(line: Line): TextEdit {
  const start = line.start + indentOf(line).length
  return { start, end: start, text: '#' }
}

/** Replaces a part of a line; `from` and `to` are offsets in it. */
export function replaceIn(line: Line, from: number, to: number, text: string): TextEdit {
  return { start: line.start + from, end: line.start + to, text }
}

/** Puts lines before a line; each of `texts` is one, without its end. */
export function insertBefore(document: Document, line: Line, texts: readonly string[]): TextEdit {
  const end = lineEndOf(document)
  return { start: line.start, end: line.start, text: texts.map((text) => text + end).join('') }
}

/** Puts lines after a line, which may be the last one and have no end. */
export function insertAfter(document: Document, line: Line, texts: readonly string[]): TextEdit {
  const end = lineEndOf(document)
  const before = document.text.slice(0, line.end).endsWith('\n') ? '' : end
  return { start: line.end, end: line.end, text: before + texts.map((text) => text + end).join('') }
}

/** Puts lines at the end of the file. */
export function append(document: Document, texts: readonly string[]): TextEdit {
  const end = lineEndOf(document)
  const at = document.text.length
  const before = document.text === '' || document.text.endsWith('\n') ? '' : end
  return { start: at, end: at, text: before + texts.map((text) => text + end).join('') }
}

const lineEnds = new WeakMap<Document, string>()

/** How the lines of this file end; looked for once, for cures ask it at every place. */
export function lineEndOf(document: Document): string {
  const end = lineEnds.get(document) ?? (document.text.includes('\r\n') ? '\r\n' : '\n')
  lineEnds.set(document, end)
  return end
}

/** The white space at the start of a line. */
export function indentOf(line: Line): string {
  return /^[ \t]*/.exec(line.text)?.[0] ?? ''
}
