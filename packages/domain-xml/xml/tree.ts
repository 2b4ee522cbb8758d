/**
 * The tree of an XML text, each node with its span in the text, so that an edit can replace a span and nothing else.
 * May come in: tokens. May not: elements nested deeper than libvirt reads; recursion (a deep text must not end in a
 * stack overflow).
 */
import type { Place } from '#errors'
import { type Source, sourceOf } from './source.ts'
import { type Attribute, type CloseTag, type Leaf, type OpenTag, tokens } from './token.ts'

/** Source: libxml2, xmlParserMaxDepth without XML_PARSE_HUGE, which libvirt does not set */
const DEEPEST = 256

type Span = { readonly start: number; readonly end: number }
export type Node = Element | Leaf
export type Element = Span & {
  readonly kind: 'element'
  readonly name: string
  readonly attributes: readonly Attribute[]
  readonly children: readonly Node[]
  /** What lies between the tags; both the end of the tag where `isEmptyTag`. */
  readonly content: Span
  /** Written `<name/>`. */
  readonly isEmptyTag: boolean
}
export type Document = {
  readonly text: string
  /** All on the highest level: comments, white space, the declaration and the root. */
  readonly nodes: readonly Node[]
  readonly root: Element
  readonly source: Source
  /** Where a node or attribute begins. */
  place(at: Span): Place
}

type Opened = OpenTag & { readonly children: Node[] }

/**
 * Reads a whole text; `subject` is the object of "read" in errors, such as `the domain XML`.
 * @throws DomainXmlError at the first place that is not well-formed
 */
export function parseXml(text: string, subject: string): Document {
  const source = sourceOf(text, subject)
  const nodes: Node[] = []
  const stack: Opened[] = []
  let root: Element | undefined
  for (const token of tokens(source)) {
    if (token.kind === 'open' && !token.isEmptyTag) {
      push(source, stack, token)
      continue
    }
    const node = completed(source, stack, token)
    const parent = stack.at(-1)
    if (parent === undefined) root = outermost(source, root, node)
    ;(parent?.children ?? nodes).push(node)
  }
  if (stack.length > 0) unclosed(source, stack, text.length, 'the end of the text')
  if (root === undefined) return source.fail('root-missing', 0, 'no element', 'the text must have one root element')
  return { text, nodes, root, source, place: (at) => source.place(at.start) }
}

function push(source: Source, stack: Opened[], token: OpenTag): void {
  if (stack.length >= DEEPEST)
    source.fail('too-deep', token.start, `elements nested ${DEEPEST + 1} deep`, `libvirt reads at most ${DEEPEST}`)
  stack.push({ ...token, children: [] })
}

/** The node that ends with this token; an end tag takes its element from the stack. */
function completed(source: Source, stack: Opened[], token: OpenTag | CloseTag | Leaf): Node {
  if (token.kind === 'close') return pop(source, stack, token)
  if (token.kind !== 'open') return token
  const { start, end, name, attributes } = token
  return { kind: 'element', start, end, name, attributes, children: [], content: { start: end, end }, isEmptyTag: true }
}

function pop(source: Source, stack: Opened[], token: CloseTag): Node {
  const opened = stack.at(-1)
  if (opened?.name !== token.name) return wrongEnd(source, stack, token)
  stack.pop()
  const { start, name, attributes, children } = opened
  const content = { start: opened.end, end: token.start }
  return { kind: 'element', start, end: token.end, name, attributes, children, content, isEmptyTag: false }
}

/** An end tag that fits an element further out shows that those within were never closed. */
function wrongEnd(source: Source, stack: readonly Opened[], token: CloseTag): never {
  const outer = stack.findLastIndex((opened) => opened.name === token.name)
  if (outer >= 0) unclosed(source, stack.slice(outer + 1), token.start, `</${token.name}>`)
  const opened = stack.at(-1)
  if (opened === undefined)
    return source.fail('end-tag-mismatched', token.start, `</${token.name}> where nothing is open`, 'remove it')
  const found = `</${token.name}> where <${opened.name}> is open`
  return source.fail('end-tag-mismatched', token.start, found, `write </${opened.name}>`, opened.start)
}

/** Complains about the first of the unclosed, for a reader mends from the top, and names the others. */
function unclosed(source: Source, open: readonly Opened[], missedAt: number, instead: string): never {
  const [first, ...others] = open
  const start = first?.start ?? missedAt
  const tag = source.text.slice(start, first?.end ?? missedAt)
  const besides = others
    .slice(0, 5)
    .map((o) => `<${o.name}> (${source.place(o.start).line}:${source.place(o.start).column})`)
  const also = besides.length === 0 ? '' : `; open within it: ${besides.join(', ')}`
  const { line, column } = source.place(missedAt)
  const found = `${shortened(tag)} never closed: ${instead} comes instead, at ${line}:${column}${also}`
  const hint = `write ${shortened(tag.replace(/\s*>$/, '/>'))} if it holds nothing, else add </${first?.name}>`
  return source.fail('element-unclosed', start, found, hint, missedAt)
}

function shortened(tag: string): string {
  return tag.length <= 100 ? tag : `${tag.slice(0, 99)}…`
}

/** The root so far, when one more node stands on the highest level. */
function outermost(source: Source, root: Element | undefined, node: Node): Element | undefined {
  if (node.kind === 'cdata' || (node.kind === 'text' && node.value.trim() !== ''))
    source.fail(
      'text-outside-root',
      node.start,
      'text outside of the root element',
      'remove it, or look for a lost tag',
    )
  if (node.kind !== 'element') return root
  if (root !== undefined)
    source.fail('root-duplicate', node.start, `a second root, <${node.name}>`, 'one document is one domain', root.start)
  return node
}

/** The text again, put together from the tree. */
export function print(document: Document): string {
  return document.nodes.map((node) => printed(document.text, node)).join('')
}

function printed(text: string, node: Node): string {
  if (node.kind !== 'element') return text.slice(node.start, node.end)
  const inside = node.children.map((child) => printed(text, child)).join('')
  return text.slice(node.start, node.content.start) + inside + text.slice(node.content.end, node.end)
}
