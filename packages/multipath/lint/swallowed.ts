/**
 * Sections that the tool takes for keywords of another section, which is still open, and what is lost with them.
 * May come in: a subject. May not: a cure.
 */
import type { Line, Section } from '../syntax/document.ts'
import type { Subject, SubjectFile, UnknownWord } from './subject.ts'

/** The names that may open a section at the top. */
export const rootNames: ReadonlySet<string> = new Set([
  'defaults',
  'blacklist',
  'devnode_blacklist',
  'blacklist_exceptions',
  'devices',
  'overrides',
  'multipaths',
])

/** A section that was swallowed: the word that should open it, and the open section around it. */
export type Swallowed = UnknownWord & { readonly container: Section }

/** Whether a line opens a block, whatever its first word means. */
export function opensBlock(line: Line): boolean {
  return line.tokens.some(({ kind, text }, at) => at > 0 && kind === 'brace' && text === '{')
}

type Structure = {
  readonly swallowed: readonly Swallowed[]
  /** For each line that opens a block the index of the line that closes it. */
  readonly ends: ReadonlyMap<number, number>
  /** Indices of the lines that close a block of an unknown section. */
  readonly closesUnknown: ReadonlySet<number>
}

const known = new WeakMap<Subject, Map<SubjectFile, Structure>>()

/** Worked out once a subject, so that files with very many braces are still read in one go. */
function structureOf(subject: Subject, file: SubjectFile): Structure {
  const files = known.get(subject) ?? new Map<SubjectFile, Structure>()
  known.set(subject, files)
  const structure = files.get(file) ?? buildStructure(subject, file)
  files.set(file, structure)
  return structure
}

function buildStructure(subject: Subject, file: SubjectFile): Structure {
  const ends = blockEnds(file.document.lines)
  const unknown = subject.unknown.filter((word) => word.file === file && opensBlock(word.unknown.line))
  const swallowed = unknown.filter(
    (word): word is Swallowed => word.container !== undefined && rootNames.has(word.unknown.name),
  )
  const closesUnknown = new Set(unknown.flatMap((word) => ends.get(word.unknown.line.number - 1) ?? []))
  return { swallowed, ends, closesUnknown }
}

function blockEnds(lines: readonly Line[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const [index, line] of lines.entries()) {
    const [first] = line.tokens
    const start = first?.kind === 'brace' && first.text === '}' ? open.pop() : undefined
    if (start !== undefined) ends.set(start, index)
    else if (first !== undefined && opensBlock(line)) open.push(index)
  }
  return ends
}

/** Top sections inside an open section, in the order of the file. */
export function swallowedRoots(subject: Subject, file: SubjectFile): readonly Swallowed[] {
  return structureOf(subject, file).swallowed
}

/** Those in the lines between two. */
export function swallowedBetween(
  subject: Subject,
  file: SubjectFile,
  first: number,
  last: number,
): readonly Swallowed[] {
  const roots = swallowedRoots(subject, file)
  return roots.slice(indexBehind(roots, first), indexBehind(roots, last - 1))
}

/** How many of them stand up to a line; found by halves, since many sections may ask it of many words. */
function indexBehind(roots: readonly Swallowed[], line: number): number {
  let [low, high] = [0, roots.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((roots[middle]?.unknown.line.number ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return low
}

/** The line from which on a file is not read as it was meant; beyond every line where nothing is swallowed. */
export function brokenFrom(subject: Subject, file: SubjectFile): number {
  return swallowedRoots(subject, file)[0]?.unknown.line.number ?? Number.POSITIVE_INFINITY
}

/** Whether a line closes the block of a section that does not exist. */
export function closesUnknown(subject: Subject, file: SubjectFile, line: Line): boolean {
  return structureOf(subject, file).closesUnknown.has(line.number - 1)
}

/** The lines of the block that a line opens, up to the line that would close it; to the end of the file otherwise. */
export function blockOf(subject: Subject, file: SubjectFile, opening: Line): readonly Line[] {
  const end = structureOf(subject, file).ends.get(opening.number - 1)
  return file.document.lines.slice(opening.number - 1, end === undefined ? undefined : end + 1)
}

/** What is lost with a swallowed section, as `multipaths is not read: no alias vm1`. */
export function lossOf(subject: Subject, { file, unknown }: UnknownWord): string {
  const { name } = unknown
  const behind = (keyword: string) => wordsBehind(blockOf(subject, file, unknown.line), keyword)
  if (name === 'multipaths') return `multipaths is not read: ${counted('no alias', behind('alias'), 'no alias')}`
  if (name === 'devices')
    return `devices is not read: ${counted('nothing for', behind('product'), 'no settings of arrays')}`
  if (name.endsWith('blacklist')) return `${name} is not read: it keeps nothing out`
  return `${name} is not read`
}

function counted(words: string, names: readonly string[], none: string): string {
  if (names.length === 0) return none
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${words} ${shown} and ${names.length - 5} more` : `${words} ${shown}`
}

/** The values that stand behind a keyword in these lines, one-line sections included. */
function wordsBehind(lines: readonly Line[], keyword: string): readonly string[] {
  return lines.flatMap(({ tokens }) =>
    tokens.flatMap((token, at) => {
      if (token.kind !== 'word' || token.text !== keyword) return []
      const value = tokens.slice(at + 1).find(({ kind }) => kind === 'word' || kind === 'string')
      return value === undefined ? [] : [value.text]
    }),
  )
}
