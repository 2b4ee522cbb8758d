/**
 * Braces: sections never closed, on one line, without their brace, unknown ones. What comes after them is lost.
 * Source: libmultipath/parser.c reads line by line; a line that starts with `}` closes one level and no more
 */
import type { Line, Section } from '../../syntax/document.ts'
import type { Token } from '../../syntax/token.ts'
import { append, commentOut, indentOf, insertBefore, lineEndOf, removeLine, replaceIn, type TextEdit } from '../edit.ts'
import { always, type Hit, hitAt, type Rule } from '../rule.ts'
import type { SectionSaid, Subject, SubjectFile, UnknownWord } from '../subject.ts'
import {
  blockOf,
  brokenFrom,
  closesUnknown,
  lossOf,
  opensBlock,
  rootNames,
  type Swallowed,
  swallowedBetween,
  swallowedRoots,
} from '../swallowed.ts'

/** What stands behind the brace of a section's line. */
function behindBrace(line: Line): readonly Token[] {
  const brace = line.tokens.findIndex(({ kind, text }) => kind === 'brace' && text === '{')
  return brace < 1 ? [] : line.tokens.slice(brace + 1)
}

function textOf(line: Line, tokens: readonly Token[]): string {
  return line.text.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0)
}

/** A file of braces alone is not told in full. */
const maxLosses = 20

/** The losses of all sections that were swallowed between two lines, one after the other. */
function losses(subject: Subject, file: SubjectFile, section: Section): string {
  const last = section.close?.line.number ?? Number.POSITIVE_INFINITY
  return swallowedBetween(subject, file, section.line.number, last)
    .slice(0, maxLosses)
    .map((word) => lossOf(subject, word))
    .join('; ')
}

function endOf(section: Section): string {
  return section.close === undefined ? 'to the end of the file' : `up to the } of line ${section.close.line.number}`
}

export const oneLine: Rule = {
  id: 'MP008',
  severity: 'error',
  releases: always,
  title: 'a section on one line',
  rationale: 'The parser reads line by line: what stands behind { is ignored, its } too, and the section stays open.',
  fix: 'write { at the end of the line, one keyword with its value a line, and } alone on the last',
  structure: true,
  find: (subject) =>
    subject.sections.flatMap(({ file, section }) => {
      const rest = behindBrace(section.line)
      if (rest.length === 0 || rest.every(({ text }) => text === '{')) return []
      const lost = losses(subject, file, section)
      const consequence = `${textOf(section.line, rest)} is ignored and ${section.keyword.name} stays open ${endOf(section)}`
      return [
        hitAt(file, section.line, {
          consequence: lost === '' ? consequence : `${consequence}: ${lost}`,
          edits: [unfolded(file, section.line)],
        }),
      ]
    }),
}

/** The line as it should have been written, one token pair a line; a comment behind it goes with the last. */
function unfolded(file: SubjectFile, line: Line): TextEdit {
  const indent = indentOf(line)
  const lines: string[] = []
  let depth = 0
  let words: string[] = []
  const flush = () => {
    if (words.length > 0) lines.push(`${indent}${'\t'.repeat(depth)}${words.join(' ')}`)
    words = []
  }
  for (const part of parts(line)) {
    if (part === '{') {
      words.push(part)
      flush()
      depth += 1
    } else if (part === '}') {
      flush()
      depth = Math.max(0, depth - 1)
      lines.push(`${indent}${'\t'.repeat(depth)}}`)
    } else {
      words.push(part)
      if (words.length === 2 && !rootNames.has(words[0] ?? '')) flush()
    }
  }
  flush()
  const last = line.tokens.at(-1)?.end ?? 0
  return replaceIn(line, 0, last, lines.join(lineEndOf(file.document)))
}

/** Words, braces, and strings with their quotes, as they stand. */
function parts(line: Line): readonly string[] {
  const found: string[] = []
  let opened: number | undefined
  for (const { kind, start, end } of line.tokens) {
    if (kind === 'quote' && opened === undefined) opened = start
    else if (kind === 'quote') {
      found.push(line.text.slice(opened, end))
      opened = undefined
    } else if (opened === undefined) found.push(line.text.slice(start, end))
  }
  return opened === undefined ? found : [...found, `${line.text.slice(opened)}"`]
}

