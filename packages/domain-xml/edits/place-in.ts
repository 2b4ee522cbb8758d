/**
 * Puts attributes and elements into a document in its own manner: its quotes, its indentation.
 * May come in: an element of the document and what to add. May not: a change where the value is already there.
 */
import { attributeOf, attributeText, contentText, type Document, type Edit, type Element, quoteOf, textOf } from '#xml'
import { checkText } from './value.ts'

/** The edits that give an attribute this value: none where it has it. @throws DomainXmlError `value-invalid` */
export function setAttribute(document: Document, element: Element, name: string, value: string): Edit[] {
  checkText(name, value)
  const found = attributeOf(element, name)
  if (found?.value === value) return []
  if (found !== undefined)
    return [{ start: found.valueStart, end: found.valueEnd, text: attributeText(value, found.quote) }]
  const quote = quoteOf(document, element)
  const at = element.attributes.at(-1)?.end ?? element.start + 1 + element.name.length
  return [{ start: at, end: at, text: ` ${name}=${quote}${attributeText(value, quote)}${quote}` }]
}

/** The edits that give an element this text and nothing else: none where it has it. */
export function setText(element: Element, value: string): Edit[] {
  checkText(element.name, value)
  if (textOf(element) === value) return []
  if (!element.isEmptyTag) return [{ ...element.content, text: contentText(value) }]
  return [{ start: element.end - '/>'.length, end: element.end, text: `>${contentText(value)}</${element.name}>` }]
}

/** The edit that puts XML in as the first child, indented as the child before which it comes. */
export function insertFirst(document: Document, parent: Element, xml: string): Edit {
  if (parent.isEmptyTag) return { start: parent.end - '/>'.length, end: parent.end, text: `>${xml}</${parent.name}>` }
  const first = parent.children.find((node) => node.kind === 'element')
  if (first !== undefined) return { start: first.start, end: first.start, text: xml + gapBefore(document, first) }
  return { start: parent.content.end, end: parent.content.end, text: xml }
}

/** The edit that puts XML behind an element, on a line of its own where that one stands on its own. */
export function insertAfter(document: Document, sibling: Element, xml: string): Edit {
  return { start: sibling.end, end: sibling.end, text: gapBefore(document, sibling) + xml }
}

/** The edit that takes an element out, with its line where it stands on its own. */
export function remove(document: Document, element: Element): Edit {
  return { start: element.start - gapBefore(document, element).length, end: element.end, text: '' }
}

/** The white space with the line end before an element, '' where something else stands before it on its line. */
function gapBefore(document: Document, element: Element): string {
  return /(?:\r?\n)?[ \t]*$/.exec(document.text.slice(Math.max(0, element.start - 200), element.start))?.[0] ?? ''
}
