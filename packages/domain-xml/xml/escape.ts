/**
 * Writes values so that reading gives them back.
 * May come in: any text. May not go out: a character that would end the value or be changed by a reader.
 */
import type { Document, Element, Node } from './tree.ts'

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Whether XML 1.0 can hold the text at all. */
export function isText(value: string): boolean {
  return !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|\p{Surrogate}/u.test(value)
}

/** The raw form of an attribute's value between these quotes; white space but the blank is written by number. */
export function attributeText(value: string, quote: '"' | "'"): string {
  const special = quote === '"' ? /[&<>"\t\n\r]/g : /[&<>'\t\n\r]/g
  return value.replace(special, (character) => ESCAPED[character] ?? `&#${character.charCodeAt(0)};`)
}

/** The raw form of a text between tags. */
export function contentText(value: string): string {
  return value.replace(/[&<>\r]/g, (character) => ESCAPED[character] ?? `&#${character.charCodeAt(0)};`)
}

/** The quote that a new attribute of the element takes: its last one's, else the first of the document, else '. */
export function quoteOf(document: Document, element: Element): '"' | "'" {
  return element.attributes.at(-1)?.quote ?? firstQuote(document.root) ?? "'"
}

function firstQuote(node: Node): '"' | "'" | undefined {
  if (node.kind !== 'element') return undefined
  const own = node.attributes[0]?.quote
  if (own !== undefined) return own
  for (const child of node.children) {
    const quote = firstQuote(child)
    if (quote !== undefined) return quote
  }
  return undefined
}
