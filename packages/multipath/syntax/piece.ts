/**
 * A file cut into the pieces that the parser reads as lines.
 * May come in: the file's bytes as latin1 text, a dialect. May not: tokens, keywords.
 */
import type { Dialect } from '../releases/dialect.ts'

/** `start` and `end` are byte offsets in the file, line end included; `text` is what the parser sees of it. */
export type Piece = { readonly number: number; readonly start: number; readonly end: number; readonly text: string }

/** Bytes that make the parser see less than a whole piece. */
const ODD = /[\0\r]/

const PIECE_BYTES = 1023
const GETC_BYTES = 1024

/** What becomes of each piece; called in the order of the file. */
type Make<T> = (number: number, start: number, end: number, text: string) => T

/** All pieces in order, as `make` wants them; together they are the file. Source: parser.c, read_line(), of 0.4.9 and 0.6.0 */
export function pieces<T>(file: string, dialect: Dialect, make: Make<T>): T[] {
  return dialect.readsByFgets ? byFgets(file, make) : byGetc(file, make)
}

function byFgets<T>(file: string, make: Make<T>): T[] {
  const found: T[] = []
  const plain = !ODD.test(file)
  let start = 0
  while (start < file.length) {
    const newline = file.indexOf('\n', start)
    const lineEnd = newline === -1 ? file.length : newline + 1
    while (start < lineEnd) {
      const end = Math.min(lineEnd, start + PIECE_BYTES)
      const shown = newline !== -1 && end === newline + 1 ? newline : end
      const text = plain ? file.slice(start, shown) : seen(file.slice(start, end))
      found.push(make(found.length + 1, start, end, text))
      start = end
    }
  }
  return found
}

/**
 * What is left of a piece as a C string: a NUL ends it, and so does the first CR or LF after its start.
 * Leading line ends are blanks. Source: parser.c, read_line(), strtok_r(buf, "\n\r")
 */
function seen(piece: string): string {
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
function byGetc<T>(file: string, make: Make<T>): T[] {
  const found: T[] = []
  let start = 0
  while (start < file.length) {
    let at = start
    while (at < file.length && at - start < GETC_BYTES && !isLineEnd(file.charCodeAt(at))) at += 1
    const complete = at < file.length
    const [shown = ''] = complete ? file.slice(start, at).split('\0', 1) : []
    const end = complete ? at + 1 : file.length
    found.push(make(found.length + 1, start, end, shown))
    start = end
  }
  return found
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13
}
