/**
 * Lines that are not read as they were meant: words too many, quotes, length, bytes.
 * Source: libmultipath/parser.c, alloc_strvec(), read_line(), validate_config_strvec()
 */
import type { Line } from '../../syntax/document.ts'
import type { Token } from '../../syntax/token.ts'
import { lineEndOf, replaceIn, type TextEdit } from '../edit.ts'
import { always, type Hit, hitAt, type Rule } from '../rule.ts'
import type { Said, Subject, SubjectFile } from '../subject.ts'

/** What stands behind the one value that a keyword takes; nothing where a quote is not closed. */
function extras({ tokens }: Line): readonly Token[] {
  if (tokens[1]?.kind !== 'quote') return tokens.slice(2)
  const closing = tokens.findIndex(({ kind }, at) => at > 1 && kind === 'quote')
  return closing < 0 ? [] : tokens.slice(closing + 1)
}

function hasOpenQuote({ tokens }: Line): boolean {
  return tokens.filter(({ kind }) => kind === 'quote').length % 2 === 1
}

const isClose = (token: Token | undefined): boolean => token?.kind === 'brace' && token.text === '}'

export const extraText: Rule = {
  id: 'MP011',
  severity: 'warning',
  releases: always,
  title: 'text behind a value or a brace',
  rationale:
    'A keyword takes one value, a } closes one level: the tool ignores the rest of the line, with a message since 0.6.',
  fix: 'put a value of several words between quotes, and each } on a line of its own',
  find: (subject) => [...behindValues(subject), ...behindBraces(subject)],
}

function behindValues(subject: Subject): readonly Hit[] {
  return subject.said.flatMap((said) => {
    const { line } = said.statement
    const rest = extras(line)
    if (rest.length === 0 || hasOpenQuote(line)) return []
    const text = line.text.slice(rest[0]?.start, rest.at(-1)?.end)
    const consequence = `${text} is ignored: ${said.name} is only ${said.value === '' ? 'empty' : said.value}`
    return [hitAt(said.file, line, { consequence, edits: cureOf(said, rest) }, rest[0]?.start)]
  })
}

/** A } goes to a line of its own; several bare words become one value. */
function cureOf({ file, statement: { line, value } }: Said, rest: readonly Token[]): readonly TextEdit[] {
  const [first] = rest
  if (first !== undefined && isClose(first))
    return [replaceIn(line, value?.end ?? first.start, first.start, lineEndOf(file.document))]
  const bare = value !== undefined && !value.quoted && rest.every(({ kind }) => kind === 'word')
  if (!bare) return []
  const end = rest.at(-1)?.end ?? value.end
  return [replaceIn(line, value.start, end, `"${line.text.slice(value.start, end)}"`)]
}

function behindBraces(subject: Subject): readonly Hit[] {
  const closes = [
    ...subject.sections.flatMap(({ file, section }) =>
      section.close === undefined ? [] : [{ file, line: section.close.line }],
    ),
    ...subject.skipped.flatMap(({ file, node }) => (node.kind === 'stray' ? [{ file, line: node.line }] : [])),
  ]
  return closes.flatMap(({ file, line }) => {
    const [brace, next] = line.tokens
    if (brace === undefined || next === undefined) return []
    const consequence = isClose(next) ? 'only one level is closed' : `${line.text.slice(next.start).trim()} is ignored`
    const edits = [replaceIn(line, brace.end, next.start, lineEndOf(file.document))]
    return [hitAt(file, line, { consequence, edits }, next.start)]
  })
}

