/**
 * The frame of what a probe or the wrapper prints: named sections of lines, each with how it ended.
 * May come in: any text at all. May not: trust in its length, its order or its being whole.
 */
export type SectionState = 'ok' | 'refused' | 'timed-out'
/** The payload, a text a line; it is still the blade's own, uncleaned. A fleet has 100,000s of them: few are cut up twice. */
export class Section {
  readonly state: SectionState
  readonly because: string
  readonly #texts: readonly string[]

  constructor(texts: readonly string[], state: SectionState = 'ok', because = '') {
    this.#texts = texts
    this.state = state
    this.because = because
  }

  /** The fields of each line. */
  get lines(): string[][] {
    return this.#texts.map((text) => text.split('\t'))
  }

  /** Of each line of one kind, which is its first field, the text behind that. */
  of(kind: string): string[] {
    const start = `${kind}\t`
    return this.#texts.filter((text) => text.startsWith(start)).map((text) => text.slice(start.length))
  }

  /** The same as fields. */
  rows(kind: string): string[][] {
    return this.of(kind).map((text) => text.split('\t'))
  }
}
export type Sections = { readonly version: string; readonly of: ReadonlyMap<string, Section> }

/** What is wrong with an answer, and at which line of it. */
export class Garbled extends Error {
  override readonly name = 'Garbled'
}

const LAST = 'anyblade-end'
const END = /^\]([a-z0-9-]+) (ok|refused|timed-out)(?: (.*))?$/s

/**
 * Cuts an answer into its sections.
 * @throws Garbled for anything out of order: a line outside a section, a section twice, an end that is missing
 */
export function parseSections(text: string, kind: string): Sections {
  const lines = text.split('\n').filter((line) => line !== '')
  const head = /^(\S+) 1 (\S{1,64})$/.exec(lines[0] ?? '')
  if (head?.[1] !== kind) throw new Garbled(`line 1 is not ${kind}'s`)
  if (lines.at(-1) !== LAST) throw new Garbled(`it ends after ${lines.length} lines, cut off`)
  return { version: head[2] ?? '', of: sectionsOf(lines.slice(1, -1)) }
}

function sectionsOf(lines: readonly string[]): Map<string, Section> {
  const sections = new Map<string, Section>()
  let open: { readonly name: string; readonly texts: string[] } | undefined
  for (const [i, line] of lines.entries()) {
    if (open && line.startsWith('|')) {
      open.texts.push(line.slice(1))
      continue
    }
    const end = END.exec(line)
    if (line.startsWith('[') && !open && !sections.has(line.slice(1))) open = { name: line.slice(1), texts: [] }
    else if (open && end?.[1] === open.name) {
      sections.set(open.name, new Section(open.texts, stateOf(end[2]), end[3]))
      open = undefined
    } else throw new Garbled(`line ${i + 2} is out of place`)
  }
  if (open) throw new Garbled(`section ${open.name.slice(0, 20)} has no end`)
  return sections
}

const stateOf = (word: string | undefined): SectionState =>
  word === 'ok' ? 'ok' : word === 'timed-out' ? 'timed-out' : 'refused'
