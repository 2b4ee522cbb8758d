/**
 * Splits XML into tokens whose texts, joined, are the input again.
 * May come in: XML as libvirt writes it and people type it. May not: a DOCTYPE (with it every entity but the five of
 * XML itself, and with those every entity bomb). Time is linear in the length of the text.
 */
import { attributeValue, textValue } from './entity.ts'
import type { Source } from './source.ts'

type Span = { readonly start: number; readonly end: number }
export type Attribute = Span & {
  readonly name: string
  /** With entities replaced and white space made blanks, as XML 1.0 section 3.3.3 wants. */
  readonly value: string
  readonly valueStart: number
  readonly valueEnd: number
  readonly quote: '"' | "'"
}
export type OpenTag = Span & {
  readonly kind: 'open'
  readonly name: string
  readonly attributes: readonly Attribute[]
  /** Written `<name/>`. */
  readonly isEmptyTag: boolean
}
export type CloseTag = Span & { readonly kind: 'close'; readonly name: string }
export type Leaf =
  | (Span & { readonly kind: 'text' | 'cdata'; readonly value: string })
  | (Span & { readonly kind: 'comment' | 'instruction' })
export type Token = OpenTag | CloseTag | Leaf

const NAME = /[A-Za-z_:\u0080-\uffff][-\w:.\u0080-\uffff]*/y
const SPACE = /[ \t\r\n]*/y
const EQUALS = /[ \t\r\n]*=[ \t\r\n]*/y
const VALUE = { '"': /[^"<]*/y, "'": /[^'<]*/y } as const

/**
 * The tokens in order.
 * @throws DomainXmlError at the first place that is not XML
 */
export function* tokens(source: Source): Generator<Token, void> {
  const { text } = source
  let at = 0
  while (at < text.length) {
    const token = text[at] === '<' ? markup(source, at) : characters(source, at)
    yield token
    at = token.end
  }
}

function characters(source: Source, start: number): Leaf {
  const next = source.text.indexOf('<', start)
  const end = next < 0 ? source.text.length : next
  const raw = source.text.slice(start, end)
  const value = start === 0 && raw.startsWith('\ufeff') ? raw.slice(1) : raw
  const stray = value.indexOf(']]>')
  if (stray >= 0) source.fail('entity-unknown', end - value.length + stray, '"]]>" in a text', 'write ]]&gt;')
  return { kind: 'text', start, end, value: textValue(source, value, end - value.length) }
}

function markup(source: Source, start: number): Token {
  const { text } = source
  if (text.startsWith('<!--', start)) return comment(source, start)
  if (text.startsWith('<![CDATA[', start)) return cdata(source, start)
  if (text.startsWith('<?', start)) return instruction(source, start)
  if (text.startsWith('</', start)) return close(source, start)
  if (text.startsWith('<!', start))
    source.fail('doctype-refused', start, `"${text.slice(start, start + 9)}"`, 'remove it: libvirt needs no DOCTYPE')
  return open(source, start)
}

function between(source: Source, start: number, from: string, to: string): Span {
  const end = source.text.indexOf(to, start + from.length)
  if (end < 0) source.fail('markup-unclosed', start, `"${from}" without "${to}"`, `write "${to}" where it ends`)
  return { start, end: end + to.length }
}

function comment(source: Source, start: number): Leaf {
  const span = between(source, start, '<!--', '-->')
  const hyphens = source.text.indexOf('--', start + '<!--'.length)
  if (hyphens < span.end - '-->'.length)
    source.fail('tag-malformed', hyphens, '"--" within a comment', 'XML forbids it there; write a single hyphen')
  return { kind: 'comment', ...span }
}

function cdata(source: Source, start: number): Leaf {
  const span = between(source, start, '<![CDATA[', ']]>')
  const value = source.text.slice(start + '<![CDATA['.length, span.end - ']]>'.length)
  return { kind: 'cdata', ...span, value: value.replaceAll('\r\n', '\n') }
}

function instruction(source: Source, start: number): Leaf {
  const isDeclaration = /^<\?xml[\s?]/.test(source.text.slice(start, start + 6))
  const isFirst = start === 0 || (start === 1 && source.text.startsWith('\ufeff'))
  if (isDeclaration && !isFirst)
    source.fail('tag-malformed', start, 'an XML declaration that is not at the very beginning', 'move it there')
  return { kind: 'instruction', ...between(source, start, '<?', '?>') }
}

function close(source: Source, start: number): CloseTag {
  const name = matched(NAME, source.text, start + 2)
  if (name === '') source.fail('tag-malformed', start, 'an end tag without a name', 'write </name>')
  const end = start + 2 + name.length
  const gap = matched(SPACE, source.text, end).length
  if (source.text[end + gap] !== '>')
    source.fail('tag-malformed', start, `the end tag </${name} without ">"`, `write </${name}>`)
  return { kind: 'close', start, end: end + gap + 1, name }
}

function open(source: Source, start: number): OpenTag {
  const name = matched(NAME, source.text, start + 1)
  if (name === '')
    source.fail('tag-malformed', start, '"<" that begins no tag', 'write &lt; if the character itself is meant')
  const attributes: Attribute[] = []
  const names = new Map<string, number>()
  let at = start + 1 + name.length
  for (;;) {
    const gap = matched(SPACE, source.text, at).length
    const tag = { kind: 'open', start, name, attributes } as const
    if (source.text[at + gap] === '>') return { ...tag, end: at + gap + 1, isEmptyTag: false }
    if (source.text.startsWith('/>', at + gap)) return { ...tag, end: at + gap + 2, isEmptyTag: true }
    const read = attribute(source, { name, start }, at, gap)
    const first = names.get(read.name)
    if (first !== undefined)
      source.fail('attribute-duplicate', read.start, `${read.name} twice in <${name}>`, 'remove one of them', first)
    names.set(read.name, read.start)
    attributes.push(read)
    at = read.end
  }
}

type Tag = { readonly name: string; readonly start: number }

function attribute(source: Source, tag: Tag, after: number, gap: number): Attribute {
  const { text } = source
  const start = after + gap
  const name = matched(NAME, text, start)
  if (name === '') return endless(source, tag, start)
  if (gap === 0)
    source.fail('attribute-malformed', start, `${name} right behind the one before`, 'put a blank between attributes')
  const equals = matched(EQUALS, text, start + name.length)
  const quote = text[start + name.length + equals.length]
  if (equals === '' || (quote !== '"' && quote !== "'"))
    source.fail('attribute-malformed', start, `${name} in <${tag.name}> without a quoted value`, `write ${name}='…'`)
  const valueStart = start + name.length + equals.length + 1
  const raw = matched(VALUE[quote], text, valueStart)
  const valueEnd = valueStart + raw.length
  if (text[valueEnd] !== quote)
    source.fail('attribute-malformed', start, `the value of ${name} has no end`, `close it with ${quote}; < is &lt;`)
  const value = attributeValue(source, raw, valueStart)
  return { name, value, start, end: valueEnd + 1, valueStart, valueEnd, quote }
}

function endless(source: Source, tag: Tag, at: number): never {
  const what = source.text[at]
  if (what === undefined || what === '<')
    source.fail('markup-unclosed', tag.start, `<${tag.name} without ">"`, `close the tag with ">" or "/>"`, at)
  return source.fail('tag-malformed', at, `"${what}" in the tag <${tag.name}>`, `write name='value', ">" or "/>"`)
}

/** What a sticky expression matches at an offset, '' where it does not. */
function matched(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0] ?? ''
}