export const openQuote: Rule = {
  id: 'MP012',
  severity: 'error',
  releases: always,
  title: 'a quote that is not closed',
  rationale:
    'The value runs to the end of the line, a } meant to close included; a string can not go on in the next line.',
  fix: 'close the quote',
  find: (subject) =>
    subject.said.flatMap((said) => {
      const { line } = said.statement
      if (!hasOpenQuote(line)) return []
      const last = line.tokens.at(-1)
      const opening = line.tokens.findLast(({ kind }) => kind === 'quote')
      const consequence = `${said.name} is ${JSON.stringify(said.value)}, up to the end of the line`
      const at = (last?.start ?? 0) + (last?.kind === 'string' ? last.text.trimEnd().length : 1)
      const isPlain = last?.kind === 'string' && !/[{}"]/.test(last.text)
      return [
        hitAt(
          said.file,
          line,
          { consequence, ...(isPlain && { edits: [replaceIn(line, at, at, '"')] }) },
          opening?.start,
        ),
      ]
    }),
}

/** UTF-8 of the quotes that word processors write, as bytes. */
const curly = /\xe2\x80[\x98-\x9f]/g

export const wrongQuotes: Rule = {
  id: 'MP013',
  severity: 'warning',
  releases: always,
  title: 'quotes that the parser does not know',
  rationale: "A ' is a character like others, each byte of a curly quote is white space, and \\ does not escape.",
  fix: 'use plain " around the value',
  find: (subject) =>
    subject.said.flatMap((said) => [...singleQuotes(said), ...curlyQuotes(said), ...backslashes(said)]),
}

function singleQuotes(said: Said): readonly Hit[] {
  const { line, value } = said.statement
  if (value === undefined || value.quoted || !value.text.startsWith("'")) return []
  const end = line.text.indexOf("'", value.start + 1)
  const inner = end < 0 ? value.text.slice(1) : line.text.slice(value.start + 1, end)
  const edits = [replaceIn(line, value.start, end < 0 ? value.end : end + 1, `"${inner}"`)]
  return [
    hitAt(
      said.file,
      line,
      { consequence: `the value is ${value.text}, with the quote as a character`, edits },
      value.start,
    ),
  ]
}

function curlyQuotes(said: Said): readonly Hit[] {
  const { line } = said.statement
  const at = line.text.search(curly)
  const comment = line.text.search(/[#!]/)
  if (at < 0 || said.statement.value?.quoted === true || (comment >= 0 && comment < at)) return []
  const edits = Array.from(line.text.matchAll(curly), (match) => replaceIn(line, match.index, match.index + 3, '"'))
  return [
    hitAt(said.file, line, { consequence: `curly quotes are white space: the value is ${said.value}`, edits }, at),
  ]
}

function backslashes(said: Said): readonly Hit[] {
  const { line, value } = said.statement
  if (value?.quoted !== true || !value.text.endsWith('\\') || extras(line).length === 0) return []
  return [hitAt(said.file, line, { consequence: `the value ends at the quote: ${value.text}` }, value.start)]
}

export const longLine: Rule = {
  id: 'MP014',
  severity: 'warning',
  releases: '0.6.0-',
  title: 'a line longer than 1022 bytes',
  rationale:
    'It is read in pieces of 1023 bytes, each a line of its own: the rest of a comment becomes live text, and line numbers shift.',
  fix: 'split it',
  structure: true,
  find: (subject) => subject.files.flatMap(longLines),
}

function longLines(file: SubjectFile): readonly Hit[] {
  const { lines, text } = file.document
  const isOpen = (line: Line | undefined) => line !== undefined && line.end < text.length && text[line.end - 1] !== '\n'
  return lines.flatMap((line, index) => {
    if (!isOpen(line) || isOpen(lines[index - 1])) return []
    const end = text.indexOf('\n', line.start)
    const whole = text.slice(line.start, end < 0 ? text.length : end)
    const isComment = /^[ \t]*[#!]/.test(whole)
    const consequence = isComment
      ? 'the comment goes on as live text behind its 1023rd byte'
      : 'what stands behind the 1023rd byte is read as another line'
    const edits = isComment
      ? [{ start: line.start, end: line.start + whole.length, text: wrapped(whole, lineEndOf(file.document)) }]
      : []
    return [hitAt(file, line, { consequence, edits }, 0)]
  })
}

function wrapped(comment: string, lineEnd: string): string {
  const body = comment.replace(/^[ \t]*[#!]/, '').replace(/\r$/, '')
  return Array.from(body.match(/.{1,900}/gs) ?? [], (part) => `#${part}`).join(lineEnd)
}

export const oddBytes: Rule = {
  id: 'MP015',
  severity: 'warning',
  releases: always,
  title: 'bytes that cut lines: NUL, lone CR, UTF-16',
  rationale:
    'A line ends for the tool at a NUL; with CR alone as line end the whole file is one line, and all but its first keyword is lost.',
  fix: 'save the file as UTF-8 with LF at the end of lines',
  structure: true,
  find: (subject) =>
    subject.files.flatMap((file) => [...sixteenBits(file), ...nulBytes(file), ...loneCr(subject, file)]),
}

const isSixteenBits = ({ document: { text } }: SubjectFile): boolean => /^(\xff\xfe|\xfe\xff)/.test(text)

function sixteenBits(file: SubjectFile): readonly Hit[] {
  const { text, lines } = file.document
  const [line] = lines
  if (line === undefined || !isSixteenBits(file)) return []
  const high = text.startsWith('\xfe') ? 0 : 1
  const plain = Array.from(text.slice(2)).filter((_, at) => at % 2 !== high)
  const edits = [{ start: 0, end: text.length, text: plain.join('') }]
  return [hitAt(file, line, { consequence: 'the file is UTF-16: next to nothing of it is read', edits }, 0)]
}

function nulBytes(file: SubjectFile): readonly Hit[] {
  const line = file.document.lines.find(({ start, end }) => file.document.text.slice(start, end).includes('\0'))
  if (line === undefined || isSixteenBits(file)) return []
  const at = file.document.text.slice(line.start, line.end).indexOf('\0')
  return [hitAt(file, line, { consequence: 'the line ends at the NUL' }, at)]
}

function loneCr(subject: Subject, file: SubjectFile): readonly Hit[] {
  const at = file.document.text.search(/\r(?!\n)/)
  const line = file.document.lines.find(({ end }) => end > at)
  // Before 0.6.0 a CR ends a line like a LF.
  if (at < 0 || line === undefined || subject.number < 6000 || isSixteenBits(file)) return []
  const text = file.document.text.replaceAll(/\r(?!\n)/g, '\n')
  const edits = [{ start: 0, end: file.document.text.length, text }]
  return [hitAt(file, line, { consequence: 'all behind the CR is lost, up to the next LF', edits }, at - line.start)]
}

export const lineRules: readonly Rule[] = [extraText, openQuote, wrongQuotes, longLine, oddBytes]