export const neverClosed: Rule = {
  id: 'MP007',
  severity: 'error',
  releases: always,
  title: 'a section that is never closed',
  rationale: 'Everything after it is read as keywords of the section that is still open; the tool does not fail.',
  fix: 'close it with a } on a line of its own',
  structure: true,
  find: (subject) =>
    subject.files.flatMap((file) => [...swallowing(subject, file), ...inner(subject, file), ...atEnd(subject, file)]),
}

const balances = new WeakMap<SubjectFile, number>()

/** More braces open than close, those of one-line sections counted too. */
function lacksBrace(file: SubjectFile): boolean {
  const balance = balances.get(file) ?? balanceOf(file)
  balances.set(file, balance)
  return balance > 0
}

function balanceOf({ document }: SubjectFile): number {
  const braces = document.lines.flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'brace'))
  return braces.reduce((sum, { text }) => sum + (text === '{' ? 1 : -1), 0)
}

/** The first top section that an open one swallows; the others are lost with it. */
function swallowing(subject: Subject, file: SubjectFile): readonly Hit[] {
  const [first] = swallowedRoots(subject, file)
  if (first === undefined || !lacksBrace(file) || isOneLine(subject, first)) return []
  const open = subject.sections.filter(
    ({ section }) =>
      section === first.container ||
      (first.container.path.startsWith(`${section.path}/`) && isAround(section, first.container)),
  )
  const outer = open.find(({ parent }) => parent === undefined)?.section ?? first.container
  const lost = losses(subject, file, outer)
  const depth = first.container.path.split('/').length
  const braces = Array.from({ length: depth }, (_, at) => `${'\t'.repeat(depth - 1 - at)}}`)
  return [
    hitAt(file, outer.line, {
      consequence: `${outer.keyword.name} is still open in line ${first.unknown.line.number}: ${lost}`,
      fix: `put ${braces.length === 1 ? 'a }' : 'two }, a line each,'} before line ${lineBefore(file, first.unknown.line).number}`,
      edits: [insertBefore(file.document, lineBefore(file, first.unknown.line), braces)],
    }),
  ]
}

function isAround(outer: Section, inner: Section): boolean {
  return outer.children.includes(inner)
}

function isOneLine(subject: Subject, { container }: Swallowed): boolean {
  const around = subject.sections.filter(({ section }) => section === container || isAround(section, container))
  return around.some(({ section }) => behindBrace(section.line).length > 0)
}

/** The first of the blank lines and comments that stand right before a line. */
function lineBefore(file: SubjectFile, line: Line): Line {
  const { lines } = file.document
  let at = line.number - 1
  while (at > 0 && lines[at - 1]?.tokens.length === 0) at -= 1
  return lines[at] ?? line
}

/** `multipath {` inside a multipath: the one before was not closed. */
function inner(subject: Subject, file: SubjectFile): readonly Hit[] {
  const broken = brokenFrom(subject, file)
  return subject.unknown.flatMap(({ file: own, container, unknown }) => {
    const isAgain = container?.keyword.name === unknown.name && container.path.includes('/') && opensBlock(unknown.line)
    if (own !== file || container === undefined || !isAgain || unknown.line.number >= broken) return []
    const { name } = unknown
    return [
      hitAt(file, container.line, {
        consequence: `the ${name} of line ${unknown.line.number} is read as part of this one: keywords of both are mixed and the last wins`,
        fix: `put a } before line ${unknown.line.number}`,
        edits: [insertBefore(file.document, lineBefore(file, unknown.line), [`${indentOf(container.line)}}`])],
      }),
    ]
  })
}

/** Sections open at the end of the file; the outer one stands for both. */
function atEnd(subject: Subject, file: SubjectFile): readonly Hit[] {
  const open = subject.sections.filter((said) => said.file === file && said.section.close === undefined)
  const outer = open.find(({ parent }) => parent === undefined)
  if (outer === undefined || swallowedRoots(subject, file).length > 0) return []
  if (open.some(({ section }) => behindBrace(section.line).length > 0)) return []
  const braces = open.map((_, at) => `${'\t'.repeat(open.length - 1 - at)}}`)
  return [
    hitAt(file, outer.section.line, {
      consequence: `${outer.section.keyword.name} is read, but it is open at the end of the file: what is added there becomes part of it`,
      fix: 'put a } at the end of the file for each open section',
      edits: [append(file.document, braces)],
    }),
  ]
}

