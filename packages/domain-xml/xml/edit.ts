/**
 * Edits of a text: spans replaced, all else byte for byte.
 * May come in: spans that do not overlap. May not: an edit that changes nothing by way of rewriting (leave it out).
 */
export type Edit = { readonly start: number; readonly end: number; readonly text: string }

/** The text with all edits made; at one place the earlier in the list comes first. */
export function applied(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start)
  const pieces: string[] = []
  let at = 0
  for (const { start, end, text: replacement } of ordered) {
    if (start < at) throw new RangeError(`edits overlap at offset ${start}`)
    pieces.push(text.slice(at, start), replacement)
    at = end
  }
  return [...pieces, text.slice(at)].join('')
}
