/**
 * A file cut into the pieces that the parser reads as lines.
 * May come in: the file's bytes as latin1 text, a dialect. May not: tokens, keywords.
 */
import type { Dialect } from '../releases/dialect.ts'

/** `start` and `end` are byte offsets in the file, line end included. */
export type Piece = { readonly number: number; readonly start: number; readonly end: number }

/** Bytes that make the parser see less than a whole piece. */
const ODD = /[\0\r]/
const LF = 10
const CR = 13

const PIECE_BYTES = 1023
const GETC_BYTES = 1024

/** Called for each piece in the order of the file; numbers count from 1. */
type Take = (number: number, start: number, end: number) => void

/** All pieces; together they are the file. Source: parser.c, read_line(), of 0.4.9 and 0.6.0 */
export function eachPiece(file: string, dialect: Dialect, take: Take): void {
  if (dialect.readsByFgets) byFgets(file, take)
  else byGetc(file, take)
}

/** What the parser sees of the piece between two offsets. */
export type Seen = (start: number, end: number) => string

/** How the pieces of this file are seen. */
export function seenIn(file: string, dialect: Dialect): Seen {
  if (!dialect.readsByFgets) return (start, end) => seenByGetc(file, start, end)
  if (ODD.test(file)) return (start, end) => seenByFgets(file.slice(start, end))
  return (start, end) => file.slice(start, file.charCodeAt(end - 1) === LF ? end - 1 : end)
}

function byFgets(file: string, take: Take): void {
  let number = 0
  let start = 0
  while (start < file.length) {
    const newline = file.indexOf('\n', start)
    const lineEnd = newline === -1 ? file.length : newline + 1
    while (start < lineEnd) {
      const end = Math.min(lineEnd, start + PIECE_BYTES)
      number += 1
      take(number, start, end)
      start = end
    }
  }
}

/**
 * What is left of a piece as a C string: a NUL ends it, and so does the first CR or LF after its start.
 * Leading line ends are blanks. Source: parser.c, read_line(), strtok_r(buf, "\n\r")
 */
function seenByFgets(piece: string): string {
  const nul = piece.indexOf('\0')
  const text = nul === -1 ? piece : piece.slice(0, nul)
  let start = 0
  while (text[start] === '\r' || text[start] === '\n') start += 1
  if (start === text.length) return ''
  const cr = text.indexOf('\r', start)
  const lf = text.indexOf('\n', start)
  const end = cr === -1 ? lf : lf === -1 ? cr : Math.min(cr, lf)
  return end === -1 ? text : text.slice(0, end)
}

/** Before 0.6.0: LF and CR both end a line, the 1025th byte is dropped, a last line without an end is not seen. */
function byGetc(file: string, take: Take): void {
  let number = 0
  let start = 0
  while (start < file.length) {
    let at = start
    while (at < file.length && at - start < GETC_BYTES && !isLineEnd(file.charCodeAt(at))) at += 1
    const end = Math.min(at + 1, file.length)
    number += 1
    take(number, start, end)
    start = end
  }
}

/** Without its last byte, which is a line end or the one that is dropped. */
function seenByGetc(file: string, start: number, end: number): string {
  const complete = end - start > GETC_BYTES || isLineEnd(file.charCodeAt(end - 1))
  const [shown = ''] = complete ? file.slice(start, end - 1).split('\0', 1) : []
  return shown
}

function isLineEnd(code: number): boolean {
  return code === LF || code === CR
}
