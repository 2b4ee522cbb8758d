/**
 * The way from a place in a cured file to the place in the file as it was given.
 * May come in: edits and places. May not: what was found there.
 */
import { parse } from '../syntax/document.ts'
import type { TextEdit } from './edit.ts'
import type { LintFile } from './subject.ts'

/** Line and column from 1, the column in bytes. */
export type Spot = { readonly line: number; readonly column: number }

/** The offset that a place had before these edits; one in new text is the place where it was put. */
export function offsetBefore(offset: number, edits: readonly TextEdit[]): number {
  let shift = 0
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    if (offset < start + shift) break
    if (offset < start + shift + text.length) return Math.min(end, start + Math.max(0, offset - start - shift))
    shift += text.length - (end - start)
  }
  return offset - shift
}

/** The offset of a line and column, lines counted as the release counts them. */
export function offsetOf({ bytes }: LintFile, { line, column }: Spot, release: string): number {
  return (lineStarts(bytes, release)[line - 1] ?? 0) + column - 1
}

/** Line and column of an offset. */
export function placeIn({ bytes }: LintFile, offset: number, release: string): Spot {
  const starts = lineStarts(bytes, release)
  let at = 0
  for (let beyond = starts.length; beyond - at > 1; ) {
    const middle = Math.floor((at + beyond) / 2)
    if ((starts[middle] ?? 0) <= offset) at = middle
    else beyond = middle
  }
  return { line: at + 1, column: offset - (starts[at] ?? 0) + 1 }
}

const known = new WeakMap<Uint8Array, { readonly release: string; readonly starts: readonly number[] }>()

/** Worked out once a file, for every finding is brought back. */
function lineStarts(bytes: Uint8Array, release: string): readonly number[] {
  const seen = known.get(bytes)
  if (seen?.release === release) return seen.starts
  const starts = parse(bytes, release).lines.map(({ start }) => start)
  known.set(bytes, { release, starts })
  return starts
}
