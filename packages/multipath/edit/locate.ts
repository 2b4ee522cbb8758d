/**
 * The multipath section with a given name or WWID, found by searching the text, so that one change in a file of many
 * thousand sections costs a search and not a second reading.
 * May come in: a document, a text. May not: changes.
 */
import type { Document, Node, Section, Statement } from '../syntax/document.ts'
import { statementsOf } from './address.ts'

/** One multipath section, as far as its name is concerned. */
export type Named = {
  readonly section: Section
  readonly wwid: string | undefined
  readonly alias: Statement | undefined
}

/** The sections whose alias or WWID is `text` (as documents hold it), in the order of the file. */
export function sectionsWith(document: Document, field: 'alias' | 'wwid', text: string): Named[] {
  const found = new Set<Section>()
  if (text === '' || text.includes('"')) for (const section of allSections(document)) found.add(section)
  else for (const line of linesWith(document, text)) addSection(document, line, found)
  return [...found].filter((section) => statementsOf(section, field).at(-1)?.value?.text === text).map(named)
}

function named(section: Section): Named {
  const wwid = statementsOf(section, 'wwid').at(-1)?.value?.text
  return { section, wwid, alias: statementsOf(section, 'alias').at(-1) }
}

/** A text with quotation marks may be written in several ways, so every section is looked at. */
function allSections(document: Document): Section[] {
  return document.nodes
    .filter((node): node is Section => node.kind === 'section' && node.path === 'multipaths')
    .flatMap((outer) => outer.children.filter((node): node is Section => node.kind === 'section'))
}

/** Indices of the lines that contain `text`. */
function linesWith(document: Document, text: string): number[] {
  const lines: number[] = []
  for (let at = document.text.indexOf(text); at !== -1; at = document.text.indexOf(text, at + 1)) {
    const line = lastAtMost(document.lines.length, (index) => document.lines[index]?.start ?? 0, at)
    if (lines.at(-1) !== line) lines.push(line)
  }
  return lines
}

function addSection(document: Document, line: number, found: Set<Section>): void {
  const outer = childAt(document.nodes, line + 1)
  if (outer?.kind !== 'section' || outer.path !== 'multipaths') return
  const inner = childAt(outer.children, line + 1)
  if (inner?.kind === 'section') found.add(inner)
}

/** The node that begins last at or before a line. */
function childAt(nodes: readonly Node[], number: number): Node | undefined {
  return nodes[lastAtMost(nodes.length, (index) => nodes[index]?.line.number ?? 0, number)]
}

/** The last of `count` rising numbers that is at most `limit`; -1 when none is. */
function lastAtMost(count: number, at: (index: number) => number, limit: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(middle) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