export const braceBelow: Rule = {
  id: 'MP009',
  severity: 'error',
  releases: always,
  title: 'the opening brace is not on the line of the section',
  rationale: 'The tool says "missing \'{\'", then calls the lone { an invalid keyword, and reads on by accident.',
  fix: 'put { on the line of the section',
  structure: true,
  find: (subject) => [
    ...subject.sections.filter(({ section }) => section.line.tokens.length === 1).map(withoutBrace),
    ...subject.skipped.flatMap(({ file, node }) => {
      const name = node.line.tokens[0]?.text ?? ''
      const isSection = node.kind === 'skipped' && (rootNames.has(name) || name === 'protocol')
      return isSection && node.line.tokens.length === 1 ? [notEntered(file, node.line, name)] : []
    }),
  ],
}

function withoutBrace({ file, section }: SectionSaid): Hit {
  return hitAt(file, section.line, {
    consequence: `${section.keyword.name} is read by accident, with messages`,
    local: true,
    edits: braceUp(file, section.line),
  })
}

function notEntered(file: SubjectFile, line: Line, name: string): Hit {
  return hitAt(file, line, {
    consequence: `${name} is not entered, its lines are read as keywords of what is around it`,
    edits: braceUp(file, line),
  })
}

function braceUp(file: SubjectFile, line: Line): readonly TextEdit[] {
  const at = line.tokens.at(-1)?.end ?? 0
  const below = file.document.lines.slice(line.number, line.number + 3).find(({ tokens }) => tokens.length > 0)
  const isLone = below?.tokens.length === 1 && below.tokens[0]?.kind === 'brace' && below.tokens[0].text === '{'
  const up = replaceIn(line, at, at, ' {')
  return below !== undefined && isLone ? [up, removeLine(below)] : [up]
}

export const unknownSection: Rule = {
  id: 'MP010',
  severity: 'error',
  releases: always,
  title: 'a section that does not exist there',
  rationale:
    'Its lines are unknown keywords one by one, and its } closes the section around it: siblings after it are lost.',
  fix: 'remove it, or move it to where it belongs',
  find: (subject) => [...unknownBlocks(subject), ...strays(subject)],
}

function unknownBlocks(subject: Subject): readonly Hit[] {
  const coveredTo = new Map<SubjectFile, number>()
  return subject.unknown.flatMap((word) => {
    const { file, container, unknown } = word
    const isRoot = rootNames.has(unknown.name) && container !== undefined
    const wasFound = isRoot ? lacksBrace(file) : unknown.line.number >= brokenFrom(subject, file)
    const isInner = unknown.line.number <= (coveredTo.get(file) ?? 0) || container?.keyword.name === unknown.name
    if (!opensBlock(unknown.line) || wasFound || isInner) return []
    const block = blockOf(subject, file, unknown.line)
    coveredTo.set(file, block.at(-1)?.number ?? 0)
    return [hitAt(file, unknown.line, isRoot ? misplaced(subject, word, block) : nonexistent(word, block))]
  })
}

function misplaced(subject: Subject, word: UnknownWord, block: readonly Line[]): { readonly consequence: string } {
  const closes = `its } in line ${block.at(-1)?.number} closes ${word.container?.keyword.name}`
  return { consequence: `${word.unknown.name} is no section here, ${closes}: ${lossOf(subject, word)}` }
}

function nonexistent({ container, unknown }: UnknownWord, block: readonly Line[]) {
  const closes = `its } in line ${block.at(-1)?.number} closes ${container?.keyword.name}`
  const edits = block.filter(({ tokens }) => tokens.length > 0).map(commentOut)
  return {
    consequence: `${unknown.name} is no section here, ${container === undefined ? 'its lines are ignored' : closes}`,
    edits,
  }
}

/** A `}` too many: something was closed before it was meant to be. */
function strays(subject: Subject): readonly Hit[] {
  return subject.skipped.flatMap(({ file, node }) => {
    const isKnown = node.line.number >= brokenFrom(subject, file) || closesUnknown(subject, file, node.line)
    if (node.kind !== 'stray' || isKnown) return []
    return [hitAt(file, node.line, { ...stray, edits: [commentOut(node.line)] })]
  })
}

const stray = {
  severity: 'warning',
  consequence: 'this } closes nothing: a section was closed before',
  fix: 'remove it, or the one before that closes too early',
} as const

export const braceRules: readonly Rule[] = [neverClosed, oneLine, braceBelow, unknownSection]
