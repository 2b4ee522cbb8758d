/**
 * A text to be read, and how to complain about a place in it.
 * May come in: any text. May not: one longer than libvirt takes, or with a character that XML 1.0 does not have.
 */
import { DomainXmlError, type DomainXmlErrorCode, type Place } from '#errors'

/** UTF-16 units; libvirt's protocol takes strings of 4 MiB. Source: REMOTE_STRING_MAX of libvirt's remote protocol */
const LONGEST_TEXT = 4 * 1024 * 1024

// Source: XML 1.0, production 2 (Char). With the u flag, \p{Surrogate} is a surrogate without its partner.
const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|\p{Surrogate}/u

export type Source = {
  readonly text: string
  /** The place of an offset in UTF-16 units. */
  place(offset: number): Place
  /** Throws; `related` is the offset of the other end of the fault. */
  fail(code: DomainXmlErrorCode, offset: number, found: string, hint: string, related?: number): never
}

/**
 * `subject` says what the text is, as the object of "read": `the domain XML`.
 * @throws DomainXmlError `text-too-long`, `character-not-allowed`
 */
export function sourceOf(text: string, subject: string): Source {
  const place = placesIn(text)
  const fail: Source['fail'] = (code, offset, found, hint, related) => {
    const where = { place: place(offset), ...(related === undefined ? {} : { related: place(related) }) }
    throw new DomainXmlError(code, { attempted: `read ${subject}`, found, hint }, where)
  }
  if (text.length > LONGEST_TEXT)
    fail('text-too-long', LONGEST_TEXT, `${text.length} characters`, `libvirt takes at most ${LONGEST_TEXT}`)
  const bad = text.search(NOT_IN_XML)
  if (bad >= 0) fail('character-not-allowed', bad, shown(text, bad), 'remove it: XML has no such character')
  return { text, place, fail }
}

function shown(text: string, offset: number): string {
  return `the character U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Lines are counted only when someone asks for a place, then once. */
function placesIn(text: string): (offset: number) => Place {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)]
    const line = lineOf(starts, offset)
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 }
  }
}

/** How many line starts lie at or before the offset, by halving. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}
