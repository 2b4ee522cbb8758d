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
  return (parse(bytes, release).lines[line - 1]?.start ?? 0) + column - 1
}

/** Line and column of an offset. */
export function placeIn({ bytes }: LintFile, offset: number, release: string): Spot {
  const { lines } = parse(bytes, release)
  const at = Math.max(
    0,
    lines.findLastIndex(({ start }) => start <= offset),
  )
  return { line: at + 1, column: offset - (lines[at]?.start ?? 0) + 1 }
}
