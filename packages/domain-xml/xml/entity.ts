/**
 * What a raw text or attribute value means: entities replaced, line ends made one.
 * May come in: raw text between markup. May not: an entity other than the five of XML and numbered characters.
 */
import type { Source } from './source.ts'

const FIVE: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const IN_TEXT = /&([^\s&;<]{0,32};)?|\r\n?/g
const IN_ATTRIBUTE = /&([^\s&;<]{0,32};)?|\r\n?|[\n\t]/g

/** A text's value; `offset` is where `raw` stands in the source. @throws DomainXmlError `entity-unknown` */
export function textValue(source: Source, raw: string, offset: number): string {
  return raw.replace(IN_TEXT, (match, reference: string | undefined, at: number) =>
    match.startsWith('&') ? character(source, reference, offset + at) : '\n',
  )
}

/**
 * An attribute's value: white space written as such becomes blanks, written as &#10; it stays.
 * Source: XML 1.0 section 3.3.3
 * @throws DomainXmlError `entity-unknown`
 */
export function attributeValue(source: Source, raw: string, offset: number): string {
  return raw.replace(IN_ATTRIBUTE, (match, reference: string | undefined, at: number) =>
    match.startsWith('&') ? character(source, reference, offset + at) : ' ',
  )
}

function character(source: Source, reference: string | undefined, offset: number): string {
  if (reference === undefined)
    return source.fail('entity-unknown', offset, '"&" that begins no entity', 'write &amp; for the character itself')
  const name = reference.slice(0, -1)
  const known = FIVE[name] ?? numbered(name)
  if (known !== undefined) return known
  return source.fail('entity-unknown', offset, `&${name};`, 'use &lt; &gt; &amp; &quot; &apos; or &#NUMBER;')
}

function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? []
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16)
  return isCharacter(code) ? String.fromCodePoint(code) : undefined
}

/** Source: XML 1.0, production 2 (Char) */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
}
