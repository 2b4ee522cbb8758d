/**
 * A value the way the tool prints it in `multipath -t`, quotation marks and all.
 * May come in: a keyword, a value, a dialect. May not: sections, order.
 * Source: dict.c, the snprint functions of 0.4.9, 0.6.4, 0.7.9, 0.8.9, 0.9.4 and 0.14.3
 */
import type { Dialect } from '../../releases/dialect.ts'
import type { Keyword, Value } from '../../releases/keyword.ts'
import { INT_MAX, UINT_MAX } from './number.ts'

/** Printed text; empty when nothing is printed for it. */
export function show(keyword: Keyword, value: Value, dialect: Dialect): string {
  switch (keyword.kind) {
    case 'arguments':
    case 'callout':
    case 'delimiter':
    case 'directory':
    case 'drop-in-directory':
    case 'name':
    case 'path':
    case 'pattern':
    case 'text':
      return showText(keyword, String(value), dialect)
    case 'attributes':
      return dialect.number >= 8_002 ? String(value) : quoted(String(value), dialect)
    case 'number':
      return dialect.number < 5_000 && keyword.name === 'rr_min_io' ? String(Number(value) >>> 0) : String(value)
    case 'mode':
    case 'owner':
    case 'group':
      return `0${Number(value).toString(8)}`
    case 'key':
      return value === 'file' && dialect.number >= 8_007 ? '"file"' : String(value)
    case 'logging':
      return dialect.number >= 8_007 ? `"${value}"` : String(value)
    case 'seconds-or-off':
      return value === 'off' && dialect.number >= 5_000 && dialect.number < 8_006 ? '"off"' : String(value)
    case 'retries':
      return String(value)
    case 'loss':
      return value === 'infinity' ? '"infinity"' : showLoss(Number(value), dialect)
    case 'number-or-no':
      return value === 'no' ? showNo(dialect) : String(value)
    case 'ignored':
      return dialect.number >= 8_001 ? '"ignored"' : word(value, dialect)
    default:
      return word(value, dialect)
  }
}

function word(value: Value, dialect: Dialect): string {
  return typeof value === 'string' && dialect.number >= 5_000 ? `"${value}"` : String(value)
}

function showNo(dialect: Dialect): string {
  return dialect.number >= 7_000 ? '"no"' : '"off"'
}

function showLoss(value: number, dialect: Dialect): string {
  const most = dialect.number >= 8_004 ? UINT_MAX : INT_MAX
  return dialect.number >= 5_000 && value >= most ? '"infinity"' : String(value)
}

/** 0.4.9 puts few texts in quotation marks; from 0.7.6 on a mark inside is doubled. */
function showText(keyword: Keyword, text: string, dialect: Dialect): string {
  if (dialect.number >= 5_000) return keyword.name === 'wwid' && dialect.number < 6_000 ? text : quoted(text, dialect)
  const blacklisted = keyword.section.startsWith('blacklist')
  const bare = !blacklisted && (keyword.field === 'path_selector' || BARE.has(keyword.field))
  return bare ? text : `"${text}"`
}

const BARE = new Set(['prio', 'prio_args', 'path_checker', 'wwid', 'alias'])

function quoted(text: string, dialect: Dialect): string {
  return `"${dialect.doublesQuotes ? text.replaceAll('"', '""') : text}"`
}
