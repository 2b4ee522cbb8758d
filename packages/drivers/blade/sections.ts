/**
 * The frame of what a probe or the wrapper prints: named sections of lines, each with how it ended.
 * May come in: any text at all. May not: trust in its length, its order or its being whole.
 */
export type SectionState = 'ok' | 'refused' | 'timed-out'
/** `lines` are the fields of each line of payload; the text is still the blade's own, uncleaned. */
export type Section = { readonly state: SectionState; readonly because: string; readonly lines: readonly string[][] }
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
  let open: { readonly name: string; readonly lines: string[][] } | undefined
  for (const [i, line] of lines.entries()) {
    const end = END.exec(line)
    if (line.startsWith('|') && open) open.lines.push(line.slice(1).split('\t'))
    else if (line.startsWith('[') && !open && !sections.has(line.slice(1))) open = { name: line.slice(1), lines: [] }
    else if (open && end?.[1] === open.name) {
      sections.set(open.name, { state: stateOf(end[2]), because: end[3] ?? '', lines: open.lines })
      open = undefined
    } else throw new Garbled(`line ${i + 2} is out of place`)
  }
  if (open) throw new Garbled(`section ${open.name.slice(0, 20)} has no end`)
  return sections
}

const stateOf = (word: string | undefined): SectionState =>
  word === 'ok' ? 'ok' : word === 'timed-out' ? 'timed-out' : 'refused'
