/**
 * One value as a file of a release must write it.
 * May come in: a value, a dialect. May not: sections, whether the keyword takes the value.
 */
import { MultipathError } from '../errors.ts'
import type { Dialect } from '../releases/dialect.ts'
import type { Value } from '../releases/keyword.ts'

const WORD = /^[^\s!#{}"\u0000-\u0020\u007f-\uffff]+$/
const utf8 = new TextEncoder()

/** The most bytes of a line: longer ones are read as two. Source: parser.c, MAXBUF */
export const LINE_BYTES = 1022

/** `text` bare where that is safe, else in quotation marks. @throws MultipathError `render-refused` */
export function writtenValue(value: Value, dialect: Dialect): string {
  if (typeof value === 'number') return String(value)
  if (WORD.test(value)) return value
  return writtenText(value, dialect)
}

/** `text` in quotation marks. @throws MultipathError `render-refused` when the release cannot hold it */
export function writtenText(text: string, dialect: Dialect): string {
  const wrong = unwritable(text, dialect)
  if (wrong === undefined) return `"${text.replaceAll('"', '""')}"`
  throw new MultipathError('render-refused', {
    attempted: `write ${JSON.stringify(text)} for multipath-tools ${dialect.release}`,
    found: wrong,
    hint: 'choose a value without it',
  })
}

/** Why a release cannot hold a text; undefined when it can. Source: facts on multipath, rules 1 and 5 */
function unwritable(text: string, dialect: Dialect): string | undefined {
  if (/[\0\r\n]/.test(text)) return 'a line end or NUL, which ends the value'
  if (utf8.encode(text).length > LINE_BYTES) return 'more than fits into a line'
  if (!dialect.doublesQuotes && text.includes('"')) return 'a quotation mark, which ends the value before 0.7.6'
  if (!dialect.doublesQuotes && /^[\s\u0080-\uffff]/.test(text))
    return 'white space at the start, which is lost before 0.7.6'
  if (dialect.commentsInStrings && /^[!#]/.test(text))
    return `${text[0]} at the start, which begins a comment before 0.8.5`
  return undefined
}
